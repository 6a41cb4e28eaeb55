import ArgumentParser
import Communication
import Comparison
import Compute
import Files
import Foundation
import LanguageModel
import OrderedJSON
import Records
import Reports
import Scoring

/// One `cpteval run` from the first check to the exit status.
struct RunSession {
  private let command: RunCommand
  private let display = ProgressDisplay()
  private let settings: ScoringSettings
  private let checkpoints: [CheckpointPaths.Named]
  private let tasks: ScoringTasks
  private let scorer: CheckpointScorer<CPUBackend>
  private let baseline: RunBaseline?
  /// Documents that scores are shown without as well.
  private let excluded: ExcludedDocuments?
  private var status = ExitStatus.done
  private var scored: [EvaluationRecord] = []
  /// Whether nothing was printed yet.
  private var isFirst = true

  /// Opens everything that the command names and checks it.
  ///
  /// - Parameter command: With its options.
  /// - Throws: ``RequestError`` for what cannot be used.
  init(_ command: RunCommand) throws {
    self.command = command
    Interruption.install()
    let ranks = try World.join()
    var settings = command.model.settings(
      limit: command.limit, fewshot: command.taskOptions.numFewshot)
    if command.model.threads == nil { settings.threads = World.threads }
    self.settings = settings
    checkpoints = try CheckpointPaths.expand(command.checkpoint)
    // All of them, before hours go into the first.
    for checkpoint in checkpoints {
      let fingerprint = try checkingRequest {
        try ranks.together {
          let model = try ScorableCheckpoint(path: checkpoint.path, settings: settings)
          return ranks.size > 1 ? try model.fingerprint() : []
        }
      }
      try World.check("checkpoint \(checkpoint.name.escapedForTerminal)", fingerprint)
    }
    excluded = try command.contamination.load()
    baseline = try command.baseline.map { path in
      try checkingRequest { try RunBaseline(path: path, settings: settings) }
    }
    let request = command.taskOptions.request(command.names, limit: command.limit)
    let display = display
    tasks = try checkingRequest {
      try ranks.together {
        try request.load(try request.select()) { failure in
          display.log("The task \(failure.task.escapedForTerminal) cannot be scored:")
          for message in failure.messages { display.log("  \(message)") }
          if failure.count > failure.messages.count {
            display.log("  … and \(failure.count - failure.messages.count) more")
          }
        }
      }
    }
    try World.check("tasks or data", tasks.identity(settings: settings).bytes)
    if ranks.size > 1 { display.log(World.summary(threads: settings.threads)) }
    if let excluded {
      let tasks = tasks
      try checkingRequest { try tasks.check(excluded) }
    }
    scorer = CheckpointScorer(
      tasks, settings: settings, on: CPUBackend(threads: settings.threads),
      ranks: ranks, isCancelled: { Interruption.isRequested })
  }

  /// Scores, prints, writes and compares.
  ///
  /// - Returns: What the process ends with.
  /// - Throws: ``RequestError`` for what is wrong before anything is scored.
  mutating func run() throws -> ExitCode {
    if !tasks.failures.isEmpty { status = ExitStatus.failed }
    // Before the scoring, so that a folder that cannot be written to is known now.
    let ranks = World.ranks
    let files = try ranks.together { try checkpoints.map { try resultFiles(for: $0.name) } }
    var reference: ScoredResults?
    if let baseline {
      reference = try baseline.results(
        covering: tasks.tasks, scorer: scorer, display: display)
      if try ranks.maximum(Interruption.isRequested ? 1 : 0) == 1 { return ExitStatus.interrupted }
    }
    if command.format == .json, checkpoints.count > 1 { print("[") }
    for (checkpoint, files) in zip(checkpoints, files) {
      try score(checkpoint, files: files, reference: reference)
      if try ranks.maximum(Interruption.isRequested ? 1 : 0) == 1 { break }
    }
    if command.format == .json, checkpoints.count > 1 { print("]") }
    if scored.count > 1, command.format != .json {
      let report = SweepReport(scored)
      print("\n" + (command.format == .table ? report.plain : report.markdown))
    }
    return status
  }

  private func resultFiles(for name: String) throws -> ResultFiles? {
    guard let path = command.outputPath, World.ranks.isRoot else { return nil }
    let needed = EvaluationResult.requiredBytes(
      for: tasks.tasks, logsSamples: command.logSamples)
    return try checkingRequest {
      try ResultFiles(outputPath: path, modelName: name, requiredBytes: needed)
    }
  }

  /// Scores one checkpoint and says what came of it.
  private mutating func score(
    _ checkpoint: CheckpointPaths.Named, files: ResultFiles?, reference: ScoredResults?
  ) throws {
    let settings = settings
    let model: ScorableCheckpoint
    do {
      model = try World.ranks.together {
        try ScorableCheckpoint(path: checkpoint.path, settings: settings)
      }
    } catch {
      printError("cpteval: \(error)")
      status = ExitStatus.failed
      return
    }
    announce(model, name: checkpoint.name)
    let outcome = scorer.score(
      model, name: checkpoint.name, progress: { [display] in display.show($0) }
    ) { [display] task in
      display.log(
        """
        \(task.task.name.escapedForTerminal): \(grouped(task.sampleCount)) documents in \
        \(ProgressDisplay.duration(task.cost.scoringSeconds))
        """)
    }
    display.clear()
    try explain(outcome, isOnly: checkpoints.count == 1)
    guard var result = outcome.result else { return }
    if let excluded {
      do {
        try result.addResults(
          without: excluded, bootstrapIterations: settings.bootstrapIterations,
          threads: settings.threads)
      } catch {
        printError("cpteval: --contaminated: \(error)")
        status = ExitStatus.failed
      }
    }
    scored.append(result.record)
    try report(result, reference: reference, files: files)
  }

  private func announce(_ model: ScorableCheckpoint, name: String) {
    let configuration = model.checkpoint.configuration
    let requests = tasks.tasks.reduce(0) { $0 + $1.requestCount }
    let count = tasks.tasks.count
    display.log(
      """
      \(name.escapedForTerminal): \(configuration.family.rawValue), \
      \(grouped(model.checkpoint.parameterCount)) parameters, window \
      \(grouped(configuration.maximumLength)) tokens; \(count) \(count == 1 ? "task" : "tasks"), \
      \(grouped(requests)) requests
      """)
  }

  /// Says what ended a scoring early.
  private mutating func explain(
    _ outcome: CheckpointScorer<CPUBackend>.Outcome, isOnly: Bool
  ) throws {
    guard let trouble = outcome.trouble else { return }
    if Interruption.isRequested || trouble.isCancellation {
      let finished = outcome.result?.outcomes.count ?? 0
      printError("Interrupted after \(finished) of \(tasks.tasks.count) tasks.")
      status = ExitStatus.interrupted
      return
    }
    if isOnly, outcome.result == nil, trouble.isWrongRequest { throw RequestError("\(trouble)") }
    printError("cpteval: \(trouble)")
    status = ExitStatus.failed
  }

  /// Prints and writes one checkpoint's results.
  ///
  /// Printed first, so that a disk that fails now loses nothing.
  private mutating func report(
    _ result: EvaluationResult, reference: ScoredResults?, files: ResultFiles?
  ) throws {
    let comparison = try reference.flatMap { try compare(result, with: $0) }
    switch command.format {
    case .table, .markdown:
      if !isFirst { print("") }
      let report = EvaluationReport(result.record)
      print(command.format == .table ? report.plain : report.markdown)
      if let comparison {
        let report = ComparisonReport(comparison)
        print("\n" + (command.format == .table ? report.plain : report.markdown))
      }
    case .json:
      var object = try result.json(logsSamples: command.logSamples).objectValue ?? JSONObject()
      if let comparison { object["comparison"] = try JSONValueEncoder().encode(comparison) }
      print((isFirst ? "" : ",") + JSONValue.object(object).serialized(indent: 2))
    }
    isFirst = false
    guard let files else { return }
    do {
      let dated = files.dated(Date())
      let written = try result.write(to: dated, logsSamples: command.logSamples)
      display.log("Written: \(written[0].escapedForTerminal)")
      if let comparison {
        let path = "\(dated.folder)/comparison_\(dated.dateID).json"
        try AtomicFile.write(
          try JSONValueEncoder().encode(comparison).serialized(indent: 2), to: path)
        display.log("Written: \(path.escapedForTerminal)")
      }
    } catch {
      printError("cpteval: \(error)\nThe results are on standard output.")
      if status != ExitStatus.interrupted { status = ExitStatus.failed }
    }
  }

  private mutating func compare(
    _ result: EvaluationResult, with reference: ScoredResults
  ) throws -> ComparisonRecord? {
    do {
      var options = command.comparison.options(threads: settings.threads)
      options.excluded = excluded
      return try ModelComparison.compare(
        reference: reference, candidate: try result.scored(), options: options)
    } catch let error as ComparisonError {
      printError("cpteval: \(error)")
    } catch let error as ResultsError {
      printError("cpteval: \(error)")
    }
    status = ExitStatus.failed
    return nil
  }
}

extension Error {
  /// Whether the user has stopped the scoring, maybe on another rank.
  fileprivate var isCancellation: Bool {
    if case EngineError.cancelled = self as any Error { true } else { false }
  }

  /// Whether other options or another checkpoint would have helped.
  fileprivate var isWrongRequest: Bool {
    switch self as any Error {
    case let error as EngineError:
      switch error {
      case .memoryLimitTooSmall, .tokenOutOfRange, .sequenceTooLong: true
      case .cancelled: false
      }
    case is RequestEncodingError: true
    default: false
    }
  }
}

extension EvaluationResult {
  /// The results as a comparison reads them, without a file.
  ///
  /// - Returns: Results with samples.
  /// - Throws: What encoding throws, which does not happen in practice.
  func scored() throws -> ScoredResults {
    let outcomes = outcomes
    return try ScoredResults(
      try json(logsSamples: true).objectValue ?? JSONObject(), label: record.checkpoint.name,
      path: record.checkpoint.path
    ) { task in
      guard let outcome = outcomes.first(where: { $0.task.name == task }) else { return nil }
      var lines: [String] = []
      _ = HarnessSamples(outcome).lines { lines.append($0) }
      return lines
    }
  }
}
