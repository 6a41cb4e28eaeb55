extension PairedBootstrap {
  /// The percentile interval: what lies between the outer shares of the replicates.
  ///
  /// Between two replicates it is interpolated, as numpy's `percentile` does.
  /// - Parameters:
  ///   - replicates: In any order.
  ///   - confidence: Above 0, below 1.
  /// - Returns: `nil` for no replicates, or where one is NaN.
  /// - Complexity: O(n log n).
  /// - SeeAlso: Efron & Tibshirani 1993, chapter 13; Hyndman & Fan 1996, definition 7.
  public static func interval(
    _ replicates: [Double], confidence: Double = 0.95
  ) -> ConfidenceInterval? {
    guard isReadable(replicates), confidence > 0, confidence < 1 else { return nil }
    let sorted = replicates.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = min(Int(place), sorted.count - 1)
      let above = min(below + 1, sorted.count - 1)
      guard sorted[above] > sorted[below] else { return sorted[below] }
      return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
    let outside = (1 - confidence) / 2
    return ConfidenceInterval(low: quantile(outside), high: quantile(1 - outside))
  }

  /// The two-sided test of no difference: twice the share of replicates on the rarer side of 0.
  ///
  /// - Parameter replicates: Differences.
  /// - Returns: 2 · min((≤ 0) + 1, (≥ 0) + 1) / (B + 1), at most 1 and never 0; `nil` for no
  ///   replicates, or where one is NaN.
  /// - SeeAlso: Efron & Tibshirani 1993, chapter 15; for the added one Davison & Hinkley 1997,
  ///   section 4.2.
  public static func pValue(_ replicates: [Double]) -> Double? {
    guard isReadable(replicates) else { return nil }
    return min(1, 2 * min(share(of: replicates) { $0 <= 0 }, share(of: replicates) { $0 >= 0 }))
  }

  /// Two one-sided tests of a difference as large as the margin, or larger.
  ///
  /// - Parameters:
  ///   - replicates: Differences.
  ///   - margin: Above 0, in their units.
  /// - Returns: The larger of ((≤ −margin) + 1) and ((≥ margin) + 1), over B + 1; `nil` for no
  ///   replicates, or where one or the margin is NaN.
  public static func equivalencePValue(_ replicates: [Double], margin: Double) -> Double? {
    guard isReadable(replicates), !margin.isNaN else { return nil }
    return max(
      share(of: replicates) { $0 <= -margin }, share(of: replicates) { $0 >= margin })
  }

  private static func isReadable(_ replicates: [Double]) -> Bool {
    !replicates.isEmpty && !replicates.contains(where: \.isNaN)
  }

  private static func share(of replicates: [Double], _ lies: (Double) -> Bool) -> Double {
    Double(replicates.count(where: lies) + 1) / Double(replicates.count + 1)
  }
}
