public import HarnessCompatibility

/// One metric that a task reports.
public struct TaskMetric: Sendable, Equatable {
  /// Why it is reported.
  public enum Origin: String, Sendable {
    /// The task's own list names it.
    case task
    /// Every multiple-choice task reports it here, beside its own list: `acc_bytes`.
    case added
    /// lm-evaluation-harness has no such metric: `acc_tokens`; results in its format leave it out.
    case own
  }

  /// `acc`, `word_perplexity`, …, as in lm-eval's files.
  public let name: String
  public let aggregation: Aggregation
  public let higherIsBetter: Bool
  public let origin: Origin

  public init(name: String, aggregation: Aggregation, higherIsBetter: Bool, origin: Origin) {
    self.name = name
    self.aggregation = aggregation
    self.higherIsBetter = higherIsBetter
    self.origin = origin
  }

  /// What choices are compared by, if they are.
  public var normalization: ChoiceNormalization? { ChoiceScores.normalization(ofMetric: name) }
}
