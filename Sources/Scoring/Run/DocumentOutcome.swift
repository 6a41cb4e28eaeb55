public import HarnessCompatibility

/// What the model made of one document.
public struct DocumentOutcome: Sendable {
  /// One per request; empty for a document that is left out of all metrics.
  public let responses: [RequestResponse]
  /// One per metric of the task's plan; empty for a document that is left out.
  public let values: [MetricValue?]
  /// Why it counts in no metric, if it does not.
  public let obstacle: EncodedRequest.Obstacle?

  public init(
    responses: [RequestResponse], values: [MetricValue?], obstacle: EncodedRequest.Obstacle? = nil
  ) {
    self.responses = responses
    self.values = values
    self.obstacle = obstacle
  }
}
