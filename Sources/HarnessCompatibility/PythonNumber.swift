/// Numbers as Python's source code and its `int()` and `float()` write them.
enum PythonNumber {
  /// Reads a number of Python's grammar, without a sign: decimal, hexadecimal, octal, binary, float.
  ///
  /// - Parameter text: The whole number; underscores between digits allowed.
  /// - Returns: Its value, or `nil` for what Python does not take (`01`, `1__0`, `2j`).
  static func parse(_ text: String) -> PythonValue? {
    let lower = text.lowercased()
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where lower.hasPrefix(prefix) {
      var digits = String(lower.dropFirst(2))
      if digits.hasPrefix("_") { digits.removeFirst() }
      guard let plain = withoutUnderscores(digits, radix: 16), !plain.isEmpty else { return nil }
      guard plain.utf8.allSatisfy({ isDigit($0, radix: radix) }) else { return nil }
      return Int(plain, radix: radix).map { .integer($0) }
    }
    guard let plain = withoutUnderscores(text), let first = plain.utf8.first,
      isDigit(first, radix: 10) || first == UInt8(ascii: ".")
    else { return nil }
    if plain.utf8.allSatisfy({ isDigit($0, radix: 10) }) {
      if plain.hasPrefix("0") { return plain.utf8.allSatisfy { $0 == 48 } ? .integer(0) : nil }
      return Int(plain).map { .integer($0) } ?? .bigInteger(plain)
    }
    return decimalFloat(plain).map { .float($0) }
  }

  /// Python's `int(text)`, white space around it allowed.
  ///
  /// - Parameter text: Decimal digits of any script, with a sign and single underscores between.
  /// - Returns: The value, or `nil` where Python raises `ValueError`.
  static func integer(_ text: String) -> PythonValue? {
    var digits = asciiDigits(text.pythonStripped())
    var sign = ""
    if let first = digits.first, first == "-" || first == "+" {
      sign = first == "-" ? "-" : ""
      digits.removeFirst()
    }
    guard let plain = withoutUnderscores(digits), !plain.isEmpty,
      plain.utf8.allSatisfy({ isDigit($0, radix: 10) })
    else { return nil }
    if let value = Int(sign + plain) { return .integer(value) }
    return .bigInteger(sign + String(plain.drop { $0 == "0" }))
  }

  /// Python's `float(text)`, white space around it allowed.
  ///
  /// - Parameter text: A decimal number, `inf`, `infinity` or `nan`.
  /// - Returns: The value, or `nil` where Python raises `ValueError`.
  static func float(_ text: String) -> Double? {
    var digits = asciiDigits(text.pythonStripped())
    var factor = 1.0
    if let first = digits.first, first == "-" || first == "+" {
      factor = first == "-" ? -1 : 1
      digits.removeFirst()
    }
    switch digits.lowercased() {
    case "inf", "infinity": return factor * .infinity
    case "nan": return .nan
    default: break
    }
    guard let plain = withoutUnderscores(digits) else { return nil }
    return decimalFloat(plain).map { factor * $0 }
  }

  /// Digits of other scripts as ASCII ones.
  private static func asciiDigits(_ text: String) -> String {
    String(
      pythonScalars: text.unicodeScalars.map { scalar in
        guard !scalar.isASCII, scalar.isPythonDecimal, let value = scalar.properties.numericValue
        else { return scalar }
        return Unicode.Scalar(UInt8(48 + Int(value)))
      })
  }

  /// Removes single underscores between digits; `nil` where they stand elsewhere.
  private static func withoutUnderscores(_ text: String, radix: Int = 10) -> String? {
    guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "_") {
      guard index > 0, index + 1 < bytes.count, isDigit(bytes[index - 1], radix: radix),
        isDigit(bytes[index + 1], radix: radix)
      else { return nil }
    }
    return String(decoding: bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
  }

  /// `digits [. digits] [e [sign] digits]` with at least one digit before the exponent.
  private static func decimalFloat(_ text: String) -> Double? {
    var rest = Array(text.utf8)[...]
    func takeDigits() -> Int {
      let count = rest.prefix { isDigit($0, radix: 10) }.count
      rest = rest.dropFirst(count)
      return count
    }
    var digits = takeDigits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      digits += takeDigits()
    }
    guard digits > 0 else { return nil }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      guard takeDigits() > 0 else { return nil }
    }
    guard rest.isEmpty else { return nil }
    // Swift wants digits on both sides of the point.
    let padded = text.hasPrefix(".") ? "0" + text : text
    return Double(
      padded.replacing(".e", with: ".0e").replacing(".E", with: ".0E")
        + (text.hasSuffix(".") ? "0" : ""))
  }

  private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 48 < radix
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): radix == 16
    default: false
    }
  }
}
