internal import Communication
public import Compute
internal import Corpus
internal import Files
internal import Foundation
internal import LanguageModel
internal import OrderedJSON
internal import TrainingPlans

/// Trains one run of a plan, from wherever it stands to its end.
///
/// What the run's folder holds decides where it goes on; everything else is a function of the plan. A
/// run that was stopped, however, and goes on ends with the same bits as one that never stopped.
///
/// Not for use from several threads at once.
public final class RunTrainer<Backend: TrainingBackend> {
  /// How a run ended.
  public enum Ending: Sendable, Equatable {
    /// All phases are complete.
    case finished(step: Int)
    /// They had been complete before.
    case alreadyFinished(step: Int)
    /// The user stopped it; everything up to that step is saved.
    case interrupted(step: Int)
  }

  let setup: RunSetup
  let backend: Backend
  let report: (TrainingEvent) -> Void
  private let request: () -> LoopMachine.Request?
  let evaluation: CheckpointEvaluation?
  let store: CheckpointStore
  let saver: BackgroundSaver
  let snapshot = TensorSnapshot()
  /// Those of rank 0; the others write nothing.
  let logs: RunLogs?
  let parameters: ModelParameters<Backend>
  let optimizer: AdamW<Backend>
  /// `config.json` as it goes into each checkpoint.
  let configurationFile: [UInt8]
  /// Where the run stands; ``TrainerState/data`` follows the mixture when it is saved.
  var state: TrainerState
  var mixture: PhaseMixture?
  /// The step whose checkpoint is on the disk or on its way there, where that is the newest step.
  private(set) var savedStep: Int?
  private var pass: (batch: Batch, pass: GradientPass<Backend>)?
  private var spikes = SpikeDetector()
  private var skippedSteps = 0
  private var lastSave = ContinuousClock().now
  private let start: RunStart
  private let counts: ModelCounts?

  var run: Run { setup.run }
  var ranks: any Communicator { setup.ranks }
  private var lastStep: Int { start.firstStep + run.steps }

  /// Opens the run: finds where it stands, reads weights and moments, and cuts the logs back.
  ///
  /// - Parameters:
  ///   - setup: The run; its folder exists and is locked by the caller.
  ///   - backend: Where to compute.
  ///   - report: Takes the news.
  ///   - request: Asked after each step what the user wants; a wish to save is told once, one to stop
  ///     for good.
  ///   - evaluate: Scores checkpoints, where the plan names tasks; losses alone are measured if `nil`.
  /// - Throws: ``TrainingError``, ``CheckpointProblem`` or what the files' readers throw.
  public init(
    _ setup: RunSetup, on backend: Backend, report: @escaping (TrainingEvent) -> Void,
    request: @escaping () -> LoopMachine.Request? = { nil },
    evaluate: CheckpointEvaluation? = nil
  ) throws {
    self.setup = setup
    self.backend = backend
    self.report = report
    self.request = request
    let ranks = setup.ranks
    evaluation = setup.plan.evaluation.tasks.isEmpty ? nil : evaluate
    store = CheckpointStore(runFolder: setup.folder)
    saver = BackgroundSaver(store: store)
    let (store, optimizerSettings) = (store, setup.plan.optimizer)
    try ranks.together { if ranks.isRoot { try store.sweep() } }
    let start = try RunStart(setup, store: store) { report(.message($0)) }
    self.start = start
    let checkpoint = try ranks.together { try Checkpoint.open(directory: start.folder) }
    let configuration = checkpoint.configuration
    configurationFile = try Self.configurationFile(of: checkpoint)
    let parameters = ModelParameters(checkpoint, on: backend)
    self.parameters = parameters
    let optimizer = try AdamW(
      parameters, on: backend, settings: optimizerSettings, ranks: ranks,
      overlaps: setup.overlapsExchange, timeline: setup.timeline)
    self.optimizer = optimizer
    if ranks.size > 1 {
      let (own, all) = (optimizer.momentCount, 2 * parameters.count)
      report(
        .message(
          String(
            format: "Each rank holds a part of the optimizer's moments, rank 0 %.2f of %.2f MB",
            Double(4 * own) / 1e6, Double(4 * all) / 1e6)))
    }
    state = start.state
    if start.hasMoments {
      try ranks.together {
        try optimizer.load(from: start.folder + "/" + CheckpointFile.optimizer)
      }
      optimizer.updateCount = state.optimizer.updates
    }
    savedStep = start.isInsidePhase ? state.progress.step : nil
    counts = ModelCounts(configuration)
    let position = state.progress.step
    logs = try ranks.together {
      guard ranks.isRoot else { return nil }
      let logs = try RunLogs(folder: setup.folder)
      try logs.cut(afterStep: position, isValidated: start.isComplete)
      return logs
    }
    if start.isInsidePhase, let logs {
      for name in try logs.incomplete(atStep: state.progress.step) {
        report(
          .message(
            "\(setup.folder)/\(name) does not reach step \(state.progress.step), from which the run "
              + "goes on: somebody has changed or removed it. Lines are missing from it now."))
      }
    }
    try checkFinite()
  }

  /// Trains to the run's end.
  ///
  /// - Returns: How it ended.
  /// - Throws: ``TrainingError``, or what a file's writer throws; the newest checkpoint is intact
  ///   then.
  public func train() throws -> Ending {
    if start.isComplete && start.phaseIndex == run.phases.count - 1
      && state.progress.phaseStep == run.phases[start.phaseIndex].steps
    {
      warnOfChangedData()
      return .alreadyFinished(step: state.progress.step)
    }
    for index in start.phaseIndex..<run.phases.count {
      let phase = run.phases[index]
      let isResumed = index == start.phaseIndex && start.isInsidePhase
      try isResumed ? resume(phase) : begin(phase)
      switch try train(phase, isValidated: isResumed ? start.isComplete : true) {
      case .phaseFinished: continue
      case .interrupted:
        try finishSaving()
        return .interrupted(step: state.progress.step)
      case .diverged:
        try finishSaving()
        let lastGood = try store.list().last.map { store.path(ofStep: $0) }
        throw TrainingError.diverged(step: state.progress.step, lastGood: lastGood)
      }
    }
    try finishSaving()
    if skippedSteps > 0 {
      report(.message("\(run.name): \(skippedSteps) steps were skipped; metrics.jsonl names them."))
    }
    return .finished(step: state.progress.step)
  }

  /// Says which data sets of a finished run have changed since: its scores and losses are of models that
  /// have not seen what is there now.
  private func warnOfChangedData() {
    for history in state.data?.histories ?? [] {
      let name = history.source.name
      guard let source = setup.sources[name], source.identity != history.source else { continue }
      report(
        .message(
          """
          \(run.name): the data set \(name.escapedForTerminal) is not what the run was trained on. The \
          run stays as it is; another plan name or --output-path trains one on what is there now.
          """))
    }
  }

  // MARK: Phases

  /// Begins a phase after another one, or after the checkpoint that the run comes from.
  private func begin(_ phase: Phase) throws {
    if phase.onStart.optimizer == .reset { optimizer.reset() }
    if phase.onStart.rng == .reset { state.rng.seed = setup.plan.seed(of: run) }
    if phase.onStart.step == .reset { state.progress.step = 0 }
    state.progress.phase = phase.name
    state.progress.phaseStep = 0
    // New data may well begin with a higher loss, which is no spike.
    spikes = SpikeDetector()
    mixture = try PhaseMixture(
      beginning: try recipe(of: phase), after: mixture?.state.histories ?? start.histories,
      startsOver: phase.onStart.data == .reset, keepsOtherSeeds: run.seed == nil)
    report(
      .message(
        """
        \(run.name), phase \(phase.name): steps \(state.progress.step + 1) to \
        \(state.progress.step + phase.steps), learning rate of the first ones \
        \(firstRates(of: phase, from: 0))
        """))
  }

  /// Goes on inside a phase.
  private func resume(_ phase: Phase) throws {
    guard let data = state.data else {
      throw TrainingError.unusableState(
        path: start.folder + "/" + CheckpointFile.state, problem: "data is missing at the top")
    }
    mixture = try PhaseMixture(resuming: data, recipe: try recipe(of: phase))
    let done = state.progress.phaseStep
    guard done < phase.steps else { return }
    report(
      .message(
        """
        \(run.name), phase \(phase.name): going on after step \(state.progress.step), learning rate \
        of the next ones \(firstRates(of: phase, from: done))
        """))
  }

  private func recipe(of phase: Phase) throws -> PhaseRecipe {
    let plan = setup.plan
    guard
      let recipe = phase.recipe(
        sources: setup.sources, shuffled: { plan.dataSet($0)?.shuffle ?? true },
        seed: state.rng.seed)
    else { preconditionFailure("a data set of the phase was not opened") }
    return recipe
  }

  private func firstRates(of phase: Phase, from step: Int) -> String {
    let rates = (step..<min(step + 3, phase.steps)).map {
      String(format: "%.3g", phase.schedule.rate(atStep: $0))
    }
    return rates.joined(separator: ", ") + (step + 3 < phase.steps ? ", …" : "")
  }

  private func train(_ phase: Phase, isValidated: Bool) throws -> LoopMachine.Ending {
    var machine = LoopMachine(
      LoopMachine.Phase(
        steps: phase.steps, checkpointEvery: phase.checkpointEvery,
        validateEvery: validationInterval(of: phase), evaluates: evaluation != nil,
        evaluateEvery: evaluationInterval),
      stepsDone: state.progress.phaseStep, isValidated: isValidated)
    reserve(phase.batch)
    while true {
      switch machine.next() {
      case .step:
        let outcome = try step(phase)
        machine.finishStep(outcome, request: try agreedRequest(phase))
      case .save(let isPhaseEnd):
        try save(phase, isPhaseEnd: isPhaseEnd)
        savedStep = state.progress.step
        lastSave = ContinuousClock().now
      case .validate: try validate(phase)
      case .evaluate:
        let isComplete = try evaluate(phase)
        machine.finishEvaluation(isComplete: isComplete, request: try agreedRequest(nil))
        // However long it took, nothing was trained that a loss of power could take along.
        lastSave = ContinuousClock().now
      case .recordPhase: try recordPhase()
      case .stop(let ending): return ending
      }
    }
  }

  /// What all ranks do about what any of them was asked: a signal may have reached one alone.
  ///
  /// - Parameter phase: The phase at hand, where a save may be due because nothing else has saved for
  ///   long.
  /// - Returns: What the loop is to be told.
  /// - Throws: `CommunicationError`.
  private func agreedRequest(_ phase: Phase?) throws -> LoopMachine.Request? {
    let asked = request()
    var number = asked == .stop ? 3 : asked == .save ? 2 : 0
    // A plan's own interval comes first.
    if number == 0, let phase, phase.checkpointEvery == nil,
      ContinuousClock().now - lastSave > Self.longestUnsavedTime
    {
      number = 1
    }
    if ranks.size > 1 { number = try ranks.maximum(number) }
    if number == 2, phase != nil {
      report(.message("\(run.name): saving at step \(state.progress.step), as asked"))
    }
    return number == 3 ? .stop : number > 0 ? .save : nil
  }

  /// How much a machine that loses its power takes along at most, where the plan says nothing.
  static var longestUnsavedTime: Duration { .seconds(600) }

  private func validationInterval(of phase: Phase) -> Int? {
    if let interval = phase.validateEvery { return interval }
    return evaluationInterval
  }

  private var evaluationInterval: Int? {
    if case .steps(let interval) = setup.plan.evaluation.every { interval } else { nil }
  }

  /// Makes sure that the working memory fits a batch.
  private func reserve(_ batch: Batch) {
    if pass?.batch.microSequences == batch.microSequences { return }
    pass = nil
    let length = setup.plan.sequenceLength
    pass = (
      batch,
      GradientPass(
        parameters, on: backend, rows: batch.microSequences * length, sequenceLength: length,
        recomputes: setup.plan.activationRecomputation)
    )
  }

  var gradientPass: GradientPass<Backend> {
    guard let pass else { preconditionFailure("memory is reserved when a phase begins") }
    return pass.pass
  }

  /// Sequences that pass through the model together.
  var microSequences: Int { pass?.batch.microSequences ?? 1 }

  // MARK: Steps

  /// Does one optimizer update.
  private func step(_ phase: Phase) throws -> LoopMachine.StepOutcome {
    let clock = ContinuousClock()
    let begin = clock.now
    guard var mixture else { preconditionFailure("a phase begins with its mixture") }
    let samples = mixture.next(phase.batch.sequences)
    self.mixture = mixture
    let batches = try microBatches(of: RankShare.part(of: samples, for: ranks), phase: phase)
    let rate = phase.schedule.rate(atStep: state.progress.phaseStep)
    let outcome = try optimizer.step(on: batches, in: gradientPass, learningRate: rate)
    let (loss, norm, isSkipped) = (outcome.loss, outcome.gradientNorm, outcome.isSkipped)
    state.progress.step += 1
    state.progress.phaseStep += 1
    state.progress.tokens += samples.count * setup.plan.sequenceLength
    state.optimizer.updates = optimizer.updateCount
    let seconds = (clock.now - begin).inSeconds
    let tokens = Double(samples.count * setup.plan.sequenceLength)
    let step = StepReport(
      run: run.name, phase: phase.name, step: state.progress.step, lastStep: lastStep,
      tokens: state.progress.tokens, learningRate: rate, loss: loss, gradientNorm: norm,
      isSkipped: isSkipped, seconds: seconds, tokensPerSecond: tokens / seconds,
      operationsPerSecond: (counts?.operations(
        tokens: samples.count * setup.plan.sequenceLength,
        sequenceLength: setup.plan.sequenceLength) ?? 0) / seconds)
    try logs?.write(step, samples: samples)
    report(.step(step))
    if isSkipped {
      skippedSteps += 1
      // The sign of a NaN says nothing.
      let words = [loss, norm].map { $0.isNaN ? "nan" : "\($0)" }
      report(
        .message(
          """
          Step \(step.step) was skipped: loss \(words[0]), gradient norm \(words[1]); samples \
          \(Self.words(samples))
          """))
    } else if let distance = spikes.add(loss) {
      report(
        .message(
          """
          The loss rose to \(String(format: "%.4f", loss)) in step \(step.step), \
          \(String(format: "%.1f", distance)) deviations above the last \(SpikeDetector.window) \
          steps; samples \(Self.words(samples))
          """))
    }
    return isSkipped ? .skipped : .updated
  }

  private func microBatches(
    of samples: ArraySlice<DrawnSample>, phase: Phase
  ) throws -> [TrainingBatch] {
    var batches: [TrainingBatch] = []
    for start in stride(
      from: samples.startIndex, to: samples.endIndex, by: phase.batch.microSequences)
    {
      let part = samples[start..<min(start + phase.batch.microSequences, samples.endIndex)]
      var batch = TrainingBatch([])
      for sample in part {
        guard let source = setup.sources[sample.name] else {
          preconditionFailure("a data set of the phase was not opened")
        }
        batch.append(
          try source.sample(sample.id)[...],
          endOfDocument: phase.documentMask ? setup.endOfDocument[sample.name] : nil)
      }
      batches.append(batch)
    }
    return batches
  }

  /// Sample ids by data set, in the order of the batch, as people look them up.
  private static func words(_ samples: [DrawnSample]) -> String {
    var groups: [(name: String, ids: [Int])] = []
    for sample in samples {
      let name = sample.isReplay ? "\(sample.name) (replayed)" : sample.name
      if let index = groups.firstIndex(where: { $0.name == name }) {
        groups[index].ids.append(sample.id)
      } else {
        groups.append((name, [sample.id]))
      }
    }
    return groups.map { group in
      let shown = group.ids.prefix(16).map(String.init).joined(separator: " ")
      return "\(group.name) \(shown)\(group.ids.count > 16 ? " …" : "")"
    }.joined(separator: ", ")
  }

  // MARK: Checks

  /// The checkpoint's `config.json` with the dtype of what is saved.
  private static func configurationFile(of checkpoint: Checkpoint) throws -> [UInt8] {
    var keys = try ModelConfiguration.keys(atPath: checkpoint.configurationPath)
    if keys["dtype"] != nil { keys["dtype"] = "float32" }
    if keys["torch_dtype"] != nil || keys["dtype"] == nil { keys["torch_dtype"] = "float32" }
    return Array((JSONValue.object(keys).serialized(indent: 2) + "\n").utf8)
  }
}

extension Duration {
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
