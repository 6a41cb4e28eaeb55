/// One run of tokens through the model, and which predictions of it are scored.
public struct ScoredSequence: Sendable, Equatable {
  /// What the model is fed, after truncation; never empty, at most the window long.
  public let input: [Int32]
  /// The tokens predicted by the last `targets.count` positions of the input.
  public let targets: [Int32]

  /// - Precondition: `1 <= targets.count <= input.count`.
  public init(input: [Int32], targets: [Int32]) {
    precondition(!targets.isEmpty && targets.count <= input.count)
    self.input = input
    self.targets = targets
  }
}

/// How likely a model finds the targets of a ``ScoredSequence``.
public struct SequenceScore: Sendable, Equatable {
  /// Sum over the targets of log p(target | everything before), in nats; NaN if the model said so.
  public let logLikelihood: Double
  /// Whether every target is the model's most likely token; the lowest id wins a tie.
  public let isGreedy: Bool
  /// The terms of the sum, in order, in nats.
  public let tokenLogLikelihoods: [Double]

  public init(logLikelihood: Double, isGreedy: Bool, tokenLogLikelihoods: [Double]) {
    self.logLikelihood = logLikelihood
    self.isGreedy = isGreedy
    self.tokenLogLikelihoods = tokenLogLikelihoods
  }
}

/// How far a scoring run has come.
public struct ScoringProgress: Sendable, Equatable {
  /// Sequences whose score is known.
  public var finishedSequences: Int
  public var totalSequences: Int
  /// Tokens that went through the model (shared ones once) and those still to go.
  public var finishedTokens: Int
  public var totalTokens: Int
  /// Bytes of weights read from the checkpoint so far, every pass counted.
  public var weightBytesRead: Int

  public init(
    finishedSequences: Int, totalSequences: Int, finishedTokens: Int, totalTokens: Int,
    weightBytesRead: Int
  ) {
    self.finishedSequences = finishedSequences
    self.totalSequences = totalSequences
    self.finishedTokens = finishedTokens
    self.totalTokens = totalTokens
    self.weightBytesRead = weightBytesRead
  }
}

/// What an engine does for a sequence, in any unit that both have in common.
public struct EngineWork: Sendable, Equatable {
  /// For each token that is fed to the model.
  public var perToken: Double
  /// For each token whose probability is asked for.
  public var perPrediction: Double

  public init(perToken: Double = 1, perPrediction: Double = 0) {
    self.perToken = perToken
    self.perPrediction = perPrediction
  }
}

extension LogLikelihoodEngine {
  public var work: EngineWork { EngineWork() }
}

/// Something that scores token sequences; the scores of a sequence never depend on its neighbours.
public protocol LogLikelihoodEngine {
  /// Longest input, in tokens.
  var maximumLength: Int { get }
  /// What a sequence costs, for those who share sequences out.
  var work: EngineWork { get }

  /// Scores all sequences.
  ///
  /// - Parameters:
  ///   - sequences: In any order; equal prefixes are computed once.
  ///   - progress: Called now and then on the calling thread.
  /// - Returns: One score per sequence, in the order given.
  /// - Throws: When weights cannot be read, or the task is cancelled.
  mutating func score(
    _ sequences: [ScoredSequence], progress: (ScoringProgress) -> Void
  ) throws -> [SequenceScore]
}
