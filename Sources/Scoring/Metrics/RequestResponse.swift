/// What the model says about one request.
public struct RequestResponse: Sendable, Equatable {
  /// Sum over the continuation's tokens, in nats; over all windows of a rolling request.
  public let logLikelihood: Double
  /// Whether every token was the most likely one.
  public let isGreedy: Bool
  /// Scored tokens.
  public let tokenCount: Int

  public init(logLikelihood: Double, isGreedy: Bool, tokenCount: Int) {
    self.logLikelihood = logLikelihood
    self.isGreedy = isGreedy
    self.tokenCount = tokenCount
  }

  /// Adds up the windows of one request; no window at all, an empty text, gives 0.
  ///
  /// - Parameter scores: From left to right.
  public init(adding scores: some Collection<SequenceScore>) {
    logLikelihood = scores.reduce(0) { $0 + $1.logLikelihood }
    isGreedy = scores.allSatisfy(\.isGreedy)
    tokenCount = scores.reduce(0) { $0 + $1.tokenLogLikelihoods.count }
  }
}
