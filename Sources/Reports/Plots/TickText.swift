import Foundation

/// Numbers beside axes and in sentences, as short as they can be.
enum TickText {
  /// A number of tokens, with three digits that count.
  ///
  /// - Parameter count: Tokens.
  /// - Returns: Such as `0`, `500k`, `2.5M`, `1.27B`.
  static func tokens(_ count: Double) -> String {
    let units = [("", 1.0), ("k", 1e3), ("M", 1e6), ("B", 1e9), ("T", 1e12)]
    let size = abs(count)
    // 999 999 is 1M: it is rounded before the unit is chosen.
    let unit = units.last { size >= $0.1 * 0.9995 } ?? units[0]
    guard size.isFinite, size < 1e18 else { return scientific(count) }
    return trimmed(String(format: "%.\(decimals(of: size / unit.1))f", count / unit.1)) + unit.0
  }

  /// A tick's value.
  ///
  /// - Parameters:
  ///   - value: On the axis.
  ///   - step: From tick to tick, which says how many decimals are needed.
  /// - Returns: Such as `0.25`, `3`, `2e-4`.
  static func value(_ value: Double, step: Double) -> String {
    if value == 0 || abs(value) < step / 1000 { return "0" }
    let places = Int((-log10(step) - 1e-9).rounded(.up))
    if places > 4 || (places > 3 && abs(value) < 0.01) || abs(value) >= 1e6 {
      return scientific(value)
    }
    // A step of 0.25 has one decimal more than its power of ten.
    let scaled = step * pow(10, Double(max(0, places)))
    let extra = abs(scaled - scaled.rounded()) > 1e-6 ? 1 : 0
    return String(format: "%.\(max(0, places) + extra)f", value)
  }

  /// A power of ten with up to three digits before it.
  ///
  /// - Parameter value: Any number.
  /// - Returns: Such as `1.3e14`, `2e-4`.
  static func scientific(_ value: Double) -> String {
    guard value.isFinite else { return NumberText.fixed(value) }
    let parts = String(format: "%.2e", value).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(value)" }
    return "\(trimmed(String(parts[0])))e\(exponent)"
  }

  /// A share in percent.
  ///
  /// - Parameter share: 1 is everything.
  /// - Returns: Such as `57 %`, `4.2 %`.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return NumberText.fixed(share) }
    return String(format: share < 0.0995 ? "%.1f" : "%.0f", share * 100) + " %"
  }

  private static func decimals(of size: Double) -> Int {
    size < 9.995 ? 2 : size < 99.95 ? 1 : 0
  }

  private static func trimmed(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
    var text = Substring(text)
    while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
    if text.utf8.last == UInt8(ascii: ".") { text.removeLast() }
    return String(text)
  }
}
