internal import HarnessCompatibility

/// Numbers as plans write them: `4M`, `100k`, `1%`, `3e-4`.
enum PlanAmount {
  /// A length within a phase.
  enum Length: Equatable {
    case percent(Double)
    case steps(Int)
  }

  /// A whole number, with k for 10³, M for 10⁶, G or B for 10⁹.
  ///
  /// - Parameter text: Such as `2.5M`; exact, so `0.0001k` is none.
  /// - Returns: `nil` for other texts, fractions and numbers that do not fit.
  static func count(_ text: String) -> Int? {
    var digits = Array(text.utf8)[...]
    var power = 0
    switch digits.last {
    case UInt8(ascii: "k"), UInt8(ascii: "K"): power = 3
    case UInt8(ascii: "M"): power = 6
    case UInt8(ascii: "G"), UInt8(ascii: "B"): power = 9
    default: break
    }
    if power > 0 { digits = digits.dropLast() }
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, !whole.isEmpty,
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) })
    else { return nil }
    var fraction = parts.count == 2 ? parts[1] : []
    while fraction.last == UInt8(ascii: "0") { fraction = fraction.dropLast() }
    guard fraction.count <= power else { return nil }
    let zeros = repeatElement(UInt8(ascii: "0"), count: power - fraction.count)
    return Int(String(decoding: Array(whole) + Array(fraction) + Array(zeros), as: UTF8.self))
  }

  /// The number before a percent sign.
  ///
  /// - Parameter text: Such as `12.5%`, not negative.
  /// - Returns: `nil` for other texts.
  static func percent(_ text: String) -> Double? {
    guard text.utf8.last == UInt8(ascii: "%") else { return nil }
    var body = text.dropLast()
    while body.utf8.last == UInt8(ascii: " ") { body = body.dropLast() }
    return number(String(body)).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// A finite number, with or without an exponent.
  ///
  /// YAML 1.1 takes `3e-4` for a text, since it lacks a point.
  /// - Parameter text: Decimal digits, no hexadecimal, no words.
  /// - Returns: `nil` for other texts.
  static func number(_ text: String) -> Double? {
    guard let first = text.utf8.first, first != UInt8(ascii: "+"), text.utf8.count <= 64,
      text.utf8.allSatisfy({ isDigit($0) || "+-.eE".utf8.contains($0) }),
      let value = Double(text), value.isFinite
    else { return nil }
    return value
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 48...57 ~= byte }
}

extension PlanAmount.Length {
  /// The length in steps.
  ///
  /// - Parameter total: Steps of the phase.
  /// - Returns: A percentage rounded to the nearest step, halves up, and at least 1 if above 0.
  func steps(of total: Int) -> Int {
    switch self {
    case .steps(let steps): return steps
    case .percent(let percent):
      let exact = Double(total) * percent / 100
      return percent > 0 ? max(1, Int(exact.rounded())) : 0
    }
  }
}
