/// AdamW with decoupled decay of matrices and clipping by the global norm.
public struct OptimizerSettings: Sendable, Equatable {
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Double
  public let weightDecay: Double
  /// The largest norm of a gradient; `nil` for no clipping.
  public let clipNorm: Double?

  public init(
    beta1: Double = 0.9, beta2: Double = 0.95, epsilon: Double = 1e-8, weightDecay: Double = 0.1,
    clipNorm: Double? = 1
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.clipNorm = clipNorm
  }
}

/// What is measured while a plan is trained.
public struct EvaluationSettings: Sendable, Equatable {
  /// When tasks are scored.
  public enum Interval: Sendable, Equatable {
    /// At the end of each phase.
    case phase
    /// Every so many updates, and at the end of each phase.
    case steps(Int)
  }

  /// Names of tasks and groups; where there are none, nothing but losses is measured.
  public let tasks: [String]
  public let every: Interval
  /// Tokens of each validation set that are scored at most.
  public let validationTokens: Int
  /// Where the tasks' data lies, as written in the plan.
  public let dataPath: String?
  /// Folders with more tasks, as written in the plan.
  public let includePaths: [String]
  /// Documents of each task that are scored at most.
  public let limit: Int?
  /// Examples in front of each document, where not as the task says.
  public let fewshotCount: Int?
  /// Difference of a score that counts as none, as a share: 0.01 is one point.
  public let margin: Double
  /// Difference of a validation loss that counts as none, in nats per token.
  public let lossMargin: Double
  /// `tokenizer`, `always` or `never`; `nil` for what ``compat`` has by default.
  public let bos: String?
  /// The release of lm-eval whose behaviour is mirrored, such as `lm-eval-0.4.9.2`.
  public let compat: String

  public init(
    tasks: [String] = [], every: Interval = .phase, validationTokens: Int = 100_000,
    dataPath: String? = nil, includePaths: [String] = [], limit: Int? = nil,
    fewshotCount: Int? = nil, margin: Double = 0.01, lossMargin: Double = 0.02,
    bos: String? = nil, compat: String = "lm-eval-0.4.9.2"
  ) {
    self.tasks = tasks
    self.every = every
    self.validationTokens = validationTokens
    self.dataPath = dataPath
    self.includePaths = includePaths
    self.limit = limit
    self.fewshotCount = fewshotCount
    self.margin = margin
    self.lossMargin = lossMargin
    self.bos = bos
    self.compat = compat
  }
}
