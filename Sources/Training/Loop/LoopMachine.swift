/// What a run does next, as a function of what has happened: no clock, no file, no tensor.
///
/// The loop asks ``next()`` and does as it is told until it is told to stop; it reports steps with
/// ``finishStep(_:request:)``.
public struct LoopMachine: Sendable, Equatable {
  /// The part of a plan's phase that the loop depends on.
  public struct Phase: Sendable, Equatable {
    /// Updates of the phase.
    public var steps: Int
    /// Updates between saves, beside the one at the end; `nil` for none.
    public var checkpointEvery: Int?
    /// Updates between validations, beside the one at the end; `nil` for none.
    public var validateEvery: Int?

    public init(steps: Int, checkpointEvery: Int? = nil, validateEvery: Int? = nil) {
      self.steps = steps
      self.checkpointEvery = checkpointEvery
      self.validateEvery = validateEvery
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
  ///   - isValidated: Whether the validation that may have been due after them was done.
  public init(_ phase: Phase, stepsDone: Int = 0, isValidated: Bool = true) {
    precondition(stepsDone >= 0 && stepsDone <= phase.steps)
    self.phase = phase
    self.stepsDone = stepsDone
    if stepsDone == phase.steps {
      pending = (isValidated ? [] : [.validate, .recordPhase]) + [.stop(.phaseFinished)]
    } else if !isValidated && isDue(phase.validateEvery) {
      pending = [.validate]
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
  /// A checkpoint comes before the validation of the same step: what is on the disk is what is
  /// measured, and measuring cannot lose it.
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
    let isEnd = stepsDone == phase.steps
    if isEnd || isDue(phase.checkpointEvery) || request != nil {
      pending.append(.save(isPhaseEnd: isEnd))
    }
    if request == .stop {
      pending.append(.stop(.interrupted))
      return
    }
    if isEnd || isDue(phase.validateEvery) { pending.append(.validate) }
    if isEnd { pending += [.recordPhase, .stop(.phaseFinished)] }
  }

  private func isDue(_ interval: Int?) -> Bool {
    interval.map { stepsDone > 0 && stepsDone.isMultiple(of: $0) } ?? false
  }
}
