internal import Communication
internal import Comparison
internal import Compute
internal import Corpus
internal import Files
internal import Foundation
internal import OrderedJSON
public import Records
public import Scoring
internal import Training
internal import TrainingPlans

/// Opens saved checkpoints again, scores them on the plan's tasks, and leaves the results beside the
/// weights.
final class CheckpointEvaluator<Backend: TrainingBackend> {
  private let plan: TrainingPlan
  private let tasks: PlanTasks?
  private let scorer: CheckpointScorer<Backend>?
  private let validation: [ValidationSet]
  private let backend: Backend
  private let ranks: any Communicator
  private let isCancelled: @Sendable () -> Bool
  private let report: (EvaluationEvent) -> Void
  private var failed: [(name: String, part: Part, sentence: String)] = []
  /// Whether anything was scored that was not before.
  private(set) var hasNewResults = false

  /// What is found out about a checkpoint.
  private enum Part { case scores, losses }

  /// What failed and was not made up for, as sentences.
  var failures: [String] { failed.map(\.sentence) }

  /// Prepares to score.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - tasks: Its tasks; `nil` if it has none, so that losses alone are measured.
  ///   - validation: Its validation sets.
  ///   - backend: Where to compute.
  ///   - ranks: Who shares the work; rank 0 writes.
  ///   - isCancelled: Asked often.
  ///   - report: Takes the news.
  init(
    _ plan: TrainingPlan, tasks: PlanTasks?, validation: [ValidationSet], on backend: Backend,
    ranks: any Communicator, isCancelled: @escaping @Sendable () -> Bool,
    report: @escaping (EvaluationEvent) -> Void
  ) {
    self.plan = plan
    self.tasks = tasks
    self.validation = validation
    self.backend = backend
    self.ranks = ranks
    self.isCancelled = isCancelled
    self.report = report
    scorer = tasks.map {
      CheckpointScorer(
        $0.tasks, settings: $0.settings, on: backend, ranks: ranks, isCancelled: isCancelled)
    }
  }

  /// Scores a checkpoint from outside the plan, unless that was done before.
  ///
  /// - Parameters:
  ///   - checkpoint: Its folder, which is not written to.
  ///   - destination: Whose name tells of weights and tasks; gets a folder `evaluation`.
  ///   - name: For files and messages.
  func evaluateOutside(_ checkpoint: String, into destination: String, name: String) {
    _ = scores(
      ofCheckpoint: checkpoint, into: destination,
      weights: destination.split(separator: "/").last.map(String.init) ?? "", name: name)
  }

  /// Scores a checkpoint, unless that was done before.
  ///
  /// - Parameters:
  ///   - checkpoint: Its folder.
  ///   - destination: What gets the folder `evaluation`; the checkpoint itself if `nil`.
  ///   - weights: SHA-256 of its weights, as its manifest has it.
  ///   - name: For files and messages.
  /// - Returns: A line per task and metric; `nil` if it failed or was interrupted, which was told.
  func scores(
    ofCheckpoint checkpoint: String, into destination: String? = nil, weights: String,
    name: String
  ) -> [ScoreLine]? {
    guard let tasks, let scorer else { return [] }
    let folder = EvaluationFolder(ofCheckpoint: destination ?? checkpoint)
    let identity = EvaluationFolder.Identity(tasks: tasks.identity.hex, weights: weights)
    do {
      let isKnown = try ranks.decide {
        folder.identity == identity && (try? ScoredResults(path: folder.path)) != nil ? 1 : 0
      }
      if isKnown == 1, let known = try? ScoredResults(path: folder.path) {
        return lines(of: known)
      }
      let begin = ContinuousClock().now
      let model = try ranks.together {
        try ScorableCheckpoint(path: checkpoint, settings: tasks.settings)
      }
      let outcome = scorer.score(
        model, name: name, progress: { self.report(.progress(checkpoint: name, $0)) })
      return try ranks.together {
        if let trouble = outcome.trouble { throw trouble }
        guard let result = outcome.result, ranks.isRoot else { return [] }
        let files = try ResultFiles(
          folder: folder.path,
          requiredBytes: EvaluationResult.requiredBytes(for: tasks.tasks.tasks, logsSamples: true))
        try removeResults(in: folder.path)
        let written = try result.write(to: files, logsSamples: true)
        try folder.write(identity, files: written)
        succeed(name, .scores)
        report(
          .scored(
            checkpoint: name, record: result.record,
            seconds: (ContinuousClock().now - begin).seconds)
        )
        return lines(of: try ScoredResults(path: folder.path))
      }
    } catch {
      fail(name, .scores, error)
      return nil
    }
  }

  /// Measures validation losses of a checkpoint that has none beside it.
  ///
  /// - Parameters:
  ///   - checkpoint: Its folder.
  ///   - destination: Where `evaluation/validation.json` goes.
  ///   - seen: Data sets that it was trained on.
  ///   - step: Optimizer updates.
  ///   - name: For messages.
  func measureLosses(
    ofCheckpoint checkpoint: String, into destination: String, seen: [String], step: Int,
    name: String
  ) {
    guard !validation.isEmpty else { return }
    do {
      let isMeasured = try ranks.decide {
        EvaluationFolder(ofCheckpoint: destination).hasLosses ? 1 : 0
      }
      if isMeasured == 1 { return }
      let micro = plan.runs.flatMap(\.phases).map(\.batch.microSequences).min() ?? 1
      let record = try ValidationMeasurement.measure(
        checkpointFolder: checkpoint, sets: validation, seen: Set(seen), microSequences: micro,
        step: step, on: backend, ranks: ranks)
      guard ranks.isRoot else { return }
      try OutputFolder.makeFolders(destination)
      try ValidationMeasurement.write(record, besideWeightsIn: destination)
      succeed(name, .losses)
    } catch {
      fail(name, .losses, error)
    }
  }

  private func succeed(_ name: String, _ part: Part) {
    hasNewResults = true
    failed.removeAll { $0.name == name && $0.part == part }
  }

  private func fail(_ name: String, _ part: Part, _ error: any Error) {
    guard !isCancelled() else { return }
    // Another rank may have been told to stop before this one.
    if case EngineError.cancelled = error { return }
    let sentence = "\(name.escapedForTerminal) could not be evaluated: \(error)"
    // What is tried again at the run's end fails once.
    failed.removeAll { $0.name == name && $0.part == part }
    failed.append((name, part, sentence))
    report(.failed(sentence))
  }

  /// Results of other tasks, or of a scoring that did not come to its end.
  private func removeResults(in folder: String) throws {
    for name in try Folder.names(in: folder)
    where name.hasPrefix("results_") || name.hasPrefix("samples_") {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  private func lines(of results: ScoredResults) -> [ScoreLine] {
    results.scores.map { score in
      ScoreLine(
        task: score.task, metric: score.metric, isDeciding: score.isDeciding,
        higherIsBetter: score.higherIsBetter, value: score.value,
        standardError: score.standardError, interval: score.interval, chance: score.chance,
        count: score.count)
    }
  }
}

/// News of scoring, for logs and progress lines.
public enum EvaluationEvent: Sendable {
  case progress(checkpoint: String, RunProgress)
  case scored(checkpoint: String, record: EvaluationRecord, seconds: Double)
  /// A comparison that is ready, of a checkpoint at the end of a phase.
  case compared(String)
  /// What went wrong, as a sentence; training goes on.
  case failed(String)
}
