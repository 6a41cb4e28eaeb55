/// The metrics of multiple-choice documents.
///
/// Source: `lm_eval/api/task.py`, `process_results`, commit 4e7e0d4.
extension ChoiceScores {
  /// Metrics of lm-evaluation-harness, in the order in which it lists them.
  public static let metricNames = [
    "acc", "f1", "mcc", "acc_norm", "acc_bytes", "exact_match", "brier_score", "likelihood",
    "acc_mutual_info",
  ]

  /// Accuracy with log-likelihoods per scored token, which lm-evaluation-harness does not have.
  public static let tokenAccuracyName = "acc_tokens"

  /// What choices are compared by in a metric, if it compares them.
  ///
  /// - Parameter metric: Its name.
  /// - Returns: `nil` for a metric that compares nothing, or an unknown one.
  public static func normalization(ofMetric metric: String) -> ChoiceNormalization? {
    switch metric {
    case "acc", "f1", "mcc": ChoiceNormalization.none
    case "acc_norm": .characters
    case "acc_bytes": .bytes
    case "acc_mutual_info": .mutualInformation
    case tokenAccuracyName: .tokens
    default: nil
    }
  }

  /// What this document contributes to a metric.
  ///
  /// - Parameters:
  ///   - metric: One of ``metricNames`` or ``tokenAccuracyName``.
  ///   - gold: The right choices; with several, each of them is right, where lm-evaluation-harness
  ///     breaks on `acc_mutual_info`.
  /// - Returns: `nil` for another metric, or if what it needs is not there.
  public func value(ofMetric metric: String, gold: MetricValue.Gold) -> MetricValue? {
    switch metric {
    case "f1", "mcc": return best(.none).map { .prediction(gold: gold, predicted: $0) }
    case "exact_match":
      let isExact = gold.indices.contains { isGreedy.indices.contains($0) && isGreedy[$0] }
      return .integer(isExact ? 1 : 0)
    case "brier_score": return .perChoice(gold: gold, values: probabilities)
    case "likelihood": return .perChoice(gold: gold, values: logLikelihoods)
    default:
      guard let normalization = Self.normalization(ofMetric: metric),
        let best = best(normalization)
      else { return nil }
      return .number(gold.indices.contains(best) ? 1 : 0)
    }
  }
}
