/// Mean and squared deviations of a list, for those types that show them.
struct SampleMoments {
  let count: Int
  /// NaN for no values.
  let mean: Double
  /// √(Σ(x − mean)² / (n − 1)), `nil` below two values or where it is no number.
  let deviation: Double?

  /// The moments in two passes, the second of which mends the rounding of the first.
  ///
  /// - Parameter values: Any numbers; one NaN or infinity makes the mean no number or infinite and
  ///   leaves no deviation.
  /// - Complexity: O(values).
  /// - SeeAlso: Chan, Golub & LeVeque 1983, doi:10.1080/00031305.1983.10483115, formula 1.7.
  init(_ values: [Double]) {
    count = values.count
    guard let first = values.first else {
      mean = .nan
      deviation = nil
      return
    }
    let n = Double(values.count)
    let sum = values.reduce(0, +)
    if first.isFinite && values.allSatisfy({ $0 == first }) {
      // Exactly, or rounding would give equal differences a tiny error and a verdict with it.
      mean = first
      deviation = values.count > 1 ? 0 : nil
      return
    }
    let mean = sum / n
    var (squares, remainder) = (0.0, 0.0)
    for value in values {
      let distance = value - mean
      squares += distance * distance
      remainder += distance
    }
    let variance = (squares - remainder * remainder / n) / (n - 1)
    self.mean = mean
    deviation = variance.isFinite && values.count > 1 ? max(0, variance).squareRoot() : nil
  }
}
