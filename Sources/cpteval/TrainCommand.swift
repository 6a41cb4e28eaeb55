import ArgumentParser
import Compute
import Corpus
import Experiments
import Files
import Foundation
import Glibc
import Records
import Reports
import Training
import TrainingPlans

/// `cpteval train PLAN.yaml`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train models by phases: re-warming, re-decaying, replay, infinite schedules.",
    discussion: """
      Everything is checked before the first step: plan, data, tokenizer, model, memory and disk. \
      Results go to <output path>/<plan name>/<run>/: checkpoints in Hugging Face's layout, \
      metrics.jsonl (a line per step), evaluations.jsonl (validation losses and task scores), \
      samples.jsonl (what each step trained on) and phases.jsonl (exact counts per phase).

      With evaluation.tasks in the plan, every checkpoint at a phase's end is opened again and scored, \
      and its results lie beside the weights. With a baseline each is compared with it, and with the \
      model before the phase; report.html, comparison.md and comparison.json tell the outcome. An \
      evaluation that fails ends nothing: the run goes on, and the exit status says so.

      A run goes on where it stopped, with the same bits as if it had not. Ctrl-C and SIGTERM finish \
      the step, save and stop; SIGUSR1 saves and goes on. A plan that was changed meanwhile is shown \
      as a difference and needs its changes named with --set, or another name.

      The least that a plan needs (the README tells the rest):
        name: first
        model: {checkpoint: pythia-70m}
        sequence_length: 512
        batch: {sequences: 8}
        data: {news: {train: [news.jsonl], validation: [held-out.jsonl]}}
        runs: {adapted: {phases: [{name: news, data: news, tokens: 2M,
          schedule: {kind: cosine, max_lr: 1.0e-4, min_lr: 1.0e-5, warmup: 1%}}]}}

      Examples:
        cpteval plan show plan.yaml
        cpteval train plan.yaml --output-path results
        cpteval train plan.yaml --run continual
        cpteval train plan.yaml --set runs.trunk.phases.stable.tokens=80M

      Exit status: 0 done; 1 something failed while training, scoring or comparing, the newest \
      checkpoint is intact; 2 the request was wrong; 130 interrupted, state saved.
      """)

  @OptionGroup var plan: PlanOptions

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Train one run only, not all of the plan's.", valueName: "name"))
  var runName: String?

  @Option(
    name: .customLong("output-path"),
    help: ArgumentHelp("Where the folder with the plan's name goes.", valueName: "dir"))
  var outputPath = "."

  enum Resume: String, ExpressibleByArgument, CaseIterable {
    case auto, never
  }

  @Option(
    help: ArgumentHelp(
      "Go on from the newest good checkpoint, or refuse to where there is one.",
      valueName: "auto|never"))
  var resume = Resume.auto

  @Option(help: "Threads that compute; all cores by default. The results do not depend on it.")
  var threads: Int?

  func validate() throws {
    try requireThreads(threads)
    if outputPath.isEmpty { throw ValidationError("--output-path is empty.") }
  }

  func run() throws {
    let session = TrainSession(self)
    throw try session.run()
  }
}

/// One `cpteval train` from the first check to the exit status.
struct TrainSession {
  private let command: TrainCommand
  private let display = TrainingDisplay()

  init(_ command: TrainCommand) { self.command = command }

  /// Trains and says how it went.
  ///
  /// - Returns: What the process ends with.
  /// - Throws: ``RequestError`` for what is wrong before the first step, or what training throws.
  func run() throws -> ExitCode {
    Interruption.install(savesOnUserSignal: true)
    let threads = command.threads ?? WorkerPool.availableCores
    let display = display
    let experiment: Experiment
    do {
      experiment = try prepared(threads: threads)
    } catch {
      display.clear()
      if Interruption.isRequested {
        printError("Interrupted before the first step; no run was begun or changed.")
        return ExitStatus.interrupted
      }
      if error.isFailureOfDisk { throw error }
      throw RequestError("\(error)")
    }
    let backend = CPUBackend(threads: threads)
    display.begin(
      productRate: backend.measureProductRate(), threads: threads,
      instructionSet: "\(backend.instructionSet)")
    let result: Experiment.Result
    do {
      result = try experiment.train(
        on: backend, report: { display.show($0) }, evaluation: { display.show($0) },
        request: { Interruption.trainingRequest() })
    } catch let error as ExperimentError {
      display.clear()
      throw RequestError("\(error)")
    } catch let error as TrainingError where error.isWrongRequest {
      display.clear()
      throw RequestError("\(error)")
    } catch let error as MixtureError {
      display.clear()
      throw RequestError("\(error)")
    }
    display.clear()
    for run in result.finished {
      let place = "\(experiment.folder)/\(run.run)".escapedForTerminal
      if result.wasInterrupted && run.run == result.finished.last?.run {
        display.log("\(run.run): interrupted, saved at step \(run.step). The same command goes on.")
      } else if run.isNew {
        display.log("\(run.run): finished at step \(run.step), in \(place)")
      } else {
        display.log("\(run.run): was finished at step \(run.step) already, in \(place)")
      }
    }
    if result.wasInterrupted, result.finished.isEmpty {
      display.log("Interrupted before a run was begun or went on. The same command goes on.")
    }
    if !display.validations.isEmpty { print(display.table) }
    guard !result.wasInterrupted else { return ExitStatus.interrupted }
    let comparesAll = try conclude(experiment, threads: threads)
    guard result.failedEvaluations.isEmpty else {
      printError(
        """
        cpteval: \(result.failedEvaluations.count) evaluations failed; everything that was trained is \
        saved. The same command tries them again.
        """)
      for failure in result.failedEvaluations { printError("  \(failure)") }
      return ExitStatus.failed
    }
    return comparesAll ? ExitStatus.done : ExitStatus.failed
  }

  /// Compares what there is, writes the report and says the verdict.
  ///
  /// - Returns: Whether everything could be compared that is there.
  private func conclude(_ experiment: Experiment, threads: Int) throws -> Bool {
    let options = ExperimentReader.Options(program: CPTEval.program, threads: threads)
    var reader = try ExperimentReader(folder: experiment.folder, options: options)
    let record = reader.read()
    let report = ExperimentReport(record)
    if !record.comparisons.isEmpty {
      if !display.validations.isEmpty { print("") }
      print(report.plain)
    }
    for problem in record.problems { printError("cpteval: \(problem)") }
    let files = try ExperimentFiles.write(record, report, in: experiment.folder)
    display.log("Report: \(files.html.escapedForTerminal)")
    return reader.failedComparisons.isEmpty
  }

  private func prepared(threads: Int) throws -> Experiment {
    let document = try PlanDocument(path: command.plan.plan)
    var options = Experiment.Options(program: CPTEval.program)
    options.settings = command.plan.settings
    options.outputPath = command.outputPath
    options.run = command.runName
    options.resumes = command.resume == .auto
    options.threads = threads
    let display = display
    return try Experiment(
      document, options: options, log: { display.log($0) },
      isCancelled: { Interruption.isRequested }, report: { display.show($0) })
  }
}

extension Error {
  /// Whether the disk is full or failing, rather than the request wrong.
  fileprivate var isFailureOfDisk: Bool {
    switch self as any Error {
    case FileError.system(_, _, let code), CorpusError.file(.system(_, _, let code)):
      [ENOSPC, EDQUOT, EFBIG, EIO].contains(code)
    default: false
    }
  }
}

extension TrainingError {
  /// Whether another plan would have helped.
  fileprivate var isWrongRequest: Bool {
    switch self {
    case .tooLittleMemory, .unknownPhase, .phaseTooShort, .otherRun: true
    case .unusableState, .unusableMoments, .diverged, .notFinite: false
    }
  }
}
