public import HarnessCompatibility
internal import OrderedJSON
public import Records

/// What a results file says of one task.
public struct TaskResult: Sendable, Equatable {
  /// A metric over all documents.
  public struct Metric: Sendable, Equatable {
    public let name: String
    public let value: Double
    public let standardError: Double?
    public let aggregation: Aggregation
    /// Whether that is what the task does; it may have a function of its own.
    let isAggregationKnown: Bool
    public let higherIsBetter: Bool
    /// Whether the task's own list names it.
    public let isListed: Bool
  }

  public let name: String
  /// As Python prints it.
  public let version: String
  public let shots: Int?
  /// The filter whose metrics these are.
  public let filter: String
  public let metrics: [Metric]
  /// Documents that count.
  public let count: Int?
  /// Chance level by metric; only cpteval's results tell it.
  public let chances: [String: Double]
  /// 95 %, by Wilson, by metric; only cpteval's results tell it.
  public let intervals: [String: IntervalRecord]
  /// SHA-256 of the data files, sorted; only cpteval's results tell it.
  public let dataDigests: [String]
  /// lm-eval's hash over documents, prompts and targets; empty if samples were not written.
  public let hash: String?

  /// The metric that decides about the task.
  public var decidingMetric: String? {
    DecidingMetric.name(listed: metrics.filter(\.isListed).map(\.name), all: metrics.map(\.name))
  }

  /// A metric by its name.
  ///
  /// - Parameter name: Compared by bytes.
  /// - Returns: `nil` if the task has no such metric.
  public func metric(_ name: String) -> Metric? {
    metrics.first { $0.name.utf8.elementsEqual(name.utf8) }
  }
}

extension TaskResult {
  /// Reads a task's part of a results file.
  ///
  /// It is `nil` if the file has no metric of it.
  /// - Parameters:
  ///   - name: The task's.
  ///   - file: The file's parts.
  ///   - own: cpteval's record of the task, where there is one.
  init?(_ name: String, in file: TaskSections, own: JSONValue?) {
    guard let entry = file.value("results", of: name)?.objectValue else { return nil }
    let values = Self.values(of: entry)
    guard
      let filter = values.contains(where: { $0.filter == "none" })
        ? "none" : values.first?.filter
    else { return nil }
    let listed = Self.listed(file.value("configs", of: name))
    let directions = file.value("higher_is_better", of: name)
    metrics = values.filter { $0.filter == filter }.map { value in
      let specification = listed.first { $0.name == value.metric }
      let usual = Aggregation.usual(ofMetric: value.metric)
      return Metric(
        name: value.metric, value: value.number, standardError: value.standardError,
        aggregation: specification?.aggregation ?? usual?.aggregation ?? .mean,
        isAggregationKnown: specification?.isAggregationKnown ?? true,
        higherIsBetter: directions?[value.metric]?.boolValue ?? usual?.higherIsBetter ?? true,
        isListed: specification != nil)
    }
    self.name = name
    self.filter = filter
    version = Self.text(file.value("versions", of: name)) ?? "unknown"
    shots = file.value("n-shot", of: name)?.integerValue
    count = file.value("n-samples", of: name)?["effective"]?.integerValue
    hash = file.value("task_hashes", of: name)?.stringValue
    var chances: [String: Double] = [:]
    var intervals: [String: IntervalRecord] = [:]
    for metric in own?["metrics"]?.arrayValue ?? [] {
      guard let name = metric["name"]?.stringValue else { continue }
      if let chance = metric["chance"]?.doubleValue, (0..<1).contains(chance) {
        chances[name] = chance
      }
      if let low = metric["wilson_95"]?["low"]?.doubleValue,
        let high = metric["wilson_95"]?["high"]?.doubleValue
      {
        intervals[name] = IntervalRecord(low: low, high: high)
      }
    }
    self.chances = chances
    self.intervals = intervals
    dataDigests = (own?["data_files"]?.arrayValue ?? []).compactMap { $0["sha256"]?.stringValue }
      .filter { !$0.isEmpty }.sorted()
  }

  /// Most metrics of a task.
  static let maximumMetrics = 256

  private struct Value {
    var metric: String
    var filter: String
    var number: Double
    var standardError: Double?
  }

  /// The members named `metric,filter`, with those named `metric_stderr,filter`.
  private static func values(of entry: JSONObject) -> [Value] {
    entry.members.compactMap { member in
      guard let comma = member.name.utf8.lastIndex(of: UInt8(ascii: ",")),
        let number = member.value.doubleValue
      else { return nil }
      let metric = String(member.name[..<comma])
      let filter = String(member.name[member.name.utf8.index(after: comma)...])
      guard !metric.hasSuffix("_stderr") else { return nil }
      return Value(
        metric: metric, filter: filter, number: number,
        standardError: entry["\(metric)_stderr,\(filter)"]?.doubleValue)
    }
  }

  /// The metrics that the task's configuration lists, with their aggregation if it is one we know.
  private static func listed(_ configuration: JSONValue?) -> [(
    name: String, aggregation: Aggregation?, isAggregationKnown: Bool
  )] {
    (configuration?["metric_list"]?.arrayValue ?? []).prefix(maximumMetrics).compactMap { item in
      guard let name = item["metric"]?.stringValue else { return nil }
      let text = item["aggregation"].flatMap { $0.isNull ? nil : $0 }
      let aggregation = text?.stringValue.flatMap(Aggregation.init(rawValue:))
      return (name, aggregation, text == nil || aggregation != nil)
    }
  }

  private static func text(_ version: JSONValue?) -> String? {
    switch version {
    case .string(let text): text
    case .null, nil: nil
    case .bool(let value): value ? "True" : "False"
    case .some(let number): number.serialized()
    }
  }
}
