/// How the results of several tasks become the result of their group.
///
/// Source: `lm_eval/api/group.py`, `Group.aggregate`, and `lm_eval/api/metrics.py`, commit 4e7e0d4.
public enum GroupAggregation {
  /// One task's result in one metric.
  public struct Part: Sendable, Equatable {
    public let value: Double
    /// `nil` stands for lm-eval's `"N/A"`.
    public let standardError: Double?
    /// Documents of the task.
    public let size: Int

    public init(value: Double, standardError: Double?, size: Int) {
      self.value = value
      self.standardError = standardError
      self.size = size
    }
  }

  /// Which formula gave a group's standard error.
  public enum ErrorFormula: String, Sendable {
    /// √( Σ (nᵢ − 1)·seᵢ²·nᵢ / (Σnᵢ − k) / Σnᵢ ), for means weighted by size.
    case pooled
    /// √(Σ seᵢ²) / k, for plain means of k tasks.
    case unweighted
  }

  /// The mean over tasks.
  ///
  /// - Parameters:
  ///   - parts: At least one.
  ///   - weightBySize: Whether larger tasks count more.
  /// - Returns: NaN if all sizes are 0 and count.
  public static func mean(of parts: [Part], weightBySize: Bool) -> Double {
    var total = 0.0
    var weights = 0
    for part in parts {
      let weight = weightBySize ? part.size : 1
      total += part.value * Double(weight)
      weights += weight
    }
    return total / Double(weights)
  }

  /// The standard error of that mean.
  ///
  /// - Parameters:
  ///   - parts: At least one.
  ///   - formula: See ``formula(weightBySize:version:)``.
  /// - Returns: `nil` if one task has no standard error.
  public static func standardError(of parts: [Part], formula: ErrorFormula) -> Double? {
    var errors: [Double] = []
    for part in parts {
      guard let error = part.standardError else { return nil }
      errors.append(error)
    }
    switch formula {
    case .pooled:
      let size = parts.reduce(0) { $0 + $1.size }
      let sum = zip(parts, errors).reduce(0.0) { sum, pair in
        let (part, error) = pair
        return sum + Double(part.size - 1) * (error * error) * Double(part.size)
      }
      return (sum / Double(size - parts.count) / Double(size)).squareRoot()
    case .unweighted:
      return Aggregation.sum(errors.lazy.map { $0 * $0 }).squareRoot() / Double(parts.count)
    }
  }

  /// The formula that a version of lm-evaluation-harness uses.
  ///
  /// Up to v0.4.9.1 plain means got the error of weighted ones, which is wrong for tasks of unequal
  /// sizes.
  ///
  /// - Parameters:
  ///   - weightBySize: Whether larger tasks count more.
  ///   - version: The behaviour mirrored.
  /// - Returns: The formula.
  public static func formula(weightBySize: Bool, version: HarnessVersion) -> ErrorFormula {
    weightBySize || version.poolsErrorsOfUnweightedGroups ? .pooled : .unweighted
  }
}
