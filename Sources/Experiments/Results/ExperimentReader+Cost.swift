internal import LanguageModel
internal import Records
internal import Training
internal import TrainingPlans

extension ExperimentReader {
  /// What a run costs against its baseline, where that is a run of the plan.
  func cost(of run: Run) -> CostComparisonRecord? {
    guard let baseline = plan.baselineRun(of: run), let counts = counts(of: run),
      let last = run.phases.last
    else { return nil }
    func amount(_ phases: [Phase]) -> CostComparisonRecord.Amount {
      let tokens = phases.reduce(0) {
        $0 + $1.steps * $1.batch.sequences * plan.sequenceLength
      }
      return CostComparisonRecord.Amount(
        tokens: tokens,
        operations: counts.operations(tokens: tokens, sequenceLength: plan.sequenceLength))
    }
    return CostComparisonRecord(
      run: run.name, baseline: baseline.name, update: amount([last]), path: amount(path(of: run)),
      fromScratch: amount(path(of: baseline)))
  }

  /// All phases up to a run's end, those of the runs that it branches from included.
  private func path(of run: Run) -> [Phase] {
    var phases = run.phases
    var next = run.from
    var visited = 0
    while let from = next, let origin = plan.run(from.run), visited < plan.runs.count {
      let end = origin.phases.firstIndex { $0.name == from.phase } ?? origin.phases.count - 1
      phases = Array(origin.phases[...end]) + phases
      next = origin.from
      visited += 1
    }
    return phases
  }

  /// Sizes of the model, from any checkpoint of the run.
  private func counts(of run: Run) -> ModelCounts? {
    for end in phaseEnds(of: run) {
      if let checkpoint = try? Checkpoint.open(directory: end.path) {
        return ModelCounts(checkpoint.configuration)
      }
    }
    return nil
  }
}
