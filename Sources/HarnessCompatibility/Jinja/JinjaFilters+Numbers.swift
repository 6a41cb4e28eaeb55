internal import Foundation

/// Filters that make numbers.
enum JinjaNumberFilters {
  static let names = ["abs", "float", "int", "round"]

  static func apply(
    _ call: JinjaFilterCall, to value: PythonValue
  ) throws(PythonError) -> PythonValue? {
    switch call.name {
    case "abs":
      if let integer = value.integerValue {
        guard integer != .min else { throw PythonValue.tooLarge }
        return .integer(abs(integer))
      }
      if case .float(let float) = value { return .float(abs(float)) }
      throw PythonError(.typeError, "bad operand type for abs(): '\(value.typeName)'")
    case "int": return try integer(value, call)
    case "float": return float(value) ?? call.value(0, "default") ?? .float(0)
    case "round": return try round(value, call)
    default: return nil
    }
  }

  private static func float(_ value: PythonValue) -> PythonValue? {
    if case .string(let text) = value { return PythonNumber.float(text).map { .float($0) } }
    return value.floatValue.map { .float($0) }
  }

  private static func integer(
    _ value: PythonValue, _ call: JinjaFilterCall
  ) throws(PythonError) -> PythonValue {
    let base = try call.integer(1, "base") ?? 10
    switch value {
    case .integer, .bigInteger: return value
    case .bool(let flag): return .integer(flag ? 1 : 0)
    case .string(let text):
      if base == 10, let found = PythonNumber.integer(text) { return found }
      if base != 10, let found = withBase(text, base) { return found }
    default: break
    }
    // "42.23" becomes 42: by way of a float where the direct way fails.
    if case .float(let number)? = float(value), number.isFinite {
      guard let whole = Int(exactly: number.rounded(.towardZero)) else {
        throw PythonValue.tooLarge
      }
      return .integer(whole)
    }
    return call.value(0, "default") ?? .integer(0)
  }

  private static func withBase(_ text: String, _ base: Int) -> PythonValue? {
    guard 2...36 ~= base else { return nil }
    var digits = text.pythonStripped().lowercased()
    var sign = 1
    if digits.hasPrefix("-") || digits.hasPrefix("+") {
      sign = digits.hasPrefix("-") ? -1 : 1
      digits.removeFirst()
    }
    let prefixes = [16: "0x", 8: "0o", 2: "0b"]
    if let prefix = prefixes[base], digits.hasPrefix(prefix) { digits.removeFirst(2) }
    guard digits.utf8.first.map({ $0 != 0x2B && $0 != 0x2D }) ?? false else { return nil }
    return Int(digits, radix: base).map { .integer(sign * $0) }
  }

  private static func round(
    _ value: PythonValue, _ call: JinjaFilterCall
  ) throws(PythonError) -> PythonValue {
    let precision = try call.integer(0, "precision") ?? 0
    let method = call.text(1, "method") ?? "common"
    guard ["common", "ceil", "floor"].contains(method) else {
      throw PythonError(.valueError, "method must be common, ceil or floor")
    }
    guard let number = value.floatValue else {
      throw PythonError(.typeError, "type \(value.typeName) doesn't define __round__ method")
    }
    guard abs(precision) <= 300 else { throw PythonError(.overflow, "a precision of \(precision)") }
    if method == "common" {
      if value.integerValue != nil && precision >= 0 { return .integer(value.integerValue ?? 0) }
      guard precision >= 0 else {
        throw PythonError(.valueError, "rounding to a negative precision is not supported")
      }
      // Printing with so many digits rounds the exact binary value, half to even, as Python does.
      return .float(Double(String(format: "%.\(precision)f", number)) ?? number)
    }
    let scale = pow(10, Double(precision))
    let scaled = number * scale
    return .float((method == "ceil" ? scaled.rounded(.up) : scaled.rounded(.down)) / scale)
  }
}
