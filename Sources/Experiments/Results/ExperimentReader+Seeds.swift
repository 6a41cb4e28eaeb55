internal import Comparison
internal import Records
internal import TrainingPlans

extension ExperimentReader {
  /// Sums up the final comparisons with the baseline of runs that were repeated with other seeds.
  ///
  /// - Parameter comparisons: Of all runs.
  /// - Returns: None if no run was repeated, or only one repetition is done.
  func seedSummaries(_ comparisons: [CheckpointComparisonRecord]) -> [SeedSummaryRecord] {
    var names: [String] = []
    for run in plan.runs {
      if let name = run.repeatOf, !names.contains(name) { names.append(name) }
    }
    return names.flatMap { name in
      let finals = plan.runs(named: name).compactMap { run in
        comparisons.first { $0.run == run.name && $0.isFinal && $0.against == .baseline }
          .map { (seed: plan.seed(of: run), comparison: $0.comparison) }
      }
      return SeedComparison.summaries(
        run: name, seeds: finals.map(\.seed), comparisons: finals.map(\.comparison))
    }
  }
}
