/// Scores a checkpoint while its run waits.
///
/// Gets the checkpoint as it lies on the disk, and where in its run it stands. Returns the lines for
/// `evaluations.jsonl`; `nil` if it failed or was interrupted, which it has told the user. What it
/// throws is told as a message. In either case the run goes on, unless the user has asked to stop;
/// then the evaluation is asked for again when the run is resumed. So it is after every other
/// interruption: a checkpoint inside a phase may come twice, and results that lie beside its weights
/// may be used again.
public typealias CheckpointEvaluation =
  (CheckpointStore.SavedCheckpoint, EvaluationPoint) throws -> [ScoreLine]?

/// Where in its run a checkpoint stands that is evaluated.
public struct EvaluationPoint: Sendable, Equatable {
  public var run: String
  public var phase: String
  /// Optimizer updates, over all phases.
  public var step: Int
  /// Trained on by then, replayed ones included.
  public var tokens: Int
  /// Whether the phase is complete.
  public var isPhaseEnd: Bool

  public init(run: String, phase: String, step: Int, tokens: Int, isPhaseEnd: Bool) {
    self.run = run
    self.phase = phase
    self.step = step
    self.tokens = tokens
    self.isPhaseEnd = isPhaseEnd
  }
}
