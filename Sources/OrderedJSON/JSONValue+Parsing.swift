/// What a parse accepts beyond RFC 8259, and where it stops.
public struct JSONParsingOptions: Sendable {
  /// Arrays and objects inside one another; deeper input is an error instead of a stack overflow.
  public var maximumDepth = 128
  /// Take `NaN`, `Infinity` and `-Infinity`, which Python's `json` writes and reads.
  public var allowsNonFiniteNumbers = false

  public init(maximumDepth: Int = 128, allowsNonFiniteNumbers: Bool = false) {
    self.maximumDepth = maximumDepth
    self.allowsNonFiniteNumbers = allowsNonFiniteNumbers
  }
}

extension JSONValue {
  /// Parses one JSON text that fills the bytes, white space around it aside.
  ///
  /// Input is hostile: depth is bounded, UTF-8 is validated, a lone surrogate escape and a number
  /// beyond double are errors. Repeated member names are kept (see ``JSONObject``).
  /// - Throws: ``JSONError`` with line and column.
  /// - Complexity: O(bytes).
  public init(
    parsing bytes: UnsafeBufferPointer<UInt8>, options: JSONParsingOptions = JSONParsingOptions()
  ) throws(JSONError) {
    var parser = JSONParser(bytes: bytes, options: options)
    parser.skipWhitespace()
    self = try parser.parseValue(depth: 0)
    parser.skipWhitespace()
    if parser.position < bytes.count {
      throw parser.error("unexpected text after the value")
    }
  }

  /// Parses one JSON text held in an array.
  /// - Throws: ``JSONError`` with line and column.
  public init(
    parsing bytes: [UInt8], options: JSONParsingOptions = JSONParsingOptions()
  ) throws(JSONError) {
    self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try JSONValue(parsing: buffer, options: options)
    }
  }

  /// Parses one JSON text held in a string.
  /// - Throws: ``JSONError`` with line and column.
  public init(
    parsing text: String, options: JSONParsingOptions = JSONParsingOptions()
  ) throws(JSONError) {
    self = try JSONValue(parsing: Array(text.utf8), options: options)
  }
}

/// A recursive-descent parser over bytes; recursion is bounded by the options' depth.
private struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  let options: JSONParsingOptions
  var position = 0

  init(bytes: UnsafeBufferPointer<UInt8>, options: JSONParsingOptions) {
    self.bytes = bytes
    self.options = options
  }

  func error(_ problem: String) -> JSONError { JSONError(problem, at: position, in: bytes) }

  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
    guard let byte = current else { throw error("the text ends where a value should stand") }
    switch byte {
    case UInt8(ascii: "{"): return try parseObject(depth: depth)
    case UInt8(ascii: "["): return try parseArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseLiteral("true", .bool(true))
    case UInt8(ascii: "f"): return try parseLiteral("false", .bool(false))
    case UInt8(ascii: "n"): return try parseLiteral("null", .null)
    case UInt8(ascii: "N") where options.allowsNonFiniteNumbers:
      return try parseLiteral("NaN", .double(.nan))
    case UInt8(ascii: "I") where options.allowsNonFiniteNumbers:
      return try parseLiteral("Infinity", .double(.infinity))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    case 0xEF where bytes[position...].starts(with: [0xEF, 0xBB, 0xBF]):
      throw error("a byte order mark, which JSON does not allow; save the file without one")
    default: throw error("unexpected \(Self.describe(byte)) where a value should stand")
    }
  }

  mutating func parseLiteral(_ word: StaticString, _ value: JSONValue) throws(JSONError)
    -> JSONValue
  {
    let count = word.utf8CodeUnitCount
    guard bytes.count - position >= count else { throw error("the text ends inside a word") }
    for index in 0..<count where bytes[position + index] != word.utf8Start[index] {
      throw error("expected \(word)")
    }
    position += count
    return value
  }

  mutating func parseArray(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < options.maximumDepth else {
      throw error("nested more than \(options.maximumDepth) deep")
    }
    position += 1
    var elements: [JSONValue] = []
    skipWhitespace()
    if current == UInt8(ascii: "]") {
      position += 1
      return .array(elements)
    }
    while true {
      skipWhitespace()
      elements.append(try parseValue(depth: depth + 1))
      skipWhitespace()
      switch current {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "]"):
        position += 1
        return .array(elements)
      default: throw error("expected , or ] in an array")
      }
    }
  }

  mutating func parseObject(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < options.maximumDepth else {
      throw error("nested more than \(options.maximumDepth) deep")
    }
    position += 1
    var members: [JSONObject.Member] = []
    skipWhitespace()
    if current == UInt8(ascii: "}") {
      position += 1
      return .object(JSONObject(members))
    }
    while true {
      skipWhitespace()
      guard current == UInt8(ascii: "\"") else { throw error("expected a member name in quotes") }
      let name = try parseString()
      skipWhitespace()
      guard current == UInt8(ascii: ":") else { throw error("expected : after a member name") }
      position += 1
      skipWhitespace()
      members.append(JSONObject.Member(name: name, value: try parseValue(depth: depth + 1)))
      skipWhitespace()
      switch current {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "}"):
        position += 1
        return .object(JSONObject(members))
      default: throw error("expected , or } in an object")
      }
    }
  }

  // MARK: Strings

  mutating func parseString() throws(JSONError) -> String {
    position += 1
    let start = position
    // Most strings hold no escape: find the end first and validate once.
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let text = try validated(UnsafeBufferPointer(rebasing: bytes[start..<position]), at: start)
        position += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
      if byte < 0x20 { throw error("unescaped control character in a string") }
      position += 1
    }
    throw error("the text ends inside a string")
  }

  private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
    var buffer = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return try buffer.withUnsafeBufferPointer { (all) throws(JSONError) in
          try validated(all, at: start)
        }
      case UInt8(ascii: "\\"):
        position += 1
        try parseEscape(into: &buffer)
      case 0..<0x20: throw error("unescaped control character in a string")
      default:
        buffer.append(byte)
        position += 1
      }
    }
    throw error("the text ends inside a string")
  }

  private mutating func parseEscape(into buffer: inout [UInt8]) throws(JSONError) {
    guard let byte = current else { throw error("the text ends inside a string") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"):
      var code = try parseFourHexDigits()
      if 0xDC00..<0xE000 ~= code { throw error("a lone low surrogate is not a character") }
      if 0xD800..<0xDC00 ~= code {
        guard bytes.count - position >= 6, bytes[position] == UInt8(ascii: "\\"),
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw error("a lone high surrogate is not a character") }
        position += 2
        let low = try parseFourHexDigits()
        guard 0xDC00..<0xE000 ~= low else {
          throw error("a lone high surrogate is not a character")
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("not a Unicode character") }
      buffer.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
    default: throw error("unknown escape \\\(Self.describe(byte))")
    }
  }

  private mutating func parseFourHexDigits() throws(JSONError) -> UInt32 {
    guard bytes.count - position >= 4 else { throw error("the text ends inside an escape") }
    var code: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt32
      switch bytes[position] {
      case let byte where UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte: digit = UInt32(byte) - 48
      case let byte where UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte: digit = UInt32(byte) - 87
      case let byte where UInt8(ascii: "A")...UInt8(ascii: "F") ~= byte: digit = UInt32(byte) - 55
      default: throw error("expected four hexadecimal digits after \\u")
      }
      code = code << 4 | digit
      position += 1
    }
    return code
  }

  private func validated(_ text: UnsafeBufferPointer<UInt8>, at start: Int) throws(JSONError)
    -> String
  {
    guard let string = String(validating: text, as: UTF8.self) else {
      throw JSONError("a string that is not valid UTF-8", at: start, in: bytes)
    }
    return string
  }

  // MARK: Numbers

  private mutating func skipDigits() -> Int {
    let start = position
    while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] {
      position += 1
    }
    return position - start
  }

  mutating func parseNumber() throws(JSONError) -> JSONValue {
    let start = position
    if current == UInt8(ascii: "-") {
      position += 1
      if current == UInt8(ascii: "I"), options.allowsNonFiniteNumbers {
        return try parseLiteral("Infinity", .double(-.infinity))
      }
    }
    let leadingZero = current == UInt8(ascii: "0")
    let digits = skipDigits()
    if digits == 0 { throw error("expected a digit") }
    if leadingZero && digits > 1 {
      position = start
      throw error("a number with a leading zero")
    }
    var isInteger = true
    if current == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      if skipDigits() == 0 { throw error("expected a digit after the decimal point") }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      if skipDigits() == 0 { throw error("expected a digit in the exponent") }
    }
    if position - start > 1000 {
      throw JSONError("a number of more than 1000 characters", at: start, in: bytes)
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger { return Int(text).map { .integer($0) } ?? .bigInteger(text) }
    guard let value = Double(text) else {
      throw JSONError("a number that cannot be read", at: start, in: bytes)
    }
    if !value.isFinite && !options.allowsNonFiniteNumbers {
      throw JSONError("a number beyond the range of double precision", at: start, in: bytes)
    }
    return .double(value)
  }

  /// A byte in words that cannot carry an escape sequence to a terminal.
  static func describe(_ byte: UInt8) -> String {
    0x21..<0x7F ~= byte
      ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
  }
}
