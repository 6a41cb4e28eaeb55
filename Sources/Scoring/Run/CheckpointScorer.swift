public import Communication
public import Compute
import Files
import Foundation
import HarnessCompatibility
import Records

/// Scores one checkpoint after another on the same tasks, each task tokenized once per tokenizer.
public final class CheckpointScorer<Backend: ComputeBackend> {
  /// What came of a checkpoint.
  public struct Outcome {
    /// The tasks that were finished; `nil` if none was.
    public var result: EvaluationResult?
    /// What ended the scoring early, if something did.
    public var trouble: (any Error)?
  }

  public let tasks: ScoringTasks
  public let settings: ScoringSettings
  private let backend: Backend
  private let ranks: any Communicator
  private let isCancelled: @Sendable () -> Bool
  private let cache = EncodedTaskCache()
  private let digests = FileDigests()

  /// Prepares to score.
  ///
  /// - Parameters:
  ///   - tasks: With their documents.
  ///   - settings: For all checkpoints.
  ///   - backend: Where to compute.
  ///   - ranks: Who shares the work; all of them score the same.
  ///   - isCancelled: Asked often, on any thread.
  public init(
    _ tasks: ScoringTasks, settings: ScoringSettings, on backend: Backend,
    ranks: any Communicator = SingleProcess.shared,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.tasks = tasks
    self.settings = settings
    self.backend = backend
    self.ranks = ranks
    self.isCancelled = isCancelled
    digests.begin(
      tasks.tasks.flatMap { ($0.taskFiles + $0.dataFiles).compactMap(\.diskPath) })
  }

  /// Tasks that did not have to be tokenized again.
  public var reusedTasks: Int { cache.hits }

  /// Tokenizes every task with a checkpoint's tokenizer, to find tokens that the model does not have.
  ///
  /// - Parameter model: The checkpoint.
  /// - Throws: ``RequestEncodingError``, or what the tokenizer throws.
  public func checkTokens(of model: ScorableCheckpoint) throws {
    try run(model).checkTokens(of: tasks.tasks)
  }

  /// Scores a checkpoint.
  ///
  /// - Parameters:
  ///   - model: The checkpoint.
  ///   - name: For files; the folder's name if `nil`.
  ///   - progress: Called now and then on the calling thread.
  ///   - finished: Called for each task as soon as its results are complete.
  /// - Returns: What was finished, and what went wrong.
  public func score(
    _ model: ScorableCheckpoint, name: String? = nil, progress: (RunProgress) -> Void = { _ in },
    finished: (TaskOutcome) -> Void = { _ in }
  ) -> Outcome {
    let begin = Date()
    digests.begin(CheckpointRecord.paths(of: model.checkpoint))
    var outcomes: [TaskOutcome] = []
    var trouble: (any Error)?
    do {
      if model.mayExceedVocabulary { try checkTokens(of: model) }
      var engine = ShardedEngine(
        model.makeEngine(on: backend, settings: settings, isCancelled: isCancelled), ranks: ranks)
      try run(model).score(tasks.tasks, with: &engine, progress: progress) { outcome in
        outcomes.append(outcome)
        finished(outcome)
      }
    } catch {
      trouble = error
      // Whoever interrupts does not want to wait for the hash of a large file.
      if isCancelled() { digests.stop() }
    }
    guard !outcomes.isEmpty else { return Outcome(result: nil, trouble: trouble) }
    let result = result(
      of: model, name: name ?? model.name, outcomes, begin: begin, isPartial: trouble != nil)
    return Outcome(result: result, trouble: trouble)
  }

  private func run(_ model: ScorableCheckpoint) throws -> EvaluationRun {
    EvaluationRun(
      encoder: model.encoder, threads: settings.threads,
      bootstrapIterations: settings.bootstrapIterations,
      cache: (cache, try model.encodingIdentity()), isCancelled: isCancelled)
  }

  private func result(
    of model: ScorableCheckpoint, name: String, _ outcomes: [TaskOutcome], begin: Date,
    isPartial: Bool
  ) -> EvaluationResult {
    let seconds = Date().timeIntervalSince(begin)
    let machine = MachineRecord.current()
    let base = EvaluationRecord(
      program: settings.program, date: begin.timeIntervalSince1970,
      settings: SettingsRecord(
        compatibility: settings.version.rawValue,
        beginningOfSequence: model.encoder.beginningOfSequence.rawValue,
        window: model.encoder.window, limit: settings.limit, fewshot: settings.fewshot,
        threads: settings.threads, batchTokens: settings.batchTokens,
        memoryLimit: settings.memoryLimit, bootstrapIterations: settings.bootstrapIterations),
      checkpoint: CheckpointRecord(
        model.checkpoint, path: model.path, name: name, digests: digests),
      failures: tasks.failures, cost: CostRecord(totalSeconds: seconds), machine: machine,
      isPartial: isPartial)
    return EvaluationResult(
      outcomes: outcomes, groups: tasks.groups, version: settings.version, base: base,
      context: HarnessContext(
        model, name: name, settings: settings, machine: machine, begin: begin, seconds: seconds),
      digests: digests)
  }
}
