import Foundation

/// A linear axis: which values it spans, where they lie, and ticks at round numbers.
struct PlotAxis {
  let low: Double
  let high: Double
  /// Positions of ``low`` and ``high`` in the picture.
  let start: Double
  let end: Double

  /// Values beyond are no measurements, and their differences would overflow.
  private static let largest = 1e100

  /// Whether a value can be drawn.
  static func isDrawable(_ value: Double) -> Bool { abs(value) < largest }

  /// Spans values; `nil` if none can be drawn.
  ///
  /// - Parameters:
  ///   - values: Those that cannot be drawn are left out.
  ///   - start: Where the axis begins in the picture.
  ///   - end: Where it ends.
  ///   - padding: Share of the span to leave free at both ends.
  ///   - keepsZero: Whether a span that touches 0 is not widened beyond it.
  init?(
    spanning values: some Sequence<Double>, from start: Double, to end: Double,
    padding: Double = 0.04, keepsZero: Bool = false
  ) {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where Self.isDrawable(value) {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else { return nil }
    let size = max(abs(low), abs(high))
    // Differences below are noise of the arithmetic, or lose their digits in it.
    if high - low <= size * 1e-9 || size < 1e-100 {
      let room = size < 1e-100 ? 1 : size * 0.1
      self.low = keepsZero && low == 0 ? 0 : low - room
      self.high = high + room
    } else {
      let room = (high - low) * padding
      self.low = keepsZero && low == 0 ? 0 : low - room
      self.high = keepsZero && high == 0 ? 0 : high + room
    }
    self.start = start
    self.end = end
  }

  /// Where a value lies in the picture.
  func position(of value: Double) -> Double {
    start + (value - low) / (high - low) * (end - start)
  }

  /// Round numbers on the axis, about as many as asked for.
  ///
  /// - Parameter count: At least 2.
  /// - Returns: The ticks, ascending, and the step between them, which is 1, 2, 2.5 or 5 times a
  ///   power of ten.
  func ticks(about count: Int) -> (values: [Double], step: Double) {
    let rough = (high - low) / Double(max(count, 2))
    let power = pow(10, log10(rough).rounded(.down))
    let step = power * ([1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10)
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard step > 0, last >= first, last - first < 100 else { return ([], rough) }
    // Multiples, not sums, so that rounding does not add up.
    return (stride(from: first, through: last, by: 1).map { $0 == 0 ? 0 : $0 * step }, step)
  }
}
