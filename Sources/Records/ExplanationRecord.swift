/// One document of a task under the magnifying glass: texts, tokens, scores.
public struct ExplanationRecord: Codable, Sendable, Equatable {
  /// One token with its text, and how likely the model found it.
  public struct Token: Codable, Sendable, Equatable {
    public var id: Int
    public var text: String
    /// In nats; `nil` for a token that is conditioned on.
    public var logLikelihood: Double?

    public init(id: Int, text: String, logLikelihood: Double? = nil) {
      self.id = id
      self.text = text
      self.logLikelihood = logLikelihood
    }
  }

  /// One request: a choice, a target, a text.
  public struct Request: Codable, Sendable, Equatable {
    /// Such as `choice 2`.
    public var title: String
    public var context: String
    public var continuation: String
    /// What the model conditions on, truncation done.
    public var contextTokens: [Token]
    public var scoredTokens: [Token]
    /// Tokens cut off the context's left end.
    public var lostTokens: Int
    /// Whether the context's tokens are not the first ones of context and continuation together.
    public var isMerged: Bool
    /// In nats.
    public var logLikelihood: Double
    public var isGreedy: Bool

    public init(
      title: String, context: String, continuation: String, contextTokens: [Token],
      scoredTokens: [Token], lostTokens: Int, isMerged: Bool, logLikelihood: Double,
      isGreedy: Bool
    ) {
      self.title = title
      self.context = context
      self.continuation = continuation
      self.contextTokens = contextTokens
      self.scoredTokens = scoredTokens
      self.lostTokens = lostTokens
      self.isMerged = isMerged
      self.logLikelihood = logLikelihood
      self.isGreedy = isGreedy
    }
  }

  /// One choice as the normalisations see it.
  public struct Choice: Codable, Sendable, Equatable {
    public var text: String
    public var isGold: Bool
    public var characters: Int
    public var bytes: Int
    public var tokens: Int

    public init(text: String, isGold: Bool, characters: Int, bytes: Int, tokens: Int) {
      self.text = text
      self.isGold = isGold
      self.characters = characters
      self.bytes = bytes
      self.tokens = tokens
    }
  }

  /// The choices under one normalisation.
  public struct Ranking: Codable, Sendable, Equatable {
    /// `none`, `characters`, `bytes`, `tokens` or `mutual_information`.
    public var normalization: String
    /// One per choice.
    public var scores: [Double]
    /// From 1, per choice; equal scores rank in the order of the choices.
    public var ranks: [Int]
    /// The choice that wins, as NumPy's argmax has it.
    public var best: Int

    public init(normalization: String, scores: [Double], ranks: [Int], best: Int) {
      self.normalization = normalization
      self.scores = scores
      self.ranks = ranks
      self.best = best
    }
  }

  /// What the document contributes to a metric.
  public struct Metric: Codable, Sendable, Equatable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public var task: String
  public var document: Int
  public var documentsInSplit: Int
  public var shots: Int
  /// Why it counts in no metric, in words, if it does not.
  public var leftOut: String?
  public var requests: [Request]
  public var choices: [Choice]
  public var rankings: [Ranking]
  public var metrics: [Metric]
  /// Whole sentences about what is unusual.
  public var notes: [String]

  public init(
    task: String, document: Int, documentsInSplit: Int, shots: Int, leftOut: String? = nil,
    requests: [Request] = [], choices: [Choice] = [], rankings: [Ranking] = [],
    metrics: [Metric] = [], notes: [String] = []
  ) {
    self.task = task
    self.document = document
    self.documentsInSplit = documentsInSplit
    self.shots = shots
    self.leftOut = leftOut
    self.requests = requests
    self.choices = choices
    self.rankings = rankings
    self.metrics = metrics
    self.notes = notes
  }
}
