public import Communication
public import Compute
public import Corpus
internal import Files
internal import Foundation
internal import LanguageModel
internal import OrderedJSON
public import Training
public import TrainingPlans

/// A plan on its way: checked, its output folder prepared, its data opened.
///
/// `<output path>/<plan name>/` holds `plan.yaml` as resolved, the tokens of texts, the weights that new
/// models begin with, and a folder for each run.
public final class Experiment {
  /// Which runs, and how to treat what is there already.
  public struct Options {
    /// `key.path=value`, as given with --set.
    public var settings: [String] = []
    public var outputPath = "."
    /// One run alone, or the repetitions of one; all of them if `nil`.
    public var run: String?
    /// Whether runs go on from their checkpoints.
    public var resumes = true
    public var threads = 1
    /// Program and version, for results files.
    public var program: String
    /// Scores checkpoints instead of the plan's tasks, which are not looked for then.
    public var evaluation: CheckpointEvaluation?
    /// Who trains together.
    ///
    /// Rank 0 prepares the output folder before the others open it, holds the
    /// locks, and writes.
    public var ranks: any Communicator = SingleProcess.shared
    /// Whether ranks exchange gradients and weights while passes go on.
    public var overlapsExchange = true
    /// Takes down what happens when.
    public var timeline: Timeline?

    public init(program: String) { self.program = program }
  }

  /// What a plan's training came to.
  public struct Result: Sendable, Equatable {
    /// In the order of training: run and the step it stands at.
    public var finished: [(run: String, step: Int, isNew: Bool)] = []
    public var wasInterrupted = false
    /// Checkpoints that could not be evaluated, as sentences; what was trained is saved.
    public var failedEvaluations: [String] = []
    /// Whether anything was scored or compared that was not before.
    public var hasNewResults = false

    public static func == (a: Result, b: Result) -> Bool {
      a.wasInterrupted == b.wasInterrupted && a.failedEvaluations == b.failedEvaluations
        && a.hasNewResults == b.hasNewResults && a.finished.elementsEqual(b.finished, by: ==)
    }
  }

  public let plan: TrainingPlan
  /// `<output path>/<plan name>`.
  public let folder: String
  public let model: PlanModel
  /// The runs that are trained, in the order of training.
  public let runs: [Run]
  private let options: Options
  private let data: ExperimentData
  private let tokenizer: PlanTokenizer?
  /// Folders by seed, of those runs that branch off from none.
  private let initialWeights: [UInt64: String]
  /// One for each run, held as long as this object lives.
  private var locks: [FolderLock] = []
  private let tasks: PlanTasks?
  private let outside: OutsideModels
  private let isCancelled: @Sendable () -> Bool

  /// Checks everything that can be checked before the first step, and prepares the rest.
  ///
  /// From now on the runs' folders are locked, as long as this object lives.
  /// - Parameters:
  ///   - document: The plan file.
  ///   - options: See ``Options``.
  ///   - log: Told what is worth knowing, one line at a time.
  ///   - isCancelled: Asked while texts are tokenized, on any thread.
  ///   - report: Gets news of texts being tokenized, on any thread.
  /// - Throws: `PlanProblems`, ``ExperimentError``, `TrainingError` if there is too little memory,
  ///   `FolderLockError`, and what files, tokenizers and data sets throw.
  public init(
    _ document: PlanDocument, options: Options, log: (String) -> Void,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (TextEvent) -> Void = { _ in }
  ) throws {
    self.options = options
    self.isCancelled = isCancelled
    let plan = try document.plan(settings: options.settings)
    self.plan = plan
    if let name = options.run {
      runs = plan.runs(named: name)
      guard !runs.isEmpty else {
        throw ExperimentError.unknownRun(name: name, runs: plan.runs.map(\.name))
      }
    } else {
      runs = plan.runsInOrder
    }
    var tokenizer = try PlanTokenizer.open(plan, folder: document.folder)
    let vocabulary = PlanVocabulary(plan, tokenizer)
    try ExperimentError.checkTokenizer(vocabulary, of: plan)
    var model = try PlanModel(plan, folder: document.folder, vocabulary: vocabulary)
    let files = try plan.dataFiles(in: document.folder)
    tasks =
      options.evaluation == nil
      ? try PlanTasks(
        plan, folder: document.folder, threads: options.threads, program: options.program) : nil
    if tasks != nil, vocabulary == nil { throw ExperimentError.noTokenizerForTasks }
    try MemoryNeed.check(plan, runs: runs, model.configuration, ranks: options.ranks)
    try RankCount.check(runs, ranks: options.ranks.size)
    let folder = "\(options.outputPath)/\(plan.name)"
    self.folder = folder
    let cacheFolder = folder + "/tokens"
    let isRoot = options.ranks.isRoot
    // Held while what all runs share is prepared; each run has a lock of its own.
    var lock: FolderLock?
    defer { lock?.release() }
    var changes: Changes?
    if isRoot {
      _ = try OutputFolder(preparing: folder)
      lock = try FolderLock(folder: folder)
      // Before the plan is recorded: who is refused must not change what others train by.
      for run in runs {
        try OutputFolder.makeFolders("\(folder)/\(run.name)")
        locks.append(try FolderLock(folder: "\(folder)/\(run.name)"))
      }
      try Folder.sweep(folder)
      try OutputFolder.makeFolders(cacheFolder)
      try Folder.sweep(cacheFolder)
      changes = try Self.changes(plan, document: document, options: options, folder: folder)
    }
    if case .trained(let training) = plan.tokenizer {
      let trained = try TokenizerTrainingRun(training, in: folder, files: files).tokenizer(
        isBegun: changes != nil || !isRoot,
        TokenizerTrainingRun.Means(
          threads: options.threads, isCancelled: isCancelled, report: report))
      tokenizer = trained
      // It may have fewer tokens than were asked for.
      model = try PlanModel(
        plan, folder: document.folder, vocabulary: PlanVocabulary(trained.tokenizer))
    }
    self.tokenizer = tokenizer
    self.model = model
    data = try ExperimentData(
      plan, runs: runs,
      means: ExperimentData.Means(
        folder: document.folder, cacheFolder: cacheFolder, tokenizer: tokenizer,
        vocabularySize: model.configuration.vocabularySize, threads: options.threads,
        isCancelled: isCancelled, report: report))
    var weights: [UInt64: String] = [:]
    for seed in runs.filter({ $0.from == nil }).map(plan.seed(of:)) where weights[seed] == nil {
      weights[seed] = try model.weights(in: folder, seed: seed, threads: options.threads)
    }
    initialWeights = weights
    outside = try OutsideModels(
      plan, model: model, folder: document.folder, tasks: tasks,
      validation: data.validation.map(\.digest.hex))
    guard isRoot else { return }
    // Last, so that a request that was refused leaves nothing to differ from.
    try Self.record(plan, changes: changes, folder: folder, log: log)
    if outside != OutsideModels() { try outside.write(in: folder) }
  }

  /// Trains the runs, each to its end, and scores every checkpoint that the plan wants scored.
  ///
  /// - Parameters:
  ///   - backend: Where to compute.
  ///   - report: Takes the news of training.
  ///   - evaluation: Takes the news of scoring.
  ///   - request: What the user wants; see ``RunTrainer``.
  /// - Returns: What came of it.
  /// - Throws: `TrainingError` and what files throw; every run's newest checkpoint is intact then.
  public func train<Backend: TrainingBackend>(
    on backend: Backend, report: @escaping (TrainingEvent) -> Void,
    evaluation: @escaping (EvaluationEvent) -> Void = { _ in },
    request: @escaping () -> LoopMachine.Request? = { nil }
  ) throws -> Result {
    var result = Result()
    let ranks = options.ranks
    let evaluator = ExperimentEvaluation(
      plan, folder: folder,
      checkpoints: CheckpointEvaluator(
        plan, tasks: tasks, validation: data.validation, on: backend, ranks: ranks,
        isCancelled: isCancelled, report: evaluation),
      outside: outside, tokenizer: tokenizer, options: options, report: evaluation)
    evaluator.evaluateOutside()
    for run in runs {
      if try ranks.maximum(isCancelled() ? 1 : 0) == 1 {
        result.wasInterrupted = true
        break
      }
      let runFolder = "\(folder)/\(run.name)"
      let store = CheckpointStore(runFolder: runFolder)
      try ranks.together {
        if ranks.isRoot, !options.resumes, let step = try store.list().last {
          throw ExperimentError.alreadyBegun(run: run.name, checkpoint: store.path(ofStep: step))
        }
      }
      var setup = RunSetup(
        plan: plan, run: run, folder: runFolder,
        origin: .checkpoint(folder: try beginning(of: run)), sources: data.sources,
        validation: data.validation, files: tokenizer?.files ?? [],
        endOfDocument: data.endOfDocument)
      setup.ranks = ranks
      setup.overlapsExchange = options.overlapsExchange
      setup.timeline = options.timeline
      let trainer = try RunTrainer(
        setup, on: backend, report: report, request: request,
        evaluate: options.evaluation ?? { evaluator.evaluate($0, at: $1) })
      switch try trainer.train() {
      case .finished(let step): result.finished.append((run.name, step, true))
      case .alreadyFinished(let step): result.finished.append((run.name, step, false))
      case .interrupted(let step):
        result.finished.append((run.name, step, true))
        result.wasInterrupted = true
      }
      if result.wasInterrupted { break }
      // What follows reads what rank 0 has written.
      try ranks.meet()
      evaluator.makeUp(run)
    }
    result.failedEvaluations = evaluator.failures
    let isStopped = try ranks.maximum(isCancelled() ? 1 : 0) == 1
    result.wasInterrupted = result.wasInterrupted || isStopped
    result.hasNewResults = evaluator.hasNewResults || result.finished.contains(where: \.isNew)
    return result
  }

  /// By run, the tokens of all runs that are trained after it.
  ///
  /// Runs that are finished already count too; they cost nothing, and come first as a rule.
  public var tokensAfterRuns: [String: Int] {
    var later = 0
    var result: [String: Int] = [:]
    for run in runs.reversed() {
      result[run.name] = later
      later += run.phases.reduce(0) {
        $0 + $1.steps * $1.batch.sequences * plan.sequenceLength
      }
    }
    return result
  }

  /// What tells the opened data apart from other data: the same bytes for the same tokens.
  public var dataIdentity: [UInt8] { data.identity }

  /// What validation losses are measured on, in the plan's order.
  public var validation: [ValidationSet] { data.validation }

  /// The checkpoint that a run begins with.
  ///
  /// - Parameter run: One of ``runs``.
  /// - Returns: Its folder.
  /// - Throws: ``ExperimentError/noOrigin(run:from:phase:)``, or what files throw.
  public func beginning(of run: Run) throws -> String {
    guard let from = run.from else {
      let seed = plan.seed(of: run)
      return try initialWeights[seed]
        ?? model.weights(in: folder, seed: seed, threads: options.threads)
    }
    let store = CheckpointStore(runFolder: "\(folder)/\(from.run)")
    let step = try options.ranks.decide {
      for step in try store.list().reversed() {
        guard (try? store.manifest(ofStep: step).phaseEnd) == from.phase,
          let saved = try? store.verify(step)
        else { continue }
        return saved.step
      }
      return -1
    }
    if step >= 0 { return store.path(ofStep: step) }
    throw ExperimentError.noOrigin(run: run.name, from: from.run, phase: from.phase)
  }

  // MARK: The record of the plan

  /// What a recorded plan was, and what is changed in it.
  private struct Changes {
    var recorded: TrainingPlan
    var differences: [PlanDifference]
  }

  /// Compares the plan with the one that the output was begun with.
  ///
  /// - Returns: `nil` if none was, or no run of it has saved anything yet.
  private static func changes(
    _ plan: TrainingPlan, document: PlanDocument, options: Options, folder: String
  ) throws -> Changes? {
    guard try Folder.names(in: folder).contains("plan.yaml") else { return nil }
    let recorded: TrainingPlan
    do {
      recorded = try PlanDocument(path: folder + "/plan.yaml").plan()
    } catch let problems as PlanProblems {
      throw ExperimentError.brokenRecord(path: folder + "/plan.yaml", problem: "\(problems)")
    }
    let hasCheckpoints = try recorded.runs.contains {
      try !CheckpointStore(runFolder: "\(folder)/\($0.name)").list().isEmpty
    }
    guard hasCheckpoints else { return nil }
    let check = try ResumeCheck(
      recorded: recorded, document: document, settings: options.settings)
    if let refusal = check.refusal(place: folder) {
      throw ExperimentError.planChanged(text: refusal)
    }
    guard case .changedBySettings(let differences) = check else {
      return Changes(recorded: recorded, differences: [])
    }
    return Changes(recorded: recorded, differences: differences)
  }

  /// Writes the plan down, and what was changed in it.
  private static func record(
    _ plan: TrainingPlan, changes: Changes?, folder: String, log: (String) -> Void
  ) throws {
    if let changes, !changes.differences.isEmpty {
      log("The plan is changed by --set:\n\(PlanDifference.lines(changes.differences))")
      try warnOfRates(from: changes.recorded, to: plan, folder: folder, log: log)
      let history = try StepLog(path: folder + "/plan-changes.jsonl")
      try history.append(
        [
          "date": .string(Date().formatted(.iso8601)),
          "changes": .array(
            changes.differences.map {
              [
                "path": .string($0.path), "old": $0.old.map { .string($0) } ?? .null,
                "new": $0.new.map { .string($0) } ?? .null,
              ]
            }),
        ], isFlushed: true)
    }
    if changes?.recorded != plan {
      try AtomicFile.write(plan.resolvedYAML, to: folder + "/plan.yaml")
    }
  }

  /// Says where the new plan would have had other learning rates than those that were used.
  private static func warnOfRates(
    from recorded: TrainingPlan, to plan: TrainingPlan, folder: String, log: (String) -> Void
  ) throws {
    for run in recorded.runs {
      guard let changed = plan.run(run.name) else { continue }
      let taken = try CheckpointStore(runFolder: "\(folder)/\(run.name)").list().last ?? 0
      guard let change = RateChange.inPast(from: run, to: changed, taken: taken) else { continue }
      let new = change.new.map { String(format: "%.4g", $0) } ?? "none"
      log(
        """
        \(run.name): the new plan would have had another learning rate from step \
        \(change.firstStep) on (\(new) instead of \(String(format: "%.4g", change.old))); what was \
        done stays as it is, and the schedule goes on as the new plan has it.
        """)
    }
  }
}
