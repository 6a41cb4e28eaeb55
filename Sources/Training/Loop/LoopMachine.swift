/// What a run does next, as a function of what has happened: no clock, no file, no tensor.
///
/// The loop asks ``next()`` and does as it is told until it is told to stop; it reports steps with
/// ``finishStep(_:request:)`` and evaluations with ``finishEvaluation(isComplete:request:)``.
public struct LoopMachine: Sendable, Equatable {
  /// The part of a plan's phase that the loop depends on.
  public struct Phase: Sendable, Equatable {
    /// Updates of the phase.
    public var steps: Int
    /// Updates between saves, beside the one at the end; `nil` for none.
    public var checkpointEvery: Int?
    /// Updates between validations, beside the one at the end; `nil` for none.
    public var validateEvery: Int?
    /// Whether checkpoints are evaluated: the one at the end, and those of ``evaluateEvery``.
    public var evaluates: Bool
    /// Updates between evaluations, beside the one at the end; `nil` for none.
    public var evaluateEvery: Int?

    public init(
      steps: Int, checkpointEvery: Int? = nil, validateEvery: Int? = nil, evaluates: Bool = false,
      evaluateEvery: Int? = nil
    ) {
      self.steps = steps
      self.checkpointEvery = checkpointEvery
      self.validateEvery = validateEvery
      self.evaluates = evaluates
      self.evaluateEvery = evaluateEvery
    }
  }

  /// What became of a step.
  public enum StepOutcome: Sendable, Equatable {
    case updated
    /// Loss or gradient were not finite, and the parameters were left alone.
    case skipped
  }

  /// What the user has asked for, by a signal.
  public enum Request: Sendable, Equatable {
    /// Save and go on.
    case save
    /// Save and stop.
    case stop
  }

  /// What to do.
  public enum Action: Sendable, Equatable {
    case step
    /// Save; `isPhaseEnd` checkpoints are kept for good.
    case save(isPhaseEnd: Bool)
    case validate
    /// Evaluate the checkpoint that was saved at this step, and report it with
    /// ``LoopMachine/finishEvaluation(isComplete:request:)``.
    case evaluate
    /// Write down what the phase has trained on.
    case recordPhase
    case stop(Ending)
  }

  /// Why the loop stops.
  public enum Ending: Sendable, Equatable {
    /// The phase is complete.
    case phaseFinished
    case interrupted
    /// Three steps in a row were skipped.
    case diverged
  }

  /// Steps that may be skipped in a row before the run stops.
  public static let tolerableSkips = 2

  private let phase: Phase
  /// Steps done in the phase.
  public private(set) var stepsDone: Int
  private var skipsInARow = 0
  /// Decided and not done yet, in order.
  private var pending: [Action] = []

  /// Begins or resumes a phase.
  ///
  /// - Parameters:
  ///   - phase: The phase.
  ///   - stepsDone: Steps of the phase that were done before.
  ///   - isValidated: Whether the validation and the evaluation that may have been due after them
  ///     were done; otherwise both are done again, since the one comes with the other.
  public init(_ phase: Phase, stepsDone: Int = 0, isValidated: Bool = true) {
    precondition(stepsDone >= 0 && stepsDone <= phase.steps)
    self.phase = phase
    self.stepsDone = stepsDone
    if !isValidated { pending = measurements }
    if stepsDone == phase.steps {
      pending += (isValidated ? [] : [.recordPhase]) + [.stop(.phaseFinished)]
    }
  }

  /// What to do now; each answer is given once, `.step` until the step is reported.
  ///
  /// - Returns: The action.
  public mutating func next() -> Action {
    pending.isEmpty ? .step : pending.removeFirst()
  }

  /// Takes note of a step.
  ///
  /// A checkpoint comes before the validation and the evaluation of the same step: what is on the
  /// disk is what is measured, and measuring cannot lose it.
  /// - Parameters:
  ///   - outcome: Of the step.
  ///   - request: What the user asked for meanwhile.
  /// - Precondition: Every action before was done, and the phase is not complete.
  public mutating func finishStep(_ outcome: StepOutcome, request: Request?) {
    precondition(pending.isEmpty && stepsDone < phase.steps)
    stepsDone += 1
    skipsInARow = outcome == .skipped ? skipsInARow + 1 : 0
    if skipsInARow > Self.tolerableSkips {
      pending = [.stop(.diverged)]
      return
    }
    if isAtEnd || isDue(phase.checkpointEvery) || isEvaluationDue || request != nil {
      pending.append(.save(isPhaseEnd: isAtEnd))
    }
    if request == .stop {
      pending.append(.stop(.interrupted))
      return
    }
    pending += measurements
    if isAtEnd { pending += [.recordPhase, .stop(.phaseFinished)] }
  }

  /// Takes note of an evaluation.
  ///
  /// One that failed leaves the loop as it is: no training is lost for it. One that the user has
  /// interrupted is made when the run is resumed, so the phase is not recorded before. One that was
  /// complete when the user asked to stop is not made again: it ends the phase, or the next step ends
  /// the loop.
  /// - Parameters:
  ///   - isComplete: Whether its results are written down.
  ///   - request: What the user asked for meanwhile. A wish to save is granted already.
  public mutating func finishEvaluation(isComplete: Bool, request: Request?) {
    guard request == .stop, isAtEnd || !isComplete else { return }
    pending = (isComplete ? [.recordPhase] : []) + [.stop(.interrupted)]
  }

  private var isAtEnd: Bool { stepsDone == phase.steps }

  private var isEvaluationDue: Bool {
    phase.evaluates && (isAtEnd || isDue(phase.evaluateEvery))
  }

  /// What is due after the step at hand.
  ///
  /// A checkpoint that is evaluated has its losses as well.
  private var measurements: [Action] {
    if isEvaluationDue { return [.validate, .evaluate] }
    return isAtEnd || isDue(phase.validateEvery) ? [.validate] : []
  }

  private func isDue(_ interval: Int?) -> Bool {
    interval.map { stepsDone > 0 && stepsDone.isMultiple(of: $0) } ?? false
  }
}
