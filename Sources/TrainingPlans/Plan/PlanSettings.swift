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

  /// Names of tasks and groups.
  public let tasks: [String]
  public let every: Interval
  /// Tokens of each validation set that are scored at most.
  public let validationTokens: Int

  public init(tasks: [String] = [], every: Interval = .phase, validationTokens: Int = 100_000) {
    self.tasks = tasks
    self.every = every
    self.validationTokens = validationTokens
  }
}
