import Foundation

/// Standard errors as lm-evaluation-harness computes them.
///
/// Source: `lm_eval/api/metrics.py`, commit 4e7e0d4.
public enum StandardError {
  /// How the standard error of a metric comes about.
  public enum Method: String, Sendable {
    /// √(Σ(x − mean)² / (n − 1)) / √n
    case closedForm = "closed_form"
    /// The spread of the statistic over resampled documents.
    case bootstrap
    /// Their results say `"N/A"`.
    case unavailable
  }

  /// The method for an aggregation (`stderr_for_metric`).
  ///
  /// - Parameter aggregation: How the metric's values become one number.
  /// - Returns: The method.
  public static func method(for aggregation: Aggregation) -> Method {
    switch aggregation {
    case .mean: .closedForm
    case .median, .matthewsCorrelation, .f1, .perplexity, .nanmean: .bootstrap
    case .weightedPerplexity, .bitsPerByte, .brierScore: .unavailable
    }
  }

  /// Resamples that lm-evaluation-harness draws.
  public static let bootstrapIterations = 100_000

  /// The standard error of a mean.
  ///
  /// - Parameter values: One per document.
  /// - Returns: `nil` for fewer than two values.
  /// - Complexity: O(documents).
  public static func ofMean(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    return sampleDeviation(values) / Double(values.count).squareRoot()
  }

  /// √(Σ(x − mean)² / (n − 1)) of two values or more.
  static func sampleDeviation(_ values: [Double]) -> Double {
    let count = Double(values.count)
    let mean = Aggregation.sum(values) / count
    return (Aggregation.sum(values.lazy.map { ($0 - mean) * ($0 - mean) }) / (count - 1))
      .squareRoot()
  }
}
