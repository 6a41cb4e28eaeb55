internal import Records
internal import Statistics
internal import TrainingPlans

/// Mean and spread over runs that differ by their seeds alone.
///
/// Documents are the same for all of them, so this spread has nothing to do with the documents' noise,
/// which each run's own comparison tells.
struct SeedSummaries {
  let records: [SeedSummaryRecord]

  /// Sums up the final comparisons with the baseline.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - comparisons: Of all runs.
  init(plan: TrainingPlan, comparisons: [CheckpointComparisonRecord]) {
    var names: [String] = []
    for run in plan.runs {
      if let name = run.repeatOf, !names.contains(name) { names.append(name) }
    }
    records = names.flatMap { name -> [SeedSummaryRecord] in
      let finals = plan.runs(named: name).compactMap { run in
        comparisons.first { $0.run == run.name && $0.isFinal && $0.against == .baseline }
          .map { (seed: plan.seed(of: run), comparison: $0.comparison) }
      }
      guard finals.count > 1, let first = finals.first else { return [] }
      return first.comparison.rows.filter {
        $0.isDeciding || $0.kind == .group || $0.kind == .lossAverage
      }.compactMap { row in
        let rows = finals.compactMap { final in
          final.comparison.rows.first {
            $0.kind == row.kind && $0.name == row.name && $0.metric == row.metric
          }
        }
        guard rows.count == finals.count,
          let candidate = SampleSpread(rows.map(\.candidate.value)),
          let reference = SampleSpread(rows.map(\.reference.value)),
          let difference = SampleSpread(rows.map(\.difference))
        else { return nil }
        let interval = difference.interval()
        let isRepeated = Set(finals.map(\.comparison.reference.path)).count == finals.count
        return SeedSummaryRecord(
          run: name, seeds: finals.map(\.seed), kind: row.kind, name: row.name,
          metric: row.metric, candidates: rows.map(\.candidate.value),
          candidate: .init(mean: candidate.mean, deviation: candidate.deviation),
          references: isRepeated ? rows.map(\.reference.value) : nil,
          reference: isRepeated
            ? .init(mean: reference.mean, deviation: reference.deviation) : nil,
          difference: .init(mean: difference.mean, deviation: difference.deviation),
          interval: IntervalRecord(low: interval.low, high: interval.high))
      }
    }
  }
}
