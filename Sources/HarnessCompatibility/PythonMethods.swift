/// Arguments of a call.
public struct PythonArguments: Sendable {
  public var positional: [PythonValue]
  public var named: PythonDictionary

  public init(_ positional: [PythonValue] = [], named: PythonDictionary = PythonDictionary()) {
    self.positional = positional
    self.named = named
  }

  /// Takes an argument by position or name.
  ///
  /// - Parameters:
  ///   - position: Its place, from 0.
  ///   - name: Its name, where it can be given by name.
  /// - Returns: The value, or `nil` where it was not given or is `None`.
  func value(_ position: Int, _ name: String? = nil) -> PythonValue? {
    let found =
      position < positional.count ? positional[position] : name.flatMap { named[$0] }
    if case PythonValue.none? = found { return nil }
    return found
  }

  func text(_ position: Int, _ name: String? = nil) throws(PythonError) -> String? {
    guard let value = value(position, name) else { return nil }
    guard case .string(let text) = value else {
      throw PythonError(.typeError, "a text is wanted, not \(value.typeName)")
    }
    return text
  }

  func requiredText(_ position: Int, _ name: String? = nil) throws(PythonError) -> String {
    guard let text = try text(position, name) else {
      throw PythonError(.typeError, "argument \(position + 1) must be a text")
    }
    return text
  }

  func integer(_ position: Int, _ name: String? = nil) throws(PythonError) -> Int? {
    guard let value = value(position, name) else { return nil }
    guard let integer = value.integerValue else {
      throw PythonError(.typeError, "an integer is wanted, not \(value.typeName)")
    }
    return integer
  }
}

extension PythonValue {
  /// Names of the methods that texts, lists and dictionaries have here, for error messages.
  public var methodNames: [String] {
    switch self {
    case .string: PythonStringMethods.names
    case .list, .tuple: ["count", "index"]
    case .dictionary: ["copy", "get", "items", "keys", "values"]
    default: []
    }
  }

  /// Calls a method that does not change its object.
  ///
  /// - Parameters:
  ///   - name: For example `strip`, `index` or `items`.
  ///   - arguments: What stands in parentheses.
  /// - Returns: The result, or `nil` where the type has no such method here.
  /// - Throws: ``PythonError`` for what Python refuses.
  public func call(
    _ name: String, _ arguments: PythonArguments
  ) throws(PythonError) -> PythonValue? {
    switch self {
    case .string(let text): try PythonStringMethods.call(name, on: text, arguments)
    case .list(let elements), .tuple(let elements):
      try Self.callSequence(name, on: elements, arguments)
    case .dictionary(let dictionary): try Self.callDictionary(name, on: dictionary, arguments)
    default: nil
    }
  }

  private static func callSequence(
    _ name: String, on elements: [PythonValue], _ arguments: PythonArguments
  ) throws(PythonError) -> PythonValue? {
    guard name == "index" || name == "count" else { return nil }
    guard let wanted = arguments.positional.first else {
      throw PythonError(.typeError, "\(name) expected at least 1 argument, got 0")
    }
    if name == "count" { return .integer(elements.count { $0 == wanted }) }
    let lower = clip(try arguments.integer(1) ?? 0, count: elements.count)
    let upper = clip(try arguments.integer(2) ?? elements.count, count: elements.count)
    guard lower < upper, let index = elements[lower..<upper].firstIndex(of: wanted) else {
      throw PythonError(.valueError, "\(wanted.representation) is not in list")
    }
    return .integer(index)
  }

  private static func callDictionary(
    _ name: String, on dictionary: PythonDictionary, _ arguments: PythonArguments
  ) throws(PythonError) -> PythonValue? {
    switch name {
    case "items": return .list(dictionary.entries.map { .tuple([$0, $1]) })
    case "keys": return .list(dictionary.keys)
    case "values": return .list(dictionary.values)
    case "copy": return .dictionary(dictionary)
    case "get":
      guard let key = arguments.positional.first else {
        throw PythonError(.typeError, "get expected at least 1 argument, got 0")
      }
      return dictionary[key] ?? arguments.value(1) ?? PythonValue.none
    default: return nil
    }
  }

  /// A slice bound of Python, brought into `0...count`.
  static func clip(_ bound: Int, count: Int) -> Int {
    let shifted = bound < 0 ? bound.addingReportingOverflow(count).partialValue : bound
    return Swift.min(Swift.max(shifted, 0), count)
  }
}

/// The methods of `str` that do not need a table of their own.
enum PythonStringMethods {
  static let names = [
    "capitalize", "center", "count", "endswith", "expandtabs", "find", "format",
    "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower", "isnumeric",
    "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition",
    "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit",
    "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper", "zfill",
  ]

  private static let withoutArguments: Set<String> = [
    "capitalize", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower", "isnumeric",
    "isspace", "istitle", "isupper", "lower", "swapcase", "title", "upper",
  ]

  static func call(
    _ name: String, on text: String, _ arguments: PythonArguments
  ) throws(PythonError) -> PythonValue? {
    if withoutArguments.contains(name),
      arguments.positional.count + arguments.named.count > 0
    {
      throw PythonError(.typeError, "str.\(name)() takes no arguments")
    }
    switch name {
    case "strip": return .string(text.pythonStripped(try arguments.text(0)))
    case "lstrip": return .string(text.pythonLeftStripped(try arguments.text(0)))
    case "rstrip": return .string(text.pythonRightStripped(try arguments.text(0)))
    case "lower": return .string(text.pythonLowercased)
    case "upper": return .string(text.pythonUppercased)
    case "title": return .string(text.pythonTitlecased)
    case "capitalize": return .string(text.pythonCapitalized)
    case "swapcase": return .string(text.pythonCaseSwapped)
    case "split", "rsplit": return try split(name, text, arguments)
    case "splitlines":
      let keepsEnds = arguments.value(0, "keepends")?.isTruthy ?? false
      return .list(text.pythonSplitLines(keepsEnds: keepsEnds).map { .string($0) })
    case "partition", "rpartition": return try partition(name, text, arguments)
    case "replace":
      let count = try arguments.integer(2, "count").flatMap { $0 < 0 ? nil : $0 }
      let (old, new) = (try arguments.requiredText(0), try arguments.requiredText(1))
      let growth = new.utf8.count * (text.utf8.count + 1)
      if growth > PythonValue.maximumSequenceLength {
        let places = old.isEmpty ? text.pythonLength + 1 : text.occurrences(of: old).count
        if new.utf8.count * places > PythonValue.maximumSequenceLength {
          throw PythonError(.overflow, "a replacement that makes the text too long")
        }
      }
      return .string(text.pythonReplacing(old, with: new, count: count))
    case "startswith", "endswith": return .bool(try hasAffix(name, text, arguments))
    case "removeprefix":
      let prefix = try arguments.requiredText(0)
      return .string(
        text.pythonHasPrefix(prefix)
          ? text.bytes(prefix.utf8.count..<text.utf8.count) : text)
    case "removesuffix":
      let suffix = try arguments.requiredText(0)
      return .string(
        text.pythonHasSuffix(suffix)
          ? text.bytes(0..<text.utf8.count - suffix.utf8.count) : text)
    case "find", "rfind", "index", "rindex", "count": return try search(name, text, arguments)
    case "join": return .string(try join(text, arguments))
    case "format":
      return .string(try text.pythonFormatted(arguments.positional, named: arguments.named))
    case "center", "ljust", "rjust", "zfill", "expandtabs":
      return .string(try pad(name, text, arguments))
    default: return test(name, text).map { .bool($0) }
    }
  }

  private static func test(_ name: String, _ text: String) -> Bool? {
    let scalars = text.unicodeScalars
    switch name {
    case "isspace": return text.isPythonSpace
    case "isdigit": return text.isPythonDigits
    case "isdecimal": return !text.isEmpty && scalars.allSatisfy { $0.isPythonDecimal }
    case "isnumeric": return !text.isEmpty && scalars.allSatisfy { $0.isPythonNumeric }
    case "isalpha": return !text.isEmpty && scalars.allSatisfy { $0.isPythonAlphabetic }
    case "isalnum":
      return !text.isEmpty && scalars.allSatisfy { $0.isPythonAlphabetic || $0.isPythonNumeric }
    case "isascii": return scalars.allSatisfy { $0.isASCII }
    case "islower": return text.isPythonLowercase
    case "isupper": return text.isPythonUppercase
    case "istitle": return text.isPythonTitlecase
    default: return nil
    }
  }

  private static func split(
    _ name: String, _ text: String, _ arguments: PythonArguments
  ) throws(PythonError) -> PythonValue {
    let limit = try arguments.integer(1, "maxsplit").flatMap { $0 < 0 ? nil : $0 }
    let parts: [String]
    if let separator = try arguments.text(0, "sep") {
      if separator.isEmpty { throw PythonError(.valueError, "empty separator") }
      parts =
        name == "split"
        ? text.pythonSplit(separator: separator, maximumSplits: limit)
        : text.pythonRightSplit(separator: separator, maximumSplits: limit)
    } else {
      parts =
        name == "split"
        ? text.pythonSplit(maximumSplits: limit) : text.pythonRightSplit(maximumSplits: limit)
    }
    return .list(parts.map { .string($0) })
  }

  private static func partition(
    _ name: String, _ text: String, _ arguments: PythonArguments
  ) throws(PythonError) -> PythonValue {
    let separator = try arguments.requiredText(0)
    if separator.isEmpty { throw PythonError(.valueError, "empty separator") }
    let parts =
      name == "partition"
      ? text.pythonSplit(separator: separator, maximumSplits: 1)
      : text.pythonRightSplit(separator: separator, maximumSplits: 1)
    if parts.count == 2 {
      return .tuple([.string(parts[0]), .string(separator), .string(parts[1])])
    }
    let empty = PythonValue.string("")
    return .tuple(
      name == "partition" ? [.string(text), empty, empty] : [empty, empty, .string(text)])
  }

  private static func hasAffix(
    _ name: String, _ text: String, _ arguments: PythonArguments
  ) throws(PythonError) -> Bool {
    guard let wanted = arguments.positional.first else {
      throw PythonError(.typeError, "\(name) expected at least 1 argument, got 0")
    }
    guard arguments.positional.count == 1 else {
      throw PythonError(.typeError, "\(name) with a start is not supported")
    }
    let affixes = if case .tuple(let several) = wanted { several } else { [wanted] }
    for affix in affixes {
      guard case .string(let part) = affix else {
        throw PythonError(
          .typeError, "\(name) first arg must be str or a tuple of str, not \(affix.typeName)")
      }
      if name == "startswith" ? text.pythonHasPrefix(part) : text.pythonHasSuffix(part) {
        return true
      }
    }
    return false
  }

  private static func search(
    _ name: String, _ text: String, _ arguments: PythonArguments
  ) throws(PythonError) -> PythonValue {
    let pattern = try arguments.requiredText(0)
    var part = text
    var offset = 0
    if arguments.positional.count > 1 {
      let length = text.pythonLength
      // A start beyond the end finds nothing, not even the empty text.
      if let start = try arguments.integer(1), start > length {
        return try notFound(name)
      }
      offset = PythonValue.clip(try arguments.integer(1) ?? 0, count: length)
      let end = PythonValue.clip(try arguments.integer(2) ?? length, count: length)
      if offset > end { return try notFound(name) }
      part = text.pythonSlice(from: offset, to: end)
    }
    switch name {
    case "count": return .integer(part.pythonCount(pattern))
    case "find", "index":
      if let found = part.pythonFind(pattern) { return .integer(found + offset) }
    default: if let found = part.pythonFindLast(pattern) { return .integer(found + offset) }
    }
    return try notFound(name)
  }

  private static func notFound(_ name: String) throws(PythonError) -> PythonValue {
    switch name {
    case "count": return .integer(0)
    case "find", "rfind": return .integer(-1)
    default: throw PythonError(.valueError, "substring not found")
    }
  }

  private static func join(
    _ text: String, _ arguments: PythonArguments
  ) throws(PythonError) -> String {
    guard let list = arguments.positional.first else {
      throw PythonError(.typeError, "join() takes exactly one argument (0 given)")
    }
    var parts: [String] = []
    for (index, element) in try list.iterated().enumerated() {
      guard case .string(let part) = element else {
        throw PythonError(
          .typeError,
          "sequence item \(index): expected str instance, \(element.typeName) found")
      }
      parts.append(part)
    }
    return try PythonValue.joined(parts, by: text)
  }

  private static func pad(
    _ name: String, _ text: String, _ arguments: PythonArguments
  ) throws(PythonError) -> String {
    if name == "expandtabs" {
      return try expandTabs(text, try arguments.integer(0, "tabsize") ?? 8)
    }
    let width = try arguments.integer(0) ?? 0
    let filler = try arguments.text(1) ?? " "
    guard filler.pythonLength == 1 else {
      throw PythonError(.typeError, "the fill character must be exactly one character long")
    }
    let missing = width - text.pythonLength
    guard missing > 0 else { return text }
    guard missing <= PythonValue.maximumSequenceLength else {
      throw PythonError(.overflow, "a width of \(width)")
    }
    switch name {
    case "ljust": return text + String(repeating: filler, count: missing)
    case "rjust": return String(repeating: filler, count: missing) + text
    case "zfill":
      let zeros = String(repeating: "0", count: missing)
      if let first = text.unicodeScalars.first, first == "+" || first == "-" {
        return String(first) + zeros + String(text.unicodeScalars.dropFirst())
      }
      return zeros + text
    default:
      // CPython puts the odd one out on the left only if the width is odd.
      let left = missing / 2 + (missing & width & 1)
      return String(repeating: filler, count: left) + text
        + String(repeating: filler, count: missing - left)
    }
  }

  private static func expandTabs(_ text: String, _ size: Int) throws(PythonError) -> String {
    var result = String.UnicodeScalarView()
    var column = 0
    for scalar in text.unicodeScalars {
      if scalar == "\t" {
        let count = size > 0 ? min(size, 1000) - column % min(size, 1000) : 0
        for _ in 0..<count { result.append(" ") }
        column += count
        try PythonValue.checkLength(column, plus: 0)
      } else {
        result.append(scalar)
        column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
      }
    }
    return String(result)
  }
}
