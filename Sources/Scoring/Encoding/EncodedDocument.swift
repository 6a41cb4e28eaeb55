public import HarnessCompatibility

/// One document in tokens.
public struct EncodedDocument: Sendable {
  /// What there is to score.
  public enum Content: Sendable {
    /// One entry per request of the document, in its order.
    case requests([Request])
    /// lm-evaluation-harness would abort here; the document counts in no metric.
    case leftOut(EncodedRequest.Obstacle)
  }

  /// One request in tokens.
  public struct Request: Sendable {
    /// Context and continuation before truncation.
    public let encoded: EncodedRequest
    /// What the engine scores: one sequence, or one per window of a rolling request, or none for an
    /// empty text, whose log-likelihood is 0.
    public let sequences: [ScoredSequence]
    /// Tokens cut off the context's left end.
    public let lostTokens: Int
    /// Whether the context's tokens are not the first ones of context and continuation together.
    public let isMerged: Bool

    public init(
      encoded: EncodedRequest, sequences: [ScoredSequence], lostTokens: Int, isMerged: Bool = false
    ) {
      self.encoded = encoded
      self.sequences = sequences
      self.lostTokens = lostTokens
      self.isMerged = isMerged
    }
  }

  /// Position in the evaluated split.
  public let id: Int
  public let content: Content
  /// The most tokens that one of its requests lost to the window; 0 if none was truncated.
  public let lostTokens: Int
  /// Whether the tokens of some context are not the first tokens of context and continuation.
  public let isMerged: Bool
  /// Whether all its texts are in normal form C.
  public let isComposed: Bool

  public init(
    id: Int, content: Content, lostTokens: Int = 0, isMerged: Bool = false, isComposed: Bool = true
  ) {
    self.id = id
    self.content = content
    self.lostTokens = lostTokens
    self.isMerged = isMerged
    self.isComposed = isComposed
  }

  /// All sequences in request order; none for a document left out.
  public var sequences: [ScoredSequence] {
    switch content {
    case .leftOut: []
    case .requests(let requests): requests.flatMap(\.sequences)
    }
  }
}
