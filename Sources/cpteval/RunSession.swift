import ArgumentParser
import Compute
import EvaluationTasks
import Files
import Foundation
import HarnessCompatibility
import LanguageModel
import OrderedJSON
import Records
import Reports
import Scoring
import Tokenization

/// One `cpteval run` from the first check to the exit status.
struct RunSession {
  private let command: RunCommand
  private let display = ProgressDisplay()
  private let digests = FileDigests()
  private let model: OpenedModel
  private let selection: TaskSelection
  private let begin = Date()
  private var tasks: [ScoringTask] = []
  private var failures: [TaskFailureRecord] = []
  private var outcomes: [TaskOutcome] = []

  /// Opens everything that the command names and checks it.
  ///
  /// - Parameters:
  ///   - command: With its options.
  ///   - names: Of tasks, groups and tags.
  /// - Throws: ``RequestError`` for what cannot be used.
  init(_ command: RunCommand, names: [String]) throws {
    self.command = command
    let model = try checkingRequest { try OpenedModel(command.model) }
    self.model = model
    selection = try command.taskOptions.select(names)
  }

  /// Loads, scores, prints and writes.
  ///
  /// - Returns: What the process ends with.
  /// - Throws: ``RequestError`` for what is wrong before the scoring, or the engine's error.
  mutating func run() throws -> ExitCode {
    Interruption.install()
    try load()
    var files: ResultFiles?
    if let path = command.outputPath {
      let needed = EvaluationResult.requiredBytes(for: tasks, logsSamples: command.logSamples)
      let name = model.name
      files = try checkingRequest {
        try ResultFiles(outputPath: path, modelName: name, requiredBytes: needed)
      }
    }
    digests.begin(
      tasks.flatMap { ($0.taskFiles + $0.dataFiles).compactMap(\.diskPath) }
        + CheckpointRecord.paths(of: model.checkpoint))
    let trouble = try score()
    return try finish(files: files, trouble: trouble)
  }

  /// Reads all tasks' documents; tasks with bad rows fail alone.
  private mutating func load() throws {
    for task in selection.tasks {
      let loaded: LoadedTask
      do {
        loaded = try command.taskOptions.load(task, limit: command.limit)
      } catch let error as TaskError {
        guard error.isAboutData else { throw RequestError("\(error)") }
        fail(task.name, messages: ["\(error)"], count: 1)
        continue
      }
      if loaded.errorCount > 0 {
        fail(task.name, messages: loaded.errors.map { "\($0)" }, count: loaded.errorCount)
        continue
      }
      tasks.append(try checkingRequest { try ScoringTask(task, loaded: loaded) })
    }
    let requests = tasks.reduce(0) { $0 + $1.requestCount }
    let configuration = model.checkpoint.configuration
    display.log(
      """
      \(model.name.escapedForTerminal): \(configuration.family.rawValue), \
      \(grouped(model.checkpoint.parameterCount)) parameters, window \
      \(grouped(configuration.maximumLength)) tokens; \(tasks.count) \
      \(tasks.count == 1 ? "task" : "tasks"), \(grouped(requests)) requests
      """)
  }

  private mutating func fail(_ task: String, messages: [String], count: Int) {
    failures.append(TaskFailureRecord(task: task, messages: messages, count: count))
    display.log("The task \(task.escapedForTerminal) cannot be scored:")
    for message in messages { display.log("  \(message)") }
    if count > messages.count { display.log("  … and \(count - messages.count) more") }
  }

  /// Scores all tasks.
  ///
  /// - Returns: What ended the scoring early, if something did.
  /// - Throws: ``RequestError`` if nothing can be scored as asked.
  private mutating func score() throws -> (any Error)? {
    let run = EvaluationRun(
      encoder: model.encoder, threads: command.model.threadCount,
      isCancelled: { Interruption.isRequested })
    let tasks = tasks
    if model.mayExceedVocabulary { try checkingRequest { try run.checkTokens(of: tasks) } }
    var engine = model.makeEngine()
    var finished: [TaskOutcome] = []
    let display = display
    var trouble: (any Error)?
    do {
      try run.score(tasks, with: &engine, progress: { display.show($0) }) { outcome in
        finished.append(outcome)
        display.log(
          """
          \(outcome.task.name.escapedForTerminal): \(grouped(outcome.sampleCount)) documents in \
          \(ProgressDisplay.duration(outcome.cost.scoringSeconds))
          """)
      }
    } catch let error as EngineError where finished.isEmpty && error.isWrongRequest {
      throw RequestError("\(error)")
    } catch let error as RequestEncodingError where finished.isEmpty {
      throw RequestError("\(error)")
    } catch {
      trouble = error
    }
    display.clear()
    outcomes = finished
    return trouble
  }

  /// Prints and writes what there is.
  private func finish(files: ResultFiles?, trouble: (any Error)?) throws -> ExitCode {
    let wasInterrupted = Interruption.isRequested && trouble != nil
    if trouble != nil { digests.stop() }
    var status = failures.isEmpty ? ExitStatus.done : ExitStatus.failed
    if wasInterrupted {
      printError("Interrupted after \(outcomes.count) of \(tasks.count) tasks.")
      status = ExitStatus.interrupted
    } else if let trouble {
      printError("cpteval: \(trouble)")
      status = ExitStatus.failed
    }
    guard !outcomes.isEmpty else { return status }
    let result = result(isPartial: trouble != nil)
    // Printed first, so that a disk that fails now loses nothing; and a reader who stops early, as
    // `head` does, must not end the process before the files are written.
    signal(SIGPIPE, SIG_IGN)
    switch command.format {
    case .table: print(EvaluationReport(result.record).plain)
    case .markdown: print(EvaluationReport(result.record).markdown)
    case .json: print(try result.json(logsSamples: command.logSamples).serialized(indent: 2))
    }
    guard let files else { return status }
    do {
      let written = try result.write(to: files.dated(Date()), logsSamples: command.logSamples)
      display.log("Written: \(written[0].escapedForTerminal)")
    } catch {
      printError("cpteval: \(error)\nThe results are on standard output.")
      return status == ExitStatus.interrupted ? status : ExitStatus.failed
    }
    return status
  }

  private func result(isPartial: Bool) -> EvaluationResult {
    let options = command.model
    let seconds = Date().timeIntervalSince(begin)
    let machine = MachineRecord.current()
    let program = "cpteval \(CPTEval.configuration.version)"
    let base = EvaluationRecord(
      program: program, date: begin.timeIntervalSince1970,
      settings: SettingsRecord(
        compatibility: options.compat.rawValue,
        beginningOfSequence: model.encoder.beginningOfSequence.rawValue,
        window: model.encoder.window, limit: command.limit,
        fewshot: command.taskOptions.numFewshot, threads: options.threadCount,
        batchTokens: options.batchTokens, memoryLimit: options.memoryLimit?.bytes,
        bootstrapIterations: StandardError.bootstrapIterations),
      checkpoint: CheckpointRecord(
        model.checkpoint, path: options.checkpoint, name: model.name, digests: digests),
      failures: failures, cost: CostRecord(totalSeconds: seconds), machine: machine,
      isPartial: isPartial)
    let special = model.tokenizer.specialTokens
    let context = HarnessContext(
      modelName: model.name, modelPath: options.checkpoint,
      parameterCount: model.checkpoint.parameterCount, limit: command.limit,
      batchTokens: options.batchTokens,
      bootstrapIterations: StandardError.bootstrapIterations, window: model.encoder.window,
      // lm_eval/models/utils.py, configure_pad_token: the unknown token stands in, then the end.
      specialTokens: SpecialTokens(
        bos: special.bos, eos: special.eos, pad: special.pad ?? special.unk ?? special.eos,
        unk: special.unk),
      date: begin.timeIntervalSince1970, totalSeconds: seconds,
      environment: "\(program)\nOS: \(machine.system)\nCPU: \(machine.processor)",
      program: "\(program) (\(options.compat.rawValue))")
    return EvaluationResult(
      outcomes: outcomes, groups: selection.groups, version: options.compat, base: base,
      context: context, digests: digests)
  }
}

extension TaskError {
  /// Whether the task's data is at fault, so that other tasks can go on.
  fileprivate var isAboutData: Bool {
    switch self {
    case .noRows, .noDocuments, .unreadableData: true
    default: false
    }
  }
}

extension EngineError {
  /// Whether other options would have helped.
  fileprivate var isWrongRequest: Bool {
    switch self {
    case .memoryLimitTooSmall, .tokenOutOfRange, .sequenceTooLong: true
    case .cancelled: false
    }
  }
}
