public import Records
internal import Statistics

/// Mean and spread over comparisons of models that differ by their seeds alone.
///
/// Documents are the same for all of them, so this spread has nothing to do with the documents' noise,
/// which each comparison tells for itself.
public enum SeedComparison {
  /// Sums up the rows that decide, groups, and averages.
  ///
  /// - Parameters:
  ///   - run: Name without the seed.
  ///   - seeds: One per comparison.
  ///   - comparisons: Of one kind, such as each run's end with the baseline of the same seed.
  /// - Returns: A summary per row that all comparisons have; none below two comparisons.
  public static func summaries(
    run: String, seeds: [UInt64], comparisons: [ComparisonRecord]
  ) -> [SeedSummaryRecord] {
    guard comparisons.count > 1, seeds.count == comparisons.count else { return [] }
    let isRepeated = Set(comparisons.map(\.reference.path)).count == comparisons.count
    return comparisons[0].rows.filter {
      $0.isDeciding || $0.kind == .group || $0.kind == .lossAverage
    }.compactMap { row in
      let rows = comparisons.compactMap { comparison in
        comparison.rows.first {
          $0.kind == row.kind && $0.name == row.name && $0.metric == row.metric
        }
      }
      guard rows.count == comparisons.count,
        let candidate = SampleSpread(rows.map(\.candidate.value)),
        let reference = SampleSpread(rows.map(\.reference.value)),
        let difference = SampleSpread(rows.map(\.difference))
      else { return nil }
      let interval = difference.interval()
      return SeedSummaryRecord(
        run: run, seeds: seeds, kind: row.kind, name: row.name, metric: row.metric,
        candidates: rows.map(\.candidate.value),
        candidate: .init(mean: candidate.mean, deviation: candidate.deviation),
        references: isRepeated ? rows.map(\.reference.value) : nil,
        reference: isRepeated
          ? .init(mean: reference.mean, deviation: reference.deviation) : nil,
        difference: .init(mean: difference.mean, deviation: difference.deviation),
        interval: IntervalRecord(low: interval.low, high: interval.high))
    }
  }

  /// Whether B is worse in a row that decides: the mean over seeds by more than the margin, and with
  /// 95 % confidence over seeds on that side of 0.
  ///
  /// - Parameters:
  ///   - summaries: Of the comparisons.
  ///   - comparisons: What they sum up.
  /// - Returns: `false` without summaries.
  public static func isWorseBeyondMargin(
    _ summaries: [SeedSummaryRecord], of comparisons: [ComparisonRecord]
  ) -> Bool {
    guard let rows = comparisons.first?.rows else { return false }
    return summaries.contains { summary in
      guard
        let row = rows.first(where: {
          $0.kind == summary.kind && $0.name == summary.name && $0.metric == summary.metric
        }), row.isDeciding, let mean = summary.difference?.mean, let interval = summary.interval
      else { return false }
      return row.higherIsBetter
        ? interval.high < 0 && mean < -row.margin : interval.low > 0 && mean > row.margin
    }
  }
}
