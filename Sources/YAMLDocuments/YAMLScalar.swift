package import HarnessCompatibility

/// The meaning of a plain scalar in YAML 1.1, as PyYAML resolves it.
///
/// So `no` is false, `010` is 8, `1:30` is 90 and `1e3` is a text, whatever newer YAML says.
/// Source: PyYAML 6.0, `resolver.py` and `constructor.py`.
package enum YAMLScalar {
  /// Resolves a plain scalar.
  ///
  /// - Parameter text: The scalar as written.
  /// - Returns: Its value; a text where no other kind fits, timestamps included.
  package static func resolve(_ text: String) -> PythonValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .none
    case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
    case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
    default: break
    }
    guard let first = text.utf8.first,
      first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || first == UInt8(ascii: ".")
        || isDigit(first)
    else { return .string(text) }
    return integer(text) ?? float(text).map { .float($0) } ?? .string(text)
  }

  /// An integer of YAML 1.1: binary, octal, decimal, hexadecimal or sexagesimal.
  static func integer(_ text: String) -> PythonValue? {
    var digits = Array(text.utf8)[...]
    var sign = ""
    if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      sign = first == UInt8(ascii: "-") ? "-" : ""
      digits = digits.dropFirst()
    }
    guard let first = digits.first, isDigit(first) else { return nil }
    let rest = digits.dropFirst()
    if first == UInt8(ascii: "0") && !rest.isEmpty {
      if rest.first == UInt8(ascii: "b") {
        return number(rest.dropFirst(), sign, radix: 2) { $0 == 48 || $0 == 49 }
      }
      if rest.first == UInt8(ascii: "x") {
        return number(rest.dropFirst(), sign, radix: 16) {
          isDigit($0) || 65...70 ~= $0 || 97...102 ~= $0
        }
      }
      return number(digits, sign, radix: 8) { 48...55 ~= $0 }
    }
    if digits.contains(UInt8(ascii: ":")) { return sexagesimal(digits, sign) }
    return number(digits, sign, radix: 10) { isDigit($0) }
  }

  private static func number(
    _ digits: ArraySlice<UInt8>, _ sign: String, radix: Int, _ allows: (UInt8) -> Bool
  ) -> PythonValue? {
    guard !digits.isEmpty, digits.allSatisfy({ allows($0) || $0 == UInt8(ascii: "_") }) else {
      return nil
    }
    let plain = String(decoding: digits.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    // Only underscores: PyYAML takes the pattern and fails to convert.
    guard !plain.isEmpty else { return nil }
    if let value = Int(sign + plain, radix: radix) { return .integer(value) }
    return radix == 10 ? .bigInteger(sign + plain) : nil
  }

  private static func sexagesimal(_ digits: ArraySlice<UInt8>, _ sign: String) -> PythonValue? {
    guard let value = sexagesimalValue(String(decoding: digits, as: UTF8.self)),
      let whole = Int(exactly: value)
    else { return nil }
    return .integer(sign == "-" ? -whole : whole)
  }

  /// `hours:minutes:seconds` and the like: the first part any number, all others below 60.
  private static func sexagesimalValue(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, parts.count < 20 else { return nil }
    var value = 0.0
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      let plain = part.utf8.filter { $0 != UInt8(ascii: "_") }
      guard let first = plain.first, isDigit(first),
        plain.allSatisfy({ isDigit($0) || (isLast && $0 == UInt8(ascii: ".")) }),
        let number = Double(String(decoding: plain, as: UTF8.self) + (plain.last == 46 ? "0" : "")),
        index == 0 || (number < 60 && part.prefix { $0 != "." }.count <= 2)
      else { return nil }
      value = value * 60 + number
    }
    return value
  }

  /// A float of YAML 1.1: it needs a point, and a sign in its exponent.
  static func float(_ text: String) -> Double? {
    var digits = Array(text.utf8)[...]
    var sign = 1.0
    if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      sign = first == UInt8(ascii: "-") ? -1 : 1
      digits = digits.dropFirst()
    }
    let hasSign = digits.count < text.utf8.count
    let body = String(decoding: digits, as: UTF8.self)
    if [".inf", ".Inf", ".INF"].contains(body) { return sign * .infinity }
    if !hasSign && [".nan", ".NaN", ".NAN"].contains(body) { return .nan }
    if body.contains(":") {
      guard body.contains("."), let value = sexagesimalValue(body) else { return nil }
      return sign * value
    }
    guard let point = digits.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    let whole = digits[..<point]
    var fraction = digits[(point + 1)...]
    var exponent: ArraySlice<UInt8> = []
    if let mark = fraction.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") })
    {
      exponent = fraction[(mark + 1)...]
      fraction = fraction[..<mark]
      guard let exponentSign = exponent.first,
        exponentSign == UInt8(ascii: "+") || exponentSign == UInt8(ascii: "-"),
        exponent.count > 1, exponent.dropFirst().allSatisfy(isDigit)
      else { return nil }
    }
    let allows = { (byte: UInt8) in isDigit(byte) || byte == UInt8(ascii: "_") }
    guard whole.allSatisfy(allows), fraction.allSatisfy(allows) else { return nil }
    if whole.isEmpty {
      // A float that begins with its point takes no sign.
      guard !hasSign, let first = fraction.first, isDigit(first) else { return nil }
    } else {
      guard let first = whole.first, isDigit(first) else { return nil }
    }
    let plain = { (part: ArraySlice<UInt8>) in
      String(decoding: part.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    }
    let number =
      "\(plain(whole).isEmpty ? "0" : plain(whole)).\(plain(fraction).isEmpty ? "0" : plain(fraction))"
    let power = exponent.isEmpty ? "" : "e" + String(decoding: exponent, as: UTF8.self)
    return Double(number + power).map { sign * $0 }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
}
