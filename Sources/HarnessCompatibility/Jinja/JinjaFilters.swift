/// Arguments of a filter, by place or name.
struct JinjaFilterCall {
  let name: String
  let arguments: PythonArguments

  /// The argument at a place, or of a name.
  func value(_ position: Int, _ name: String) -> PythonValue? {
    position < arguments.positional.count ? arguments.positional[position] : arguments.named[name]
  }

  func integer(_ position: Int, _ name: String) throws(PythonError) -> Int? {
    guard let value = value(position, name) else { return nil }
    if case .none = value { return nil }
    guard let integer = value.integerValue else {
      throw PythonError(.typeError, "\(self.name): \(name) must be an integer")
    }
    return integer
  }

  func flag(_ position: Int, _ name: String) -> Bool { value(position, name)?.isTruthy ?? false }

  func text(_ position: Int, _ name: String) -> String? {
    guard let value = value(position, name) else { return nil }
    if case .none = value { return nil }
    return value.pythonText
  }
}

extension JinjaRenderer {
  /// Applies a filter.
  ///
  /// - SeeAlso: `jinja2/filters.py` (3.1).
  mutating func filter(
    _ input: JinjaValue, _ name: String, _ arguments: JinjaCallArguments, offset: Int
  ) throws(JinjaFailure) -> JinjaValue {
    try count(offset)
    let call = JinjaFilterCall(name: name, arguments: try evaluate(arguments, offset: offset))
    try check(call, offset: offset)
    if name == "default" || name == "d" {
      let fallback = call.value(0, "default_value") ?? .string("")
      switch input {
      case .undefined, .omitted: return .value(fallback)
      default: break
      }
      if call.flag(1, "boolean"), !(try isTruthy(input, offset: offset)) {
        return .value(fallback)
      }
      return input
    }
    var value = PythonValue.string("")
    if case .omitted = input {} else { value = try pythonValue(input, offset: offset) }
    try charge(value, offset: offset)
    switch name {
    case "map":
      return .value(.list(try map(value, call, offset: offset)))
    case "select", "reject", "selectattr", "rejectattr":
      return .value(.list(try select(value, call, offset: offset)))
    case "first", "last":
      let elements = try elements(of: .value(value), offset: offset)
      let found = name == "first" ? elements.first : elements.last
      return found.map { .value($0) }
        ?? .undefined(problem: "no \(name) item, the sequence was empty", name: nil)
    case "min", "max":
      let found = try python(offset) { () throws(PythonError) in
        try JinjaSequenceFilters.extremum(of: value, call)
      }
      return found.map { .value($0) }
        ?? .undefined(problem: "no item to compare, the sequence was empty", name: nil)
    case "attr":
      return try attribute(call.text(0, "name") ?? "", of: input, offset: offset)
    default: break
    }
    let result = try python(offset) { () throws(PythonError) -> PythonValue? in
      if let found = try JinjaTextFilters.apply(call, to: value) { return found }
      if let found = try JinjaNumberFilters.apply(call, to: value) { return found }
      return try JinjaSequenceFilters.apply(call, to: value)
    }
    guard let result else {
      throw JinjaFailure(
        "the filter '\(name)' is unknown; there are \(Self.filterNames.joined(separator: ", "))",
        at: offset)
    }
    return .value(try checked(result, offset))
  }

  /// Refuses arguments that the filter does not have.
  private func check(_ call: JinjaFilterCall, offset: Int) throws(JinjaFailure) {
    guard let names = Self.filterParameters[call.name] ?? Self.withoutParameters[call.name] else {
      return
    }
    if call.arguments.positional.count > names.count {
      throw JinjaFailure(
        "the filter '\(call.name)' takes \(names.count) arguments at most", at: offset)
    }
    for key in call.arguments.named.keys where !names.contains(where: { .string($0) == key }) {
      throw JinjaFailure(
        "the filter '\(call.name)' has no argument \(key.pythonText)", at: offset)
    }
  }

  /// Names of parameters in order; filters that hand arguments on are not listed.
  private static let filterParameters: [String: [String]] = [
    "attr": ["name"], "batch": ["linecount", "fill_with"], "center": ["width"],
    "d": ["default_value", "boolean"], "default": ["default_value", "boolean"],
    "dictsort": ["case_sensitive", "by", "reverse"], "float": ["default"],
    "groupby": ["attribute", "default", "case_sensitive"], "indent": ["width", "first", "blank"],
    "int": ["default", "base"], "join": ["d", "attribute"],
    "max": ["case_sensitive", "attribute"], "min": ["case_sensitive", "attribute"],
    "replace": ["old", "new", "count"], "round": ["precision", "method"],
    "slice": ["slices", "fill_with"], "sort": ["reverse", "case_sensitive", "attribute"],
    "sum": ["attribute", "start"], "tojson": ["indent"], "trim": ["chars"],
    "truncate": ["length", "killwords", "end", "leeway"],
    "unique": ["case_sensitive", "attribute"],
  ]

  private static let withoutParameters: [String: [String]] = Dictionary(
    [
      "abs", "capitalize", "count", "e", "escape", "first", "forceescape", "items", "last",
      "length", "list", "lower", "pprint", "reverse", "safe", "string", "striptags", "title",
      "upper", "wordcount",
    ].map { ($0, []) }, uniquingKeysWith: { first, _ in first })

  /// All filters, for the error and the test of that name.
  static let filterNames =
    (JinjaTextFilters.names + JinjaNumberFilters.names + JinjaSequenceFilters.names + [
      "attr", "d", "default", "first", "last", "map", "max", "min", "reject", "rejectattr",
      "select", "selectattr",
    ]).sorted()

  /// `map(attribute=…)` or `map('filter', …)`.
  private mutating func map(
    _ value: PythonValue, _ call: JinjaFilterCall, offset: Int
  ) throws(JinjaFailure) -> [PythonValue] {
    // What is false has no elements, even if it cannot be iterated.
    let items = value.isTruthy ? try elements(of: .value(value), offset: offset) : []
    var results: [PythonValue] = []
    if call.arguments.positional.isEmpty, let path = call.arguments.named["attribute"] {
      for item in items {
        switch try member(path, of: item, offset: offset) {
        case .undefined(let problem, let name):
          guard let fallback = call.arguments.named["default"] else {
            throw JinjaFailure(problem, at: offset, missingName: name)
          }
          results.append(fallback)
        case let found: results.append(try pythonValue(found, offset: offset))
        }
      }
      return results
    }
    guard case .string(let name)? = call.arguments.positional.first else {
      throw JinjaFailure("map requires a filter argument", at: offset)
    }
    let rest = JinjaCallArguments(
      positional: call.arguments.positional.dropFirst().map { .constant($0) },
      named: call.arguments.named.entries.map { ($0.pythonText, .constant($1)) })
    for item in items {
      let mapped = try filter(.value(item), name, rest, offset: offset)
      results.append(try pythonValue(mapped, offset: offset))
    }
    return results
  }

  /// `select`, `reject` and their twins over an attribute.
  private mutating func select(
    _ value: PythonValue, _ call: JinjaFilterCall, offset: Int
  ) throws(JinjaFailure) -> [PythonValue] {
    let byAttribute = call.name.hasSuffix("attr")
    let keeps = call.name.hasPrefix("select")
    var positional = call.arguments.positional[...]
    var path: PythonValue?
    if byAttribute {
      guard let first = positional.popFirst() else {
        throw JinjaFailure("\(call.name) requires an attribute", at: offset)
      }
      path = first
    }
    let name = positional.popFirst()
    let rest = JinjaCallArguments(positional: positional.map { .constant($0) })
    var kept: [PythonValue] = []
    let items = value.isTruthy ? try elements(of: .value(value), offset: offset) : []
    for item in items {
      try count(offset)
      var subject = JinjaValue.value(item)
      if let path { subject = try member(path, of: item, offset: offset) }
      let holds =
        if let name {
          try test(subject, name.pythonText, rest, offset: offset)
        } else {
          try isTruthy(subject, offset: offset)
        }
      if holds == keeps { kept.append(item) }
    }
    return kept
  }

  /// A member by a path such as `"answer.text.0"`.
  private func member(
    _ path: PythonValue, of item: PythonValue, offset: Int
  ) throws(JinjaFailure) -> JinjaValue {
    var value = JinjaValue.value(item)
    for key in JinjaSequenceFilters.parts(of: path) {
      value = try self.item(key, of: value, offset: offset)
    }
    return value
  }
}
