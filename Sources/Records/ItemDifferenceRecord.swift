/// A document that two models answer differently.
public struct ItemDifferenceRecord: Codable, Sendable, Equatable {
  public var task: String
  /// Position in the evaluated split.
  public var document: Int
  public var metric: String
  /// What the document gives to the metric.
  public var reference: Double
  public var candidate: Double
  /// Of the first request.
  public var context: String
  /// As the task writes it: usually the index of the right choice.
  public var target: String
  /// Continuations, one per request.
  public var choices: [String]
  /// One per request, in nats.
  public var referenceLogLikelihoods: [Double]
  public var candidateLogLikelihoods: [Double]

  private enum CodingKeys: String, CodingKey {
    case task, document, metric, reference, candidate, context, target, choices
    case referenceLogLikelihoods = "reference_log_likelihoods"
    case candidateLogLikelihoods = "candidate_log_likelihoods"
  }

  public init(
    task: String, document: Int, metric: String, reference: Double, candidate: Double,
    context: String, target: String, choices: [String], referenceLogLikelihoods: [Double],
    candidateLogLikelihoods: [Double]
  ) {
    self.task = task
    self.document = document
    self.metric = metric
    self.reference = reference
    self.candidate = candidate
    self.context = context
    self.target = target
    self.choices = choices
    self.referenceLogLikelihoods = referenceLogLikelihoods
    self.candidateLogLikelihoods = candidateLogLikelihoods
  }
}
