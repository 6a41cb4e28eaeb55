/// What one document contributes to one metric, in lm-evaluation-harness's own shape.
///
/// Source: `lm_eval/api/task.py`, `process_results`, commit 4e7e0d4.
public enum MetricValue: Sendable, Equatable {
  /// A Python float, such as 1.0 for a right answer.
  case number(Double)
  /// A Python int, such as the 1 of `exact_match`.
  case integer(Int)
  /// A sum in nats with the words or bytes it is spread over.
  case weighted(sum: Double, weight: Int)
  /// The right choices and the one that won, for `f1` and `mcc`.
  case prediction(gold: Gold, predicted: Int)
  /// The right choices and a number per choice: probabilities for `brier_score`, log-likelihoods for
  /// `likelihood`.
  case perChoice(gold: Gold, values: [Double])

  /// The right choices of a document.
  public struct Gold: Sendable, Equatable {
    /// Indices into the choices.
    public let indices: [Int]
    /// Whether the task writes its targets as lists.
    public let isList: Bool

    public init(indices: [Int], isList: Bool) {
      self.indices = indices
      self.isList = isList
    }

    /// The right choice, or `nil` if there is more than one.
    public var single: Int? { indices.count == 1 ? indices[0] : nil }
  }

  /// The value of a metric that is one number per document.
  public var scalar: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .weighted, .prediction, .perChoice: nil
    }
  }
}
