import EvaluationTasks
import HarnessCompatibility
import OrderedJSON
public import Records
import Statistics

extension TaskOutcome {
  /// The outcome without its documents.
  ///
  /// - Parameters:
  ///   - taskFiles: The task's YAML files with their digests.
  ///   - dataFiles: Its data files with theirs.
  /// - Returns: A record for files and reports.
  public func record(taskFiles: [FileRecord] = [], dataFiles: [FileRecord] = []) -> TaskRecord {
    TaskRecord(
      name: task.name, alias: task.alias, taskVersion: task.version.pythonString,
      outputType: task.outputType.rawValue, shots: task.shots,
      documentsInSplit: task.originalCount, documents: task.documents.count,
      metrics: summaries.map(record), boundary: boundary, taskFiles: taskFiles,
      dataFiles: dataFiles, cost: cost, notes: notes)
  }

  /// A metric with its interval and chance level.
  ///
  /// - Parameter summary: One of ``summaries``.
  /// - Returns: A record for files and reports.
  func record(of summary: MetricSummary) -> MetricRecord {
    var interval: IntervalRecord?
    if let successes = summary.successes, summary.count > 0 {
      let wilson = WilsonInterval(successes: successes, count: summary.count)
      interval = IntervalRecord(low: wilson.low, high: wilson.high)
    }
    return MetricRecord(
      name: summary.metric.name, value: summary.value, standardError: summary.standardError,
      errorMethod: summary.errorMethod.rawValue, count: summary.count,
      higherIsBetter: summary.metric.higherIsBetter,
      normalization: task.plan.normalizationName(of: summary.metric), interval: interval,
      chance: chance(of: summary.metric), origin: summary.metric.origin.rawValue)
  }

  /// What guessing among the choices gets on average in an accuracy.
  ///
  /// - Parameter metric: One of the task's.
  /// - Returns: `nil` for a metric that guessing does not apply to.
  func chance(of metric: TaskMetric) -> Double? {
    guard task.outputType == .multipleChoice, metric.aggregation == .mean,
      metric.name.hasPrefix("acc")
    else { return nil }
    var sum = 0.0
    var count = 0
    for (document, outcome) in zip(task.documents, documents) where outcome.obstacle == nil {
      let right =
        document.trueChoices.isEmpty
        ? Set(document.gold).count : document.trueChoices.filter { $0 }.count
      guard !document.choices.isEmpty else { continue }
      sum += Double(right) / Double(document.choices.count)
      count += 1
    }
    return count == 0 ? nil : sum / Double(count)
  }
}

extension JSONValue {
  /// What Python's `str` makes of a YAML scalar, as a version is one.
  var pythonString: String {
    switch self {
    case .null: "None"
    case .bool(let value): value ? "True" : "False"
    case .string(let text): text
    default: serialized()
    }
  }
}
