/// How far results of several seeds lie apart.
///
/// This is the noise of training, which no number of documents makes smaller.
public struct SampleSpread: Sendable, Equatable {
  public let mean: Double
  /// The sample's standard deviation, √(Σ(x − mean)² / (n − 1)).
  public let deviation: Double
  public let count: Int

  /// The spread of a sample.
  ///
  /// - Parameter values: One per seed. Below two, or with a NaN or infinity among them, there is no
  ///   spread.
  /// - Complexity: O(values).
  public init?(_ values: [Double]) {
    let moments = SampleMoments(values)
    guard let deviation = moments.deviation, moments.mean.isFinite else { return nil }
    mean = moments.mean
    self.deviation = deviation
    count = values.count
  }

  /// Where the mean over all seeds lies, by Student's t.
  ///
  /// - Parameter confidence: Above 0, below 1; anything else gives NaN.
  /// - Returns: mean ± t · deviation / √n.
  public func interval(confidence: Double = 0.95) -> ConfidenceInterval {
    .student(
      center: mean, standardError: deviation / Double(count).squareRoot(),
      degreesOfFreedom: Double(count - 1), confidence: confidence)
      ?? ConfidenceInterval(low: .nan, high: .nan)
  }
}
