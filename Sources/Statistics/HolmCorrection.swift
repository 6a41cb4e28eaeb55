/// Holm's step-down correction for several tests.
public enum HolmCorrection {
  /// p-values to be read as if each were the only one.
  ///
  /// The i-th smallest of m is multiplied by m − i, counted from 0, and is not below the one before
  /// it. Whatever the tests' dependence, the probability of any false rejection stays at the level.
  /// - Parameter pValues: One per test; a NaN stays one and does not count as a test.
  /// - Returns: Adjusted values in the order given, at most 1.
  /// - Complexity: O(m log m).
  /// - SeeAlso: Holm 1979, Scandinavian Journal of Statistics 6, 65–70.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.filter { !pValues[$0].isNaN }
      .sorted { pValues[$0] < pValues[$1] }
    var adjusted = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, pValues[index] * Double(order.count - rank)))
      adjusted[index] = largest
    }
    return adjusted
  }
}
