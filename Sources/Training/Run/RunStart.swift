internal import Communication
internal import Corpus
internal import Files
internal import LanguageModel
internal import OrderedJSON
internal import TrainingPlans

/// Where a run goes on: at its newest good checkpoint, or at what it comes from.
struct RunStart {
  /// The folder that weights are read from.
  let folder: String
  /// Whether moments lie beside them and are wanted.
  let hasMoments: Bool
  let state: TrainerState
  /// The phase that goes on or begins.
  let phaseIndex: Int
  /// Whether the checkpoint is the run's own, so that the phase goes on rather than begins.
  let isInsidePhase: Bool
  /// Whether the evaluations that were due at the checkpoint are complete.
  let isComplete: Bool
  /// What was seen before the run.
  let histories: [SourceHistory]
  /// Steps before the run's own first one.
  let firstStep: Int

  /// Looks for the place.
  ///
  /// - Parameters:
  ///   - setup: The run.
  ///   - store: Its checkpoints.
  ///   - log: Told which broken ones are skipped.
  /// - Throws: ``TrainingError``, `FileError`.
  init(_ setup: RunSetup, store: CheckpointStore, log: (String) -> Void) throws {
    let (run, ranks) = (setup.run, setup.ranks)
    // Rank 0 alone reads everything to see whether it is whole.
    let savedStep = try ranks.decide { try store.newestGood(log: log)?.step ?? -1 }
    if savedStep >= 0 {
      let saved = (path: store.path(ofStep: savedStep), step: savedStep)
      let state = try ranks.together { try Self.state(in: saved.path) }
      guard state.plan == setup.plan.name, state.run == run.name else {
        throw TrainingError.otherRun(path: saved.path, plan: state.plan, run: state.run)
      }
      guard let index = run.phases.firstIndex(where: { $0.name == state.progress.phase }) else {
        throw TrainingError.unknownPhase(
          path: saved.path, phase: state.progress.phase, run: run.name)
      }
      let done = state.progress.step - state.progress.phaseStep
      let first = done - run.phases[..<index].reduce(0) { $0 + $1.steps }
      // Runs that begin with new weights begin at step 0 and with their own seed or the plan's.
      let isFresh = run.from == nil && setup.plan.beginsWithNewWeights
      guard state.progress.step == saved.step, first >= 0, !isFresh || first == 0,
        !isFresh && run.seed == nil || state.rng.seed == setup.plan.seed(of: run),
        state.data?.phase == state.progress.phase
      else {
        throw TrainingError.unusableState(
          path: saved.path + "/" + CheckpointFile.state,
          problem: "step, phase, seed and data contradict one another, or the plan")
      }
      guard state.progress.phaseStep <= run.phases[index].steps else {
        throw TrainingError.phaseTooShort(
          path: saved.path, phase: state.progress.phase, done: state.progress.phaseStep,
          steps: run.phases[index].steps)
      }
      folder = saved.path
      hasMoments = true
      self.state = state
      phaseIndex = index
      isInsidePhase = true
      firstStep = first
      histories = []
      isComplete =
        state.progress.phaseStep == run.phases[index].steps
        ? try ranks.decide {
          try Self.isRecorded(state.progress.step, folder: setup.folder) ? 1 : 0
        } == 1 : false
      return
    }
    guard case .checkpoint(let origin) = setup.origin else {
      preconditionFailure("every run comes from a checkpoint")
    }
    folder = origin
    phaseIndex = 0
    isInsidePhase = false
    isComplete = false
    let first = run.phases[0]
    let inherited = try ranks.together { try Self.inheritedState(in: origin) }
    let keepsMoments = first.onStart.optimizer == .keep && inherited != nil
    hasMoments = keepsMoments
    // A run that begins with other data in the same names has to be able to leave the past behind.
    histories = first.onStart.data == .keep ? inherited?.data?.histories ?? [] : []
    let seed = run.seed ?? inherited?.rng.seed ?? setup.plan.seed
    let step = first.onStart.step == .keep ? inherited?.progress.step ?? 0 : 0
    firstStep = step
    state = TrainerState(
      plan: setup.plan.name, run: run.name,
      progress: TrainerState.Progress(
        step: step, tokens: first.onStart.step == .keep ? inherited?.progress.tokens ?? 0 : 0,
        phase: first.name, phaseStep: 0),
      optimizer: TrainerState.Optimizer(
        updates: keepsMoments ? inherited?.optimizer.updates ?? 0 : 0),
      rng: TrainerState.RandomNumbers(seed: seed), data: nil)
  }

  /// The trainer state beside a checkpoint that some other run left, if it is one of ours.
  private static func inheritedState(in folder: String) throws -> TrainerState? {
    let names = try Folder.names(in: folder)
    guard names.contains(CheckpointFile.state), names.contains(CheckpointFile.optimizer) else {
      return nil
    }
    return try state(in: folder)
  }

  private static func state(in folder: String) throws -> TrainerState {
    let path = folder + "/" + CheckpointFile.state
    let file = try MappedFile(path: path)
    guard file.size <= TrainerState.maximumByteCount else {
      throw TrainingError.unusableState(path: path, problem: "\(file.size) bytes are too many")
    }
    let bytes = withExtendedLifetime(file) { Array(file.bytes) }
    return try TrainerState(parsing: bytes, path: path)
  }

  /// Whether the run has written down that the phase which ends with a step is done.
  private static func isRecorded(_ step: Int, folder: String) throws -> Bool {
    let path = folder + "/" + RunLogs.phasesName
    guard try Folder.names(in: folder).contains(RunLogs.phasesName) else { return false }
    let reader = try RecordReader(path: path)
    while let record = try reader.next() {
      if let line = try? JSONValue(parsing: record.bytes), line["step"]?.integerValue == step {
        return true
      }
    }
    return false
  }
}

extension TrainingPlan {
  /// Whether runs that branch off from none have nothing to take over.
  fileprivate var beginsWithNewWeights: Bool {
    if case .initialize = model { true } else { false }
  }
}
