import Foundation
import Records

/// Numbers as reports print them.
enum NumberText {
  /// Four decimals, as lm-eval prints scores, while that stays short.
  ///
  /// - Parameter value: Any number, also one that is not finite.
  /// - Returns: Such as `0.4273`, `1.2346e+08`, `NaN` or `-inf`.
  static func fixed(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return withoutSignOfZero(
      abs(value) < 1e7 ? String(format: "%.4f", value) : String(format: "%.4e", value))
  }

  /// A difference: like ``fixed(_:)``, with its sign.
  ///
  /// - Parameter value: Any number.
  /// - Returns: Such as `+0.0030`; a zero has no sign, also one that comes of rounding.
  static func signed(_ value: Double) -> String {
    let text = fixed(value)
    return value > 0 && text != "0.0000" ? "+" + text : text
  }

  /// An interval of a difference.
  ///
  /// - Parameter interval: Its ends.
  /// - Returns: Such as `-0.0083 to +0.0165`.
  static func span(_ interval: IntervalRecord) -> String {
    "\(signed(interval.low)) to \(signed(interval.high))"
  }

  /// A p-value.
  ///
  /// - Parameter value: From 0 to 1.
  /// - Returns: Four decimals, or `<0.0001`.
  static func probability(_ value: Double) -> String {
    value < 0.0001 && value >= 0 ? "<0.0001" : fixed(value)
  }

  /// A margin, without zeros at the end.
  ///
  /// - Parameter value: Any number.
  /// - Returns: Such as `0.01`.
  static func short(_ value: Double) -> String {
    value.isFinite ? String(format: "%.4g", value) : fixed(value)
  }

  private static func withoutSignOfZero(_ text: String) -> String {
    text == "-0.0000" ? "0.0000" : text
  }
}
