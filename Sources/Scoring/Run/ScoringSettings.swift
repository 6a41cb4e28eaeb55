public import HarnessCompatibility

/// How checkpoints are scored, tasks aside.
public struct ScoringSettings: Sendable, Equatable {
  /// The behaviour mirrored.
  public var version: HarnessVersion
  /// Whether texts get a beginning-of-sequence token; `nil` for the version's default.
  public var beginningOfSequence: BeginningOfSequence?
  public var threads: Int
  /// Tokens of a pass to aim at.
  public var batchTokens: Int?
  /// Bytes for weights and working memory.
  public var memoryLimit: Int?
  /// Most documents per task, as the tasks were loaded.
  public var limit: Int?
  /// Examples per prompt as asked for, as the tasks were loaded.
  public var fewshot: Int?
  /// Replicates where an error is bootstrapped.
  public var bootstrapIterations = StandardError.bootstrapIterations
  /// Program and its version, for files.
  public var program: String

  public init(
    version: HarnessVersion, beginningOfSequence: BeginningOfSequence? = nil, threads: Int,
    batchTokens: Int? = nil, memoryLimit: Int? = nil, limit: Int? = nil, fewshot: Int? = nil,
    program: String
  ) {
    self.version = version
    self.beginningOfSequence = beginningOfSequence
    self.threads = threads
    self.batchTokens = batchTokens
    self.memoryLimit = memoryLimit
    self.limit = limit
    self.fewshot = fewshot
    self.program = program
  }
}
