/// The mean of B − A over the same documents, with what can be said about it.
///
/// Everything rests on Student's t: the mean of many documents' differences is nearly normal,
/// whatever the differences are (−1, 0 and 1 for answers, nats for losses).
///
/// Where all differences are equal the standard error is 0 and the answers are the limits of ever
/// smaller errors: an interval of no width, p-values of 0 or 1. For answers of 0 and 1 that says
/// little; see ``DiscordantPairs/equivalencePValueWithoutDiscordance(margin:)``.
public struct PairedDifference: Sendable, Equatable {
  /// Documents.
  public let count: Int
  /// NaN for no documents.
  public let mean: Double
  /// The mean's error, `nil` below two documents or where a difference is no number.
  public let standardError: Double?
  /// What the standard error rests on: documents − 1 for a single sample.
  public let degreesOfFreedom: Double

  /// The mean difference of a sample.
  ///
  /// - Parameter differences: B − A, one per document; none or one leaves no errors.
  /// - Complexity: O(documents).
  public init(_ differences: [Double]) {
    let moments = SampleMoments(differences)
    self.init(
      mean: moments.mean,
      standardError: moments.deviation.map { $0 / Double(differences.count).squareRoot() },
      degreesOfFreedom: Double(max(differences.count - 1, 0)), count: differences.count)
  }

  /// A mean difference that is already known.
  ///
  /// - Parameters:
  ///   - mean: B − A.
  ///   - standardError: Its error; one that is negative or no number counts as none.
  ///   - degreesOfFreedom: Of the error.
  ///   - count: Documents.
  public init(mean: Double, standardError: Double?, degreesOfFreedom: Double, count: Int) {
    self.mean = mean
    self.standardError = standardError.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
    self.degreesOfFreedom = degreesOfFreedom
    self.count = count
  }

  /// mean ± t · standard error.
  ///
  /// - Parameter confidence: Above 0, below 1.
  /// - Returns: `nil` without a standard error.
  public func interval(confidence: Double = 0.95) -> ConfidenceInterval? {
    standardError.flatMap {
      .student(
        center: mean, standardError: $0, degreesOfFreedom: degreesOfFreedom,
        confidence: confidence)
    }
  }

  /// The two-sided paired t test of no difference.
  ///
  /// `nil` without a standard error; 1 where mean and error are 0.
  public var pValue: Double? {
    guard standardError != nil else { return nil }
    if mean == 0 { return 1 }
    return upperTail(of: abs(mean)).map { min(1, 2 * $0) }
  }

  /// Two one-sided tests (TOST) of a difference as large as the margin, or larger.
  ///
  /// A p below 0.05 shows that A and B are equal to within the margin; it is the same as the 90 %
  /// interval lying inside it.
  /// - Parameter margin: Above 0, in units of the difference.
  /// - Returns: The larger of the two p-values; `nil` without a standard error. An error of 0 gives
  ///   0 inside the margin and 1 on its border or outside.
  /// - SeeAlso: Schuirmann 1987, doi:10.1007/BF01068419.
  public func equivalencePValue(margin: Double) -> Double? {
    // The difference that is closer to its border decides.
    upperTail(of: margin - abs(mean))
  }

  /// The least margin that these documents could have shown, had the mean been 0.
  ///
  /// - Parameter level: The level of the test, above 0, below 1.
  /// - Returns: t₁₋ₗₑᵥₑₗ · standard error, 0 or more; `nil` without a standard error.
  public func smallestMargin(level: Double = 0.05) -> Double? {
    guard let standardError, level > 0, level < 1 else { return nil }
    let t = -StudentT.quantile(level, degreesOfFreedom: degreesOfFreedom)
    let margin = standardError == 0 ? 0 : max(0, t * standardError)
    return margin.isFinite && !t.isNaN ? margin : nil
  }

  /// The plain mean of independent differences, say of several tasks.
  ///
  ///     error² = Σ eᵢ² / k²,  degrees of freedom = (Σ eᵢ²)² / Σ(eᵢ⁴ / νᵢ)
  ///
  /// Each part counts alike, however many documents it has.
  /// - Parameter parts: Differences over different documents.
  /// - Returns: `nil` for no parts. Without a standard error where any part has none.
  /// - SeeAlso: Satterthwaite 1946, doi:10.2307/3002019; Welch 1947, doi:10.1093/biomet/34.1-2.28.
  public static func average(_ parts: [PairedDifference]) -> PairedDifference? {
    guard !parts.isEmpty else { return nil }
    let k = Double(parts.count)
    let mean = parts.reduce(0) { $0 + $1.mean } / k
    let count = parts.reduce(0) { $0 + $1.count }
    let errors = parts.compactMap(\.standardError)
    let allDegrees = parts.reduce(0) { $0 + $1.degreesOfFreedom }
    guard errors.count == parts.count, let largest = errors.max() else {
      return PairedDifference(
        mean: mean, standardError: nil, degreesOfFreedom: allDegrees, count: count)
    }
    guard largest > 0 else {
      return PairedDifference(
        mean: mean, standardError: 0, degreesOfFreedom: allDegrees, count: count)
    }
    // In units of the largest, whose fourth power is a number at least.
    var (squares, weighted) = (0.0, 0.0)
    for (part, error) in zip(parts, errors) where error > 0 {
      let square = (error / largest) * (error / largest)
      squares += square
      weighted += square * square / part.degreesOfFreedom
    }
    return PairedDifference(
      mean: mean, standardError: largest * squares.squareRoot() / k,
      degreesOfFreedom: squares * squares / weighted, count: count)
  }

  /// P(T ≥ distance / standard error), with the limit for an error of 0.
  private func upperTail(of distance: Double) -> Double? {
    guard let standardError, degreesOfFreedom > 0, !distance.isNaN else { return nil }
    if standardError == 0 { return distance > 0 ? 0 : 1 }
    return StudentT.upperTail(distance / standardError, degreesOfFreedom: degreesOfFreedom)
  }
}
