import HarnessCompatibility

/// Why a task's metrics cannot be computed.
public enum MetricError: Error, Equatable, CustomStringConvertible {
  case unknownAggregation(task: String, metric: String, aggregation: String)

  public var description: String {
    switch self {
    case .unknownAggregation(let task, let metric, let aggregation):
      """
      Task \(task): metric \(metric) asks for the aggregation "\(aggregation)". \
      Supported: \(Aggregation.allCases.map(\.rawValue).joined(separator: ", ")).
      """
    }
  }
}
