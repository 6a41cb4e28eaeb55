/// Python's `ast.literal_eval`: texts, numbers, lists, tuples, dictionaries, `True`, `False`, `None`.
///
/// lm-evaluation-harness reads rendered choices and targets with it (`lm_eval/api/task.py:
/// doc_to_choice, doc_to_target`, commit 4e7e0d4). Complex numbers, bytes and sets are read by Python
/// as well but can be no choice, so they are errors here.
public enum PythonLiteral {
  /// Reads one literal.
  ///
  /// - Parameter text: The literal, spaces and tabs in front allowed.
  /// - Returns: Its value.
  /// - Throws: ``PythonError`` where Python would raise `ValueError` or `SyntaxError`.
  /// - Complexity: O(length).
  public static func evaluate(_ text: String) throws(PythonError) -> PythonValue {
    var parser = PythonLiteralParser(Array(text.pythonLeftStripped(" \t").unicodeScalars))
    return try parser.parseAll()
  }
}

/// A recursive-descent parser over scalars; recursion is bounded.
struct PythonLiteralParser {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  /// Brackets that are open: inside them line ends and comments are white space.
  private var depth = 0

  private static let maximumDepth = 90

  init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

  mutating func parseAll() throws(PythonError) -> PythonValue {
    if scalars.contains("\0") { throw error("a NUL character in the text") }
    try skipBlankLines()
    var value = try parseValue()
    skipSpace()
    if current == "," { value = try parseBareTuple(first: value) }
    skipTrailer()
    if position < scalars.count { throw error("unexpected \(describeCurrent)") }
    return value
  }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private func peek(_ offset: Int) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  private var describeCurrent: String {
    current.map { String($0).pythonRepresentation } ?? "end"
  }

  private func error(_ problem: String) -> PythonError {
    PythonError(.syntaxError, "\(problem) at character \(position + 1)")
  }

  private mutating func skipSpace() {
    while let scalar = current {
      switch scalar {
      case " ", "\t", "\u{C}": position += 1
      case "\n", "\r":
        if depth == 0 { return }
        position += 1
      case "#": while let next = current, next != "\n" && next != "\r" { position += 1 }
      case "\\" where peek(1) == "\n": position += 2
      case "\\" where peek(1) == "\r" && peek(2) == "\n": position += 3
      default: return
      }
    }
  }

  /// Blank lines and comments before the expression, which itself begins without indentation.
  private mutating func skipBlankLines() throws(PythonError) {
    while true {
      let start = position
      skipSpace()
      guard current == "\n" || current == "\r" else {
        if position > start && start > 0 { throw error("unexpected indent") }
        return
      }
      position += 1
    }
  }

  /// Line ends, blank lines and comments after the expression.
  private mutating func skipTrailer() {
    depth += 1
    skipSpace()
    depth -= 1
  }

  private mutating func parseBareTuple(first: PythonValue) throws(PythonError) -> PythonValue {
    var elements = [first]
    while current == "," {
      position += 1
      skipSpace()
      if current == nil || current == "\n" || current == "\r" { break }
      elements.append(try parseValue())
      skipSpace()
    }
    return .tuple(elements)
  }

  private mutating func parseValue() throws(PythonError) -> PythonValue {
    guard let scalar = current else { throw error("a value is missing") }
    switch scalar {
    case "[": return .list(try parseElements(closing: "]").elements)
    case "(":
      let (elements, hasComma) = try parseElements(closing: ")")
      if elements.count == 1 && !hasComma { return elements[0] }
      return .tuple(elements)
    case "{": return try parseDictionary()
    case "-", "+":
      position += 1
      skipSpace()
      // Python takes one sign, and only before a number.
      guard let next = current, next.value < 0x80,
        next == "." || next.isPythonDecimal || next == "("
      else { throw PythonError(.valueError, "a sign that stands before no number") }
      let number = try parseValue()
      switch number {
      case .integer, .float: return scalar == "-" ? try number.negated() : number
      case .bigInteger(let digits):
        return .bigInteger(
          scalar == "+" ? digits : digits.hasPrefix("-") ? String(digits.dropFirst()) : "-" + digits
        )
      default: throw PythonError(.valueError, "a sign that stands before no number")
      }
    case "0"..."9", ".": return try parseNumber()
    case "'", "\"": return try parseStrings()
    default:
      if Self.isNameStart(scalar) { return try parseName() }
      throw error("unexpected \(describeCurrent)")
    }
  }

  private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isXIDStart
  }

  private mutating func parseName() throws(PythonError) -> PythonValue {
    let start = position
    while let scalar = current, scalar == "_" || scalar.properties.isXIDContinue { position += 1 }
    let name = String(pythonScalars: scalars[start..<position])
    if current == "'" || current == "\"" {
      position = start
      return try parseStrings()
    }
    switch name {
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "None": return .none
    default:
      throw PythonError(.valueError, "the name \(name), where only a literal may stand")
    }
  }

  private mutating func parseElements(
    closing: Unicode.Scalar
  ) throws(PythonError) -> (elements: [PythonValue], hasComma: Bool) {
    try open()
    var elements: [PythonValue] = []
    var hasComma = false
    while true {
      skipSpace()
      if current == closing { break }
      elements.append(try parseValue())
      skipSpace()
      if current == "," {
        hasComma = true
        position += 1
      } else if current != closing {
        throw error("expected , or \(closing), found \(describeCurrent)")
      }
    }
    close()
    return (elements, hasComma)
  }

  private mutating func parseDictionary() throws(PythonError) -> PythonValue {
    try open()
    var dictionary = PythonDictionary()
    while true {
      skipSpace()
      if current == "}" { break }
      let key = try parseValue()
      guard key.isHashable else {
        throw PythonError(.typeError, "unhashable type: '\(key.typeName)'")
      }
      skipSpace()
      guard current == ":" else { throw error("expected :, found \(describeCurrent)") }
      position += 1
      skipSpace()
      dictionary[key] = try parseValue()
      skipSpace()
      if current == "," {
        position += 1
      } else if current != "}" {
        throw error("expected , or }, found \(describeCurrent)")
      }
    }
    close()
    return .dictionary(dictionary)
  }

  private mutating func open() throws(PythonError) {
    guard depth < Self.maximumDepth else {
      throw error("brackets nested more than \(Self.maximumDepth) deep")
    }
    depth += 1
    position += 1
  }

  private mutating func close() {
    depth -= 1
    position += 1
  }

  // MARK: Numbers

  private mutating func parseNumber() throws(PythonError) -> PythonValue {
    let start = position
    while let scalar = current {
      let isSign = scalar == "+" || scalar == "-"
      let afterExponent =
        position > start && (scalars[position - 1] == "e" || scalars[position - 1] == "E")
      let isRadix =
        position > start + 1 && scalars[start] == "0"
        && "xX".unicodeScalars.contains(scalars[start + 1])
      guard
        scalar.isASCIIAlphanumeric || scalar == "_" || scalar == "."
          || (isSign && afterExponent && !isRadix)
      else { break }
      position += 1
    }
    let text = String(pythonScalars: scalars[start..<position])
    guard let value = PythonNumber.parse(text) else {
      throw error("\(text.pythonRepresentation) is not a number")
    }
    return value
  }

  // MARK: Strings

  /// One string literal or several side by side, which Python joins.
  private mutating func parseStrings() throws(PythonError) -> PythonValue {
    var result = ""
    var count = 0
    while true {
      let start = position
      var prefix = ""
      while let scalar = current, scalar.isASCIIAlphanumeric, prefix.count < 3 {
        prefix.unicodeScalars.append(scalar)
        position += 1
      }
      guard current == "'" || current == "\"" else {
        position = start
        if count == 0 { throw error("unexpected \(describeCurrent)") }
        return .string(result)
      }
      switch prefix {
      case "", "u", "U": result += try parseString(isRaw: false)
      case "r", "R": result += try parseString(isRaw: true)
      default:
        throw PythonError(
          .valueError, "a literal with the prefix \(prefix), where only text may stand")
      }
      count += 1
      skipSpace()
    }
  }

  private mutating func parseString(isRaw: Bool) throws(PythonError) -> String {
    guard let quote = current else { throw error("a text is missing") }
    let isTriple = peek(1) == quote && peek(2) == quote
    position += isTriple ? 3 : 1
    var result = String.UnicodeScalarView()
    while let scalar = current {
      switch scalar {
      case quote:
        if !isTriple {
          position += 1
          return String(result)
        }
        if peek(1) == quote && peek(2) == quote {
          position += 3
          return String(result)
        }
        result.append(scalar)
        position += 1
      case "\n", "\r":
        if !isTriple { throw error("a text that is not closed on its line") }
        // Source text has universal line ends.
        if scalar == "\r" && peek(1) == "\n" { position += 1 }
        result.append("\n")
        position += 1
      case "\\":
        guard let next = peek(1) else { throw error("a text that is not closed") }
        if isRaw {
          result.append(scalar)
          result.append(next)
          position += 2
        } else {
          position += 1
          try parseEscape(into: &result)
        }
      default:
        result.append(scalar)
        position += 1
      }
    }
    throw error("a text that is not closed")
  }

  /// Replaces the escapes in the body of a text that is not raw.
  ///
  /// - Parameter body: What stands between the quotes.
  /// - Returns: The text.
  /// - Throws: ``PythonError`` for escapes that Python refuses.
  static func unescaped(_ body: [Unicode.Scalar]) throws(PythonError) -> String {
    var parser = PythonLiteralParser(body)
    var result = String.UnicodeScalarView()
    while let scalar = parser.current {
      parser.position += 1
      if scalar == "\\" {
        try parser.parseEscape(into: &result)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private mutating func parseEscape(
    into result: inout String.UnicodeScalarView
  ) throws(PythonError) {
    guard let scalar = current else { throw error("a text that is not closed") }
    position += 1
    switch scalar {
    case "\n": break
    case "\r": if current == "\n" { position += 1 }
    case "\\", "'", "\"": result.append(scalar)
    case "a": result.append("\u{7}")
    case "b": result.append("\u{8}")
    case "f": result.append("\u{C}")
    case "n": result.append("\n")
    case "r": result.append("\r")
    case "t": result.append("\t")
    case "v": result.append("\u{B}")
    case "0"..."7":
      var code = scalar.value - 48
      for _ in 0..<2 {
        guard let digit = current, "0"..."7" ~= digit else { break }
        code = code * 8 + digit.value - 48
        position += 1
      }
      if let scalar = Unicode.Scalar(code) { result.append(scalar) }
    case "x": result.append(try parseHexadecimal(digits: 2))
    case "u": result.append(try parseHexadecimal(digits: 4))
    case "U": result.append(try parseHexadecimal(digits: 8))
    case "N": result.append(try parseCharacterName())
    default:
      // An unknown escape stays as it is written.
      result.append("\\")
      result.append(scalar)
    }
  }

  private mutating func parseHexadecimal(digits: Int) throws(PythonError) -> Unicode.Scalar {
    var code: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = current, digit.isASCII, let value = Character(digit).hexDigitValue else {
        throw error("an escape of fewer than \(digits) hexadecimal digits")
      }
      code = code << 4 | UInt32(value)
      position += 1
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw error("an escape for a code that is no character")
    }
    return scalar
  }

  /// Characters by name, made only where one is asked for.
  private static let scalarsByName: [String: Unicode.Scalar] = {
    var scalars: [String: Unicode.Scalar] = [:]
    for scalar in (0...UInt32(0x10FFFF)).lazy.compactMap(Unicode.Scalar.init) {
      for name in [scalar.properties.name, scalar.properties.nameAlias] {
        if let name { scalars[name] = scalars[name] ?? scalar }
      }
    }
    return scalars
  }()

  /// `\N{NAME}`.
  private mutating func parseCharacterName() throws(PythonError) -> Unicode.Scalar {
    guard current == "{", let end = scalars[position...].firstIndex(of: "}") else {
      throw error("a character name without braces")
    }
    let name = String(pythonScalars: scalars[(position + 1)..<end]).pythonUppercased
    position = end + 1
    if let scalar = Self.scalarsByName[name] { return scalar }
    throw error("no character is called \(name)")
  }
}

extension Unicode.Scalar {
  var isASCIIAlphanumeric: Bool {
    switch self {
    case "0"..."9", "a"..."z", "A"..."Z": true
    default: false
    }
  }
}

extension PythonValue {
  /// Whether the value can be the key of a dictionary.
  var isHashable: Bool {
    switch self {
    case .list, .dictionary: false
    case .tuple(let elements): elements.allSatisfy(\.isHashable)
    default: true
    }
  }
}
