/// Where a number lies with a stated confidence, both ends included.
public struct ConfidenceInterval: Sendable, Equatable {
  public let low: Double
  public let high: Double

  /// An interval from its ends.
  ///
  /// - Parameters:
  ///   - low: Lower end.
  ///   - high: Upper end, not below the lower one.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// center ± t · error, Student's interval of a mean.
  ///
  /// - Parameters:
  ///   - center: The mean.
  ///   - standardError: Its error, 0 or more.
  ///   - degreesOfFreedom: Of the error.
  ///   - confidence: Above 0, below 1.
  /// - Returns: `nil` where there is none, NaN and impossible confidences included.
  static func student(
    center: Double, standardError: Double, degreesOfFreedom: Double, confidence: Double
  ) -> ConfidenceInterval? {
    guard confidence > 0, confidence < 1, center.isFinite, standardError >= 0 else { return nil }
    // From the lower tail, where a confidence close to 1 keeps its digits.
    let t = -StudentT.quantile((1 - confidence) / 2, degreesOfFreedom: degreesOfFreedom)
    let half = standardError == 0 ? 0 : t * standardError
    guard half.isFinite, !t.isNaN else { return nil }
    return ConfidenceInterval(low: center - half, high: center + half)
  }
}
