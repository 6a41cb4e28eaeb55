public import Records

extension ScoredResults {
  /// One metric of one task, as reports show it.
  public struct Score: Sendable, Equatable {
    public let task: String
    public let metric: String
    public let isDeciding: Bool
    public let higherIsBetter: Bool
    public let value: Double
    public let standardError: Double?
    /// 95 %: Wilson's where the results tell it, else the value and 1.96 standard errors around it.
    public let interval: IntervalRecord?
    public let chance: Double?
    public let count: Int
  }

  /// All metrics of all tasks' own lists.
  public var scores: [Score] {
    tasks.flatMap { task in
      task.metrics.filter { $0.isListed || $0.name == task.decidingMetric }.map { metric in
        let count = task.count ?? 0
        return Score(
          task: task.name, metric: metric.name, isDeciding: metric.name == task.decidingMetric,
          higherIsBetter: metric.higherIsBetter, value: metric.value,
          standardError: metric.standardError,
          interval: task.intervals[metric.name]
            ?? metric.standardError.flatMap {
              $0 >= 0
                ? IntervalRecord(low: metric.value - 1.96 * $0, high: metric.value + 1.96 * $0)
                : nil
            }, chance: task.chances[metric.name], count: count)
      }
    }
  }
}
