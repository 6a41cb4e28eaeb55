import ArgumentParser
import Communication
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

/// One `cpteval train` from the first check to the exit status.
struct TrainSession {
  var planPath: String
  /// `key.path=value`, as given with --set.
  var settings: [String] = []
  var runName: String?
  var outputPath: String
  var resumes = true
  /// All cores if `nil`, or the rank's share of them.
  var threads: Int?
  /// Whether ranks exchange gradients and weights while passes go on.
  var overlapsExchange = true
  /// Where to write what happened when; nowhere if `nil`.
  var tracePath: String?
  /// What is printed in the end instead of losses, verdicts and comparisons.
  var conclusion: ((ExperimentRecord, ExperimentReport) -> String)?

  private let display = TrainingDisplay()

  /// Trains and says how it went.
  ///
  /// - Returns: What the process ends with.
  /// - Throws: ``RequestError`` for what is wrong before the first step, or what training throws.
  func run() throws -> ExitCode {
    Interruption.install(savesOnUserSignal: true)
    let ranks = try World.join()
    let threads = self.threads ?? World.threads
    let display = display
    let timeline = tracePath == nil ? nil : Timeline()
    let experiment: Experiment
    do {
      experiment = try prepared(threads: threads, timeline: timeline)
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
    if ranks.size > 1 {
      display.log(World.summary(threads: threads))
      if let warning = Launch.warning { display.log(warning) }
      watchCheckpoints(of: experiment)
    }
    display.begin(
      productRate: Double(ranks.size) * backend.measureProductRate(), threads: threads,
      instructionSet: "\(backend.instructionSet)", tokensAfter: experiment.tokensAfterRuns)
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
    if let tracePath, let timeline { try timeline.write(to: tracePath, with: ranks) }
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
    if conclusion == nil, !display.validations.isEmpty { print(display.table) }
    guard !result.wasInterrupted else { return ExitStatus.interrupted }
    // Files are rank 0's business, as is what is read from them.
    guard ranks.isRoot else { return ExitStatus.done }
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
    if let conclusion {
      print(conclusion(record, report))
    } else if !record.comparisons.isEmpty {
      if !display.validations.isEmpty { print("") }
      print(report.plain)
    }
    for problem in record.problems { printError("cpteval: \(problem)") }
    let files = try ExperimentFiles.write(record, report, in: experiment.folder)
    display.log("Report: \(files.html.escapedForTerminal)")
    return reader.failedComparisons.isEmpty
  }

  /// Opens the plan, on rank 0 before the others, which find everything prepared then.
  private func prepared(threads: Int, timeline: Timeline?) throws -> Experiment {
    let ranks = World.ranks
    let first = try ranks.together {
      ranks.isRoot ? try opened(threads: threads, timeline: timeline) : nil
    }
    let experiment = try ranks.together {
      try first ?? opened(threads: threads, timeline: timeline)
    }
    try World.check("plan", Array(experiment.plan.resolvedYAML.utf8))
    try World.check("data", experiment.dataIdentity)
    return experiment
  }

  /// Says which checkpoint is left, should ranks be lost.
  private func watchCheckpoints(of experiment: Experiment) {
    let folders = experiment.runs.map { "\(experiment.folder)/\($0.name)" }
    World.ifLost {
      let stores = folders.map { CheckpointStore(runFolder: $0) }
      guard let store = stores.last(where: { (try? $0.list())?.isEmpty == false }),
        let step = try? store.list().last
      else { return "No checkpoint was saved yet; the same command begins anew." }
      return
        "The last checkpoint is \(store.path(ofStep: step).escapedForTerminal); the same command "
        + "goes on from it, with any number of ranks."
    }
  }

  private func opened(threads: Int, timeline: Timeline?) throws -> Experiment {
    if let tracePath, World.ranks.isRoot {
      // What cannot be written shall be known now.
      try AtomicFile.write("{\"traceEvents\": []}\n", to: tracePath)
    }
    let document = try PlanDocument(path: planPath)
    var options = Experiment.Options(program: CPTEval.program)
    options.settings = settings
    options.outputPath = outputPath
    options.run = runName
    options.resumes = resumes
    options.threads = threads
    options.ranks = World.ranks
    options.overlapsExchange = overlapsExchange
    options.timeline = timeline
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
    case .tooLittleMemory, .unknownPhase, .phaseTooShort, .otherRun, .tooManyRanks: true
    case .unusableState, .unusableMoments, .diverged, .notFinite: false
    }
  }
}
