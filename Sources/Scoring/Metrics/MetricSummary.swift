public import HarnessCompatibility

/// A metric over all documents of a task.
public struct MetricSummary: Sendable, Equatable {
  public let metric: TaskMetric
  /// NaN if the model gave a NaN.
  public let value: Double
  /// `nil` where lm-eval writes `"N/A"`.
  public let standardError: Double?
  /// How the standard error came about.
  public let errorMethod: StandardError.Method
  /// Documents that count.
  public let count: Int
  /// Documents that answer with 1, if every document answers with 0 or 1 and the mean is taken.
  public let successes: Int?

  public init(
    metric: TaskMetric, value: Double, standardError: Double?, errorMethod: StandardError.Method,
    count: Int, successes: Int?
  ) {
    self.metric = metric
    self.value = value
    self.standardError = standardError
    self.errorMethod = errorMethod
    self.count = count
    self.successes = successes
  }

  /// Aggregates the documents' values.
  ///
  /// - Parameters:
  ///   - values: One per document that counts, in document order.
  ///   - metric: The metric.
  ///   - bootstrapIterations: Replicates where the error is bootstrapped.
  ///   - threads: Threads that draw them; no result depends on it.
  /// - Returns: `nil` if the values have no such aggregate.
  public static func over(
    _ values: [MetricValue], of metric: TaskMetric,
    bootstrapIterations: Int = StandardError.bootstrapIterations, threads: Int = 1
  ) -> MetricSummary? {
    guard let value = metric.aggregation(values) else { return nil }
    let error = StandardError.of(
      metric.aggregation, over: values, iterations: bootstrapIterations, threads: threads)
    return MetricSummary(
      metric: metric, value: value, standardError: error,
      errorMethod: error == nil ? .unavailable : StandardError.method(for: metric.aggregation),
      count: values.count,
      successes: metric.aggregation == .mean ? Self.successes(among: values) : nil)
  }

  private static func successes(among values: [MetricValue]) -> Int? {
    var successes = 0
    for value in values {
      guard let scalar = value.scalar, scalar == 0 || scalar == 1 else { return nil }
      successes += Int(scalar)
    }
    return successes
  }
}
