import Comparison
import Compute
import Files
import Records
import Scoring

/// What `cpteval run --baseline` compares with.
struct RunBaseline {
  private let path: String
  /// Results that lie there already.
  private let existing: ScoredResults?
  private let checkpoint: ScorableCheckpoint?

  /// Opens what the path names.
  ///
  /// - Parameters:
  ///   - path: A checkpoint, or a folder or file with results.
  ///   - settings: What a checkpoint is scored with.
  /// - Throws: ``ResultsError``, or what is wrong with the checkpoint.
  init(path: String, settings: ScoringSettings) throws {
    self.path = path
    let isCheckpoint = (try? Folder.names(in: path).contains("config.json")) == true
    if isCheckpoint {
      checkpoint = try ScorableCheckpoint(path: path, settings: settings)
      existing = try? ScoredResults(path: path)
    } else {
      checkpoint = nil
      existing = try ScoredResults(path: path)
    }
  }

  /// The baseline's results; a checkpoint that lacks them is scored now.
  ///
  /// - Parameters:
  ///   - tasks: What is compared.
  ///   - scorer: Scores the checkpoint.
  ///   - display: Shows how far it has come.
  /// - Returns: Results with samples.
  /// - Throws: ``RequestError`` if results lack a task and no checkpoint is there to make them.
  func results(
    covering tasks: [ScoringTask], scorer: CheckpointScorer<CPUBackend>, display: ProgressDisplay
  ) throws -> ScoredResults {
    if let existing {
      let missing = tasks.map(\.name).filter { existing.task($0) == nil }
      if missing.isEmpty, checkpoint == nil || Self.fits(existing, tasks) { return existing }
      if checkpoint == nil {
        throw RequestError(
          """
          --baseline \(path.escapedForTerminal): no results of \
          \(missing.map(\.escapedForTerminal).joined(separator: ", ")). Name a folder that has them, \
          or the checkpoint itself.
          """)
      }
    }
    guard let checkpoint else { preconditionFailure("a baseline is results or a checkpoint") }
    display.log("Scoring the baseline \(path.escapedForTerminal) first")
    let outcome = scorer.score(checkpoint, progress: { display.show($0) })
    display.clear()
    if let trouble = outcome.trouble, !Interruption.isRequested {
      throw RequestError("--baseline \(path.escapedForTerminal): \(trouble)")
    }
    guard let result = outcome.result else {
      throw Interruption.isRequested
        ? ExitStatus.interrupted
        : RequestError("--baseline \(path.escapedForTerminal): none of the tasks can be scored.")
    }
    return try result.scored()
  }

  /// Whether results are of as many documents and examples as asked for now; if in doubt, a checkpoint
  /// is scored again.
  private static func fits(_ results: ScoredResults, _ tasks: [ScoringTask]) -> Bool {
    tasks.allSatisfy { task in
      let known = results.task(task.name)
      return known?.count == task.documents.count && known?.shots == task.shots
    }
  }
}
