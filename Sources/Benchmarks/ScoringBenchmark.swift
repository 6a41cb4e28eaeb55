import Compute
public import Records
public import Scoring
internal import EvaluationTasks
internal import Foundation
internal import LanguageModel

/// Measures `cpteval run` from the first look at a task's files to its results.
public struct ScoringBenchmark {
  /// Which tasks, and how much of them.
  public var request: TaskRequest
  /// How models are scored; the session's threads count.
  public var settings: ScoringSettings

  public init(request: TaskRequest, settings: ScoringSettings) {
    self.request = request
    self.settings = settings
  }

  /// Seconds of a repetition's parts.
  private struct Parts {
    var tasks = 0.0
    var opening = 0.0
    var tokenizing = 0.0
    var scoring = 0.0
    var metrics = 0.0
    /// From the beginning of the repetition.
    var firstScore: Double?
    var computedTokens = 0
  }

  /// Measures.
  ///
  /// - Parameters:
  ///   - model: The checkpoint; with its tokenizer.
  ///   - session: How often, with how many threads.
  /// - Returns: A record, a partial one if the user stopped it.
  /// - Throws: What is wrong with checkpoint, tokenizer, tasks or data.
  public func run(_ model: BenchmarkModel, in session: BenchmarkSession) throws -> BenchmarkRecord {
    // Everything is opened once beforehand, so that mistakes show before the yardstick is measured.
    let opened = try ScorableCheckpoint(path: model.folder, settings: settings)
    let tasks = try request.load(try request.select()) { _ in }
    if let failure = tasks.failures.first {
      throw TaskFailure(task: failure.task, messages: failure.messages)
    }
    let sequences = try tasks.tasks.flatMap { task in
      try task.documents.flatMap { try opened.encoder.encode($0).sequences }
    }
    var record = session.begin("eval", on: CPUBackend(threads: session.threads))
    let unique = UniqueSequences(sequences)
    record.settings = [
      BenchmarkSettingRecord("model", model.name),
      BenchmarkSettingRecord("parameters", "\(opened.checkpoint.parameterCount)"),
      BenchmarkSettingRecord("tasks", request.names.joined(separator: ",")),
      BenchmarkSettingRecord("limit", request.limit.map(String.init) ?? "none"),
      BenchmarkSettingRecord("num-fewshot", request.fewshot.map(String.init) ?? "task's own"),
      BenchmarkSettingRecord("documents", "\(tasks.tasks.reduce(0) { $0 + $1.documents.count })"),
      BenchmarkSettingRecord("sequences", "\(sequences.count)"),
      BenchmarkSettingRecord("scored positions", "\(unique.scoredPositions)"),
    ]

    var parts: [Parts] = []
    var totals: [OperationTimes.Key: OperationTimes.Total] = [:]
    var round = 0
    let times = try session.measure(&record) { isMeasured in
      round += 1
      session.progress(
        "run \(round) of \(session.repetitions.warmups + session.repetitions.measured)")
      let backend = TimedBackend(CPUBackend(threads: session.threads))
      let found = try score(model.folder, request, on: backend, in: session)
      guard isMeasured, !session.isCancelled() else { return }
      parts.append(found)
      totals.merge(backend.times.totals) { $0 + $1 }
    }
    record.setTotal(
      times, tokens: unique.tokens,
      operations: WorkCount.scoring(opened.checkpoint.configuration, sequences: unique))
    record.setBreakdown(totals, seconds: times.reduce(0, +), repetitions: times.count)
    func add(_ name: String, _ value: KeyPath<Parts, Double>) {
      guard let timing = TimingRecord(parts.map { $0[keyPath: value] }) else { return }
      record.parts.append(BenchmarkPartRecord(name, timing))
    }
    add("read tasks and data", \.tasks)
    add("open model and tokenizer", \.opening)
    add("tokenize", \.tokenizing)
    add("score", \.scoring)
    add("metrics, hashes, results", \.metrics)
    if let computed = parts.first?.computedTokens {
      record.settings.append(BenchmarkSettingRecord("tokens computed", "\(computed)"))
    }
    try addFirstScore(of: model, to: &record, in: session)
    session.end(&record)
    return record
  }

  /// Measures how soon the first document's score is known, from nothing.
  private func addFirstScore(
    of model: BenchmarkModel, to record: inout BenchmarkRecord, in session: BenchmarkSession
  ) throws {
    var first = request
    first.limit = 1
    var times: [Double] = []
    _ = try session.repetitions.run(isCancelled: session.isCancelled) { isMeasured in
      session.progress("the first document alone")
      let backend = TimedBackend(CPUBackend(threads: session.threads))
      let found = try score(model.folder, first, on: backend, in: session)
      if isMeasured, !session.isCancelled(), let time = found.firstScore { times.append(time) }
    }
    if let timing = TimingRecord(times) {
      record.parts.append(
        BenchmarkPartRecord("first document alone, until its score", timing, isInside: false))
    }
  }

  /// Does all that `cpteval run` does, but for printing.
  private func score(
    _ folder: String, _ request: TaskRequest, on backend: some ComputeBackend,
    in session: BenchmarkSession
  ) throws -> Parts {
    var parts = Parts()
    let clock = ContinuousClock()
    let begin = clock.now
    var last = begin
    func lap() -> Double {
      let now = clock.now
      defer { last = now }
      return (now - last).inSeconds
    }
    let tasks = try request.load(try request.select()) { _ in }
    parts.tasks = lap()
    let model = try ScorableCheckpoint(path: folder, settings: settings)
    parts.opening = lap()
    let scorer = CheckpointScorer(
      tasks, settings: settings, on: backend, isCancelled: session.isCancelled)
    // The scorer keeps the tokens.
    do {
      try scorer.checkTokens(of: model)
    } catch EngineError.cancelled {
      return parts
    }
    parts.tokenizing = lap()
    let outcome = scorer.score(
      model,
      progress: { progress in
        if parts.firstScore == nil, progress.finishedRequests > 0 {
          parts.firstScore = (clock.now - begin).inSeconds
        }
      })
    if let trouble = outcome.trouble, !session.isCancelled() { throw trouble }
    let whole = lap()
    let costs = outcome.result?.outcomes.map(\.cost) ?? []
    parts.scoring = costs.reduce(0) { $0 + $1.scoringSeconds }
    parts.metrics = max(0, whole - parts.scoring)
    parts.computedTokens = costs.reduce(0) { $0 + $1.tokens }
    return parts
  }

  /// A task that cannot be scored.
  private struct TaskFailure: Error, CustomStringConvertible {
    let task: String
    let messages: [String]

    var description: String {
      "The task \(task) cannot be scored:" + messages.map { "\n  \($0)" }.joined()
    }
  }
}
