extension JinjaRenderer {
  /// All tests, for the error and the test of that name.
  static let testNames = [
    "!=", "<", "<=", "==", ">", ">=", "boolean", "callable", "defined", "divisibleby", "eq",
    "equalto", "even", "false", "filter", "float", "ge", "greaterthan", "gt", "in", "integer",
    "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none", "number", "odd",
    "sameas", "sequence", "string", "test", "true", "undefined", "upper",
  ]

  /// Answers `value is name(arguments)`.
  ///
  /// - SeeAlso: `jinja2/tests.py` (3.1).
  mutating func test(
    _ input: JinjaValue, _ name: String, _ arguments: JinjaCallArguments, offset: Int
  ) throws(JinjaFailure) -> Bool {
    try count(offset)
    let allowed = Self.testsWithArgument.contains(name) ? 1 : 0
    if arguments.positional.count + arguments.named.count > allowed,
      Self.testNames.contains(name)
    {
      throw JinjaFailure(
        "the test '\(name)' takes \(allowed == 0 ? "no" : "one") argument", at: offset)
    }
    let isUndefined =
      switch input {
      case .undefined, .omitted: true
      default: false
      }
    switch name {
    case "defined": return !isUndefined
    case "undefined": return isUndefined
    case "callable":
      switch input {
      case .method, .function: return true
      default: return false
      }
    default: break
    }
    // Jinja's tests of types do not touch what is undefined.
    if isUndefined, Self.typeTests.contains(name) { return false }
    let value = try pythonValue(input, offset: offset)
    let arguments = try evaluate(arguments, offset: offset)
    let result = try python(offset) { () throws(PythonError) -> Bool? in
      try Self.answer(value, name, arguments.positional)
    }
    guard let result else {
      throw JinjaFailure(
        "the test '\(name)' is unknown; there are \(Self.testNames.joined(separator: ", "))",
        at: offset)
    }
    return result
  }

  private static let testsWithArgument: Set<String> = [
    "!=", "<", "<=", "==", ">", ">=", "divisibleby", "eq", "equalto", "ge", "greaterthan", "gt",
    "in", "le", "lessthan", "lt", "ne", "sameas",
  ]

  private static let typeTests: Set<String> = [
    "boolean", "false", "float", "integer", "mapping", "none", "number", "string", "true",
  ]

  private static func answer(
    _ value: PythonValue, _ name: String, _ arguments: [PythonValue]
  ) throws(PythonError) -> Bool? {
    func other() throws(PythonError) -> PythonValue {
      guard let first = arguments.first else {
        throw PythonError(.typeError, "the test \(name) needs an argument")
      }
      return first
    }
    switch name {
    case "odd": return try remainder(value, .integer(2)) == .integer(1)
    case "even": return try remainder(value, .integer(2)) == .integer(0)
    case "divisibleby": return try remainder(value, try other()) == .integer(0)
    case "eq", "equalto", "==": return try value == other()
    case "ne", "!=": return try value != other()
    case "lt", "lessthan", "<": return try PythonValue.isLess(value, try other())
    case "gt", "greaterthan", ">": return try PythonValue.isLess(try other(), value)
    case "le", "<=": return try PythonValue.isLessOrEqual(value, try other())
    case "ge", ">=": return try PythonValue.isLessOrEqual(try other(), value)
    case "in": return try other().contains(value)
    case "sameas": return isSame(value, try other())
    case "lower": return value.pythonText.isPythonLowercase
    case "upper": return value.pythonText.isPythonUppercase
    case "filter": return filterNames.contains(value.pythonText)
    case "test": return testNames.contains(value.pythonText)
    default: return hasType(value, name)
    }
  }

  private static func remainder(
    _ value: PythonValue, _ divisor: PythonValue
  ) throws(PythonError) -> PythonValue {
    try value.applying(.remainder, divisor)
  }

  private static func hasType(_ value: PythonValue, _ name: String) -> Bool? {
    switch (name, value) {
    case ("none", .none), ("boolean", .bool), ("float", .float), ("string", .string),
      ("mapping", .dictionary), ("integer", .integer), ("integer", .bigInteger),
      ("true", .bool(true)), ("false", .bool(false)):
      true
    case ("number", _): value.floatValue != nil
    case ("iterable", _), ("sequence", _):
      switch value {
      case .string, .list, .tuple, .dictionary: true
      default: false
      }
    case ("none", _), ("boolean", _), ("float", _), ("string", _), ("mapping", _), ("integer", _),
      ("true", _), ("false", _):
      false
    default: nil
    }
  }

  /// Python's `is`, as far as equal values of one type go.
  private static func isSame(_ value: PythonValue, _ other: PythonValue) -> Bool {
    value == other && value.typeName == other.typeName
  }
}
