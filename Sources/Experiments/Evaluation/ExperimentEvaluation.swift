internal import Communication
internal import Comparison
internal import Compute
internal import Files
internal import Records
internal import Training
internal import TrainingPlans

/// Scores the checkpoints of an experiment as they come, and compares them with what is there already.
final class ExperimentEvaluation<Backend: TrainingBackend> {
  private let plan: TrainingPlan
  private let folder: String
  private let checkpoints: CheckpointEvaluator<Backend>
  private let outside: OutsideModels
  private let tokenizer: PlanTokenizer?
  private let options: Experiment.Options
  private let report: (EvaluationEvent) -> Void

  init(
    _ plan: TrainingPlan, folder: String, checkpoints: CheckpointEvaluator<Backend>,
    outside: OutsideModels, tokenizer: PlanTokenizer?, options: Experiment.Options,
    report: @escaping (EvaluationEvent) -> Void
  ) {
    self.plan = plan
    self.folder = folder
    self.checkpoints = checkpoints
    self.outside = outside
    self.tokenizer = tokenizer
    self.options = options
    self.report = report
  }

  /// What failed, as sentences.
  var failures: [String] { checkpoints.failures }

  /// Whether anything was scored that was not before.
  var hasNewResults: Bool { checkpoints.hasNewResults }

  /// Scores the checkpoints from outside: a baseline of someone else, and the model that runs begin
  /// with.
  func evaluateOutside() {
    for model in [outside.baseline, outside.initial] {
      guard case .checkpoint(let path, let evaluation) = model else { continue }
      let destination = "\(folder)/\(evaluation)"
      let name = path.split(separator: "/").last.map(String.init) ?? path
      // The folder's name tells of weights and tasks, so there is no other identity.
      checkpoints.evaluateOutside(path, into: destination, name: name)
      if let problem = tokensDiffer(path) {
        report(.compared("\(name): validation losses are not compared, since \(problem)"))
        continue
      }
      checkpoints.measureLosses(
        ofCheckpoint: path, into: destination, seen: [], step: 0, name: name)
    }
  }

  /// Why losses of a checkpoint would be about other tokens than the runs'.
  private func tokensDiffer(_ checkpoint: String) -> String? {
    guard let own = tokenizer?.files.first(where: { $0.name == "tokenizer.json" }) else {
      return nil
    }
    guard let file = try? MappedFile(path: checkpoint + "/tokenizer.json") else {
      return "it has no tokenizer.json."
    }
    return file.bytes.elementsEqual(own.bytes)
      ? nil : "its tokenizer.json is another one, and losses per token mean something else."
  }

  /// Scores a saved checkpoint and compares it.
  ///
  /// - Parameters:
  ///   - saved: The checkpoint.
  ///   - point: Where its run stands.
  /// - Returns: Lines for the log; `nil` if it failed or was interrupted.
  func evaluate(
    _ saved: CheckpointStore.SavedCheckpoint, at point: EvaluationPoint
  ) -> [ScoreLine]? {
    let lines = checkpoints.scores(
      ofCheckpoint: saved.path, weights: saved.manifest.weightsDigest ?? "",
      name: "\(point.run), step \(point.step)")
    if lines != nil, point.isPhaseEnd { compare(point.run, step: point.step) }
    return lines
  }

  /// Scores what a run's log has no scores of: tasks that were added since, or that failed before.
  ///
  /// - Parameter run: One that is complete.
  func makeUp(_ run: Run) {
    for end in PhaseEnd.all(of: run, in: plan, folder: folder) {
      let name = "\(run.name), step \(end.step)"
      _ = checkpoints.scores(ofCheckpoint: end.path, weights: end.weights ?? "", name: name)
      checkpoints.measureLosses(
        ofCheckpoint: end.path, into: end.path,
        seen: plan.dataSetsSeen(inRun: run.name, throughPhase: end.phase), step: end.step,
        name: name)
    }
  }

  /// Says how a phase's end stands against the baseline, if that is there already.
  private func compare(_ name: String, step: Int) {
    guard options.ranks.isRoot, let run = plan.run(name),
      let reader = try? ExperimentReader(
        folder: folder,
        options: ExperimentReader.Options(program: options.program, threads: options.threads)),
      let baseline = reader.baseline(of: run),
      let end = PhaseEnd.all(of: run, in: plan, folder: folder).first(where: { $0.step == step }),
      let comparison = reader.comparison(end, of: run, with: baseline)
    else { return }
    report(
      .compared(
        "\(name), step \(step), against \(baseline.label): \(comparison.verdict.rawValue) ("
          + comparison.reasons.joined(separator: " ") + ")"))
  }
}
