/// News of a run, for logs and progress lines.
public enum TrainingEvent: Sendable {
  /// Something to say that stays, one line.
  case message(String)
  case step(StepReport)
  case validation(ValidationReport)
}

/// One optimizer update.
public struct StepReport: Sendable, Equatable {
  public var run: String
  public var phase: String
  /// From 1, over all phases.
  public var step: Int
  /// The run's last step.
  public var lastStep: Int
  /// Tokens so far, replayed ones included.
  public var tokens: Int
  public var learningRate: Double
  /// Mean over the batch's predictions, in nats; not finite if the step was skipped for that.
  public var loss: Double
  /// Before clipping.
  public var gradientNorm: Double
  public var isSkipped: Bool
  public var seconds: Double
  public var tokensPerSecond: Double
  /// Floating-point operations that were useful, per second.
  public var operationsPerSecond: Double
}

/// One data set's loss.
public struct ValidationReport: Sendable, Equatable {
  public var run: String
  public var phase: String
  public var step: Int
  public var dataSet: String
  /// Whether the run has trained on the data set by then.
  public var isSeen: Bool
  /// Mean per token, in nats.
  public var loss: Double
  public var tokens: Int
  /// `nil` where no tokenizer tells how much text the tokens are.
  public var bitsPerByte: Double?
}
