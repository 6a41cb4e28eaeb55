extension String {
  /// Python's `text % arguments`.
  ///
  /// - Parameter arguments: A tuple of values, or one value.
  /// - Returns: The text with every `%` conversion replaced.
  /// - Throws: ``PythonError`` for conversions that do not fit their values.
  func pythonPercentFormatted(with arguments: PythonValue) throws(PythonError) -> String {
    let isTuple = if case .tuple = arguments { true } else { false }
    var waiting = (isTuple ? arguments.elements ?? [] : [arguments])[...]
    var result = ""
    var rest = unicodeScalars[...]
    func take() throws(PythonError) -> PythonValue {
      guard let value = waiting.popFirst() else {
        throw PythonError(.typeError, "not enough arguments for format string")
      }
      return value
    }
    while let percent = rest.firstIndex(of: "%") {
      result += String(rest[..<percent])
      rest = rest[rest.index(after: percent)...]
      var flags = Set<Unicode.Scalar>()
      var mapped: PythonValue?
      if rest.first == "(" {
        guard let end = rest.firstIndex(of: ")") else {
          throw PythonError(.valueError, "incomplete format key")
        }
        let key = String(rest[rest.index(after: rest.startIndex)..<end])
        guard case .dictionary(let dictionary) = arguments else {
          throw PythonError(.typeError, "format requires a mapping")
        }
        guard let value = dictionary[key] else { throw PythonError(.keyError, "no key '\(key)'") }
        mapped = value
        waiting = []
        rest = rest[rest.index(after: end)...]
      }
      while let flag = rest.first, "-+ #0".unicodeScalars.contains(flag) {
        flags.insert(flag)
        rest = rest.dropFirst()
      }
      var width = try Self.takeCount(&rest, star: take)
      if let value = width, value < 0 {
        flags.insert("-")
        width = -value
      }
      var precision: Int?
      if rest.first == "." {
        rest = rest.dropFirst()
        precision = max(try Self.takeCount(&rest, star: take) ?? 0, 0)
      }
      guard let conversion = rest.popFirst() else {
        throw PythonError(.valueError, "incomplete format")
      }
      if conversion == "%" {
        result += "%"
        continue
      }
      let value = if let mapped { mapped } else { try take() }
      let converted = try Self.convert(
        value, conversion, flags: flags, width: width ?? 0, precision: precision)
      try PythonValue.checkLength(result.utf8.count, plus: converted.utf8.count)
      result += converted
    }
    // A list counts as a mapping here, which may hold more than is used.
    if !waiting.isEmpty, isTuple || (arguments.dictionaryValue == nil && arguments.elements == nil)
    {
      throw PythonError(.typeError, "not all arguments converted during string formatting")
    }
    return result + String(rest)
  }

  private static func takeCount(
    _ rest: inout Substring.UnicodeScalarView.SubSequence,
    star: () throws(PythonError) -> PythonValue
  ) throws(PythonError) -> Int? {
    if rest.first == "*" {
      rest = rest.dropFirst()
      guard let count = try star().integerValue, abs(count) <= 100_000 else {
        throw PythonError(.typeError, "* wants int")
      }
      return count
    }
    let digits = rest.prefix { $0.isASCII && $0.isPythonDecimal }
    if digits.isEmpty { return nil }
    rest = rest[digits.endIndex...]
    guard let count = Int(String(digits)), count <= 100_000 else {
      throw PythonError(.valueError, "a width or precision above 100000")
    }
    return count
  }

  private static func convert(
    _ value: PythonValue, _ conversion: Unicode.Scalar, flags: Set<Unicode.Scalar>, width: Int,
    precision: Int?
  ) throws(PythonError) -> String {
    var specification = ""
    let isLeft = flags.contains("-")
    switch conversion {
    case "s", "r", "a":
      let text = conversion == "s" ? value.pythonText : value.representation
      let cut = precision.map { text.pythonSlice(from: 0, to: $0) } ?? text
      return try PythonValue.string(cut).formatted("\(isLeft ? "<" : ">")\(width)")
    case "c":
      if case .string(let text) = value, text.pythonLength == 1 {
        return try PythonValue.string(text).formatted("\(isLeft ? "<" : ">")\(width)")
      }
      guard value.integerValue != nil else {
        throw PythonError(.typeError, "%c requires int or char")
      }
      return try value.formatted("\(isLeft ? "<" : ">")\(width)c")
    case "d", "i", "u", "x", "X", "o":
      var number = value
      if case .float(let float) = value, conversion == "d" || conversion == "i" || conversion == "u"
      {
        guard let whole = Int(exactly: float.rounded(.towardZero)) else {
          throw PythonValue.tooLarge
        }
        number = .integer(whole)
      }
      guard number.integerValue != nil else {
        throw PythonError(
          .typeError, "%\(conversion) format: a number is required, not \(value.typeName)")
      }
      if isLeft { specification += "<" }
      specification += signFlag(flags)
      if flags.contains("#") { specification += "#" }
      if flags.contains("0") && !isLeft { specification += "0" }
      let type = conversion == "i" || conversion == "u" ? "d" : conversion
      return try number.formatted(specification + (width > 0 ? "\(width)" : "") + "\(type)")
    case "e", "E", "f", "F", "g", "G":
      guard let float = value.floatValue else {
        throw PythonError(.typeError, "must be real number, not \(value.typeName)")
      }
      if isLeft { specification += "<" }
      specification += signFlag(flags)
      if flags.contains("0") && !isLeft { specification += "0" }
      return try PythonValue.float(float).formatted(
        specification + (width > 0 ? "\(width)" : "") + ".\(precision ?? 6)\(conversion)")
    default:
      throw PythonError(.valueError, "unsupported format character '\(conversion)'")
    }
  }

  private static func signFlag(_ flags: Set<Unicode.Scalar>) -> String {
    flags.contains("+") ? "+" : flags.contains(" ") ? " " : ""
  }

  /// Python's `text.format(*arguments, **named)`.
  ///
  /// - Parameters:
  ///   - arguments: Values for `{}`, `{0}`.
  ///   - named: Values for `{name}`.
  /// - Returns: The text with every replacement field filled in.
  /// - Throws: ``PythonError`` for malformed fields and missing values.
  func pythonFormatted(
    _ arguments: [PythonValue], named: PythonDictionary = PythonDictionary()
  ) throws(PythonError) -> String {
    var fields = ReplacementFields(arguments: arguments, named: named)
    return try fields.fill(Array(unicodeScalars), depth: 0)
  }
}

/// The state of one `str.format`: which values there are, and how fields were numbered so far.
private struct ReplacementFields {
  let arguments: [PythonValue]
  let named: PythonDictionary
  var next = 0
  var isNumbered = false

  init(arguments: [PythonValue], named: PythonDictionary) {
    self.arguments = arguments
    self.named = named
  }

  mutating func fill(_ scalars: [Unicode.Scalar], depth: Int) throws(PythonError) -> String {
    if depth > 2 { throw PythonError(.valueError, "max string recursion exceeded") }
    var result = ""
    var position = 0
    while position < scalars.count {
      let scalar = scalars[position]
      position += 1
      guard scalar == "{" || scalar == "}" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      if position < scalars.count, scalars[position] == scalar {
        result.unicodeScalars.append(scalar)
        position += 1
        continue
      }
      if scalar == "}" {
        throw PythonError(.valueError, "single '}' encountered in format string")
      }
      var level = 1
      let start = position
      while position < scalars.count {
        if scalars[position] == "{" { level += 1 }
        if scalars[position] == "}" { level -= 1 }
        if level == 0 { break }
        position += 1
      }
      guard position < scalars.count else {
        throw PythonError(.valueError, "expected '}' before end of string")
      }
      let text = try field(Array(scalars[start..<position]), depth: depth)
      try PythonValue.checkLength(result.utf8.count, plus: text.utf8.count)
      result += text
      position += 1
    }
    return result
  }

  private mutating func field(_ scalars: [Unicode.Scalar], depth: Int) throws(PythonError) -> String
  {
    var name = scalars[...]
    var conversion: Unicode.Scalar?
    var specification: [Unicode.Scalar] = []
    if let end = scalars.firstIndex(where: { $0 == "!" || $0 == ":" }) {
      name = scalars[..<end]
      var rest = scalars[(end + 1)...]
      if scalars[end] == "!" {
        conversion = rest.popFirst()
        if let colon = rest.popFirst(), colon != ":" {
          throw PythonError(.valueError, "expected ':' after conversion specifier")
        }
      }
      specification = Array(rest)
    }
    var value = try lookUp(Array(name))
    switch conversion {
    case nil: break
    case "s": value = .string(value.pythonText)
    case "r", "a": value = .string(value.representation)
    default: throw PythonError(.valueError, "unknown conversion specifier")
    }
    return try value.formatted(fill(specification, depth: depth + 1))
  }

  private mutating func lookUp(_ scalars: [Unicode.Scalar]) throws(PythonError) -> PythonValue {
    let first = scalars.prefix { $0 != "." && $0 != "[" }
    let key = String(pythonScalars: first)
    var value: PythonValue
    if key.isEmpty || key.isPythonDigits {
      if key.isEmpty == isNumbered && (isNumbered || next > 0) {
        throw PythonError(
          .valueError, "cannot switch between automatic and manual field numbering")
      }
      let index = key.isEmpty ? next : Int(key) ?? .max
      if key.isEmpty { next += 1 } else { isNumbered = true }
      guard index < arguments.count else {
        throw PythonError(.indexError, "replacement index \(index) out of range")
      }
      value = arguments[index]
    } else {
      guard let found = named[key] else { throw PythonError(.keyError, "no key '\(key)'") }
      value = found
    }
    var rest = scalars[first.endIndex...]
    while let scalar = rest.popFirst() {
      guard scalar == "[", let end = rest.firstIndex(of: "]") else {
        throw PythonError(.valueError, "attributes are not supported in format fields")
      }
      let element = String(pythonScalars: rest[..<end])
      let index: PythonValue =
        element.isPythonDigits ? .integer(Int(element) ?? .max) : .string(element)
      value = try value.element(at: index)
      rest = rest[(end + 1)...]
    }
    return value
  }
}
