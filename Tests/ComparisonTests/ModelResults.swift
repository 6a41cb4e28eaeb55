import Comparison
import Files
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Results of a model that never was, written as lm-eval writes them.
struct ModelResults {
  var tasks: [TaskAnswers] = []
  /// Names of groups with what is directly below them.
  var groups: [(name: String, members: [String])] = []
  /// Values of groups in the results file.
  var groupValues: [(name: String, metric: String, value: Double)] = []
  /// Further members of the results file.
  var others: [(name: String, value: JSONValue)] = []
  /// The content of `validation.json`.
  var validation: JSONValue?
  /// What file names carry.
  var date = "2026-01-01T00-00-00.000000"

  init(_ tasks: TaskAnswers...) { self.tasks = tasks }

  /// The results file.
  var object: JSONValue {
    func named(_ value: (TaskAnswers) -> JSONValue?) -> JSONValue {
      .object(
        JSONObject(
          tasks.compactMap { task in value(task).map { .init(name: task.name, value: $0) } }))
    }
    var results = named(\.results).objectValue ?? JSONObject()
    for group in groupValues {
      var entry = results[group.name]?.objectValue ?? JSONObject()
      entry["\(group.metric),none"] = .double(group.value)
      results[group.name] = .object(entry)
    }
    var object: JSONObject = JSONObject([
      .init(name: "results", value: .object(results)),
      .init(
        name: "group_subtasks",
        value: .object(
          JSONObject(
            groups.map { .init(name: $0.name, value: .array($0.members.map { .string($0) })) }))),
      .init(name: "configs", value: named(\.configuration)),
      .init(name: "versions", value: named(\.version)),
      .init(name: "n-shot", value: named(\.shots)),
      .init(name: "higher_is_better", value: named(\.directions)),
      .init(
        name: "n-samples",
        value: named { ["original": .integer($0.count), "effective": .integer($0.count)] }),
      .init(name: "model_name", value: "a model"),
    ])
    for member in others { object[member.name] = member.value }
    return .object(object)
  }

  /// Writes the files.
  ///
  /// - Parameter folder: Where they go; a new folder if `nil`.
  /// - Returns: The folder.
  /// - Throws: If it cannot be written.
  @discardableResult
  func write(to folder: URL? = nil) throws -> String {
    let folder = try folder ?? Locations.makeTemporaryFolder()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try write(object.serialized(indent: 2), "results_\(date).json")
    for task in tasks where task.hasSamples {
      try write(
        task.lines.map { $0.serialized() + "\n" }.joined(),
        "samples_\(task.name.sanitizedForFileName)_\(date).jsonl")
    }
    if let validation { try write(validation.serialized(), "validation.json") }
    return folder.path
  }

  /// Writes the files and opens them as a user's.
  func scored() throws -> ScoredResults { try ScoredResults(path: write()) }
}

/// One task's answers, document by document.
struct TaskAnswers {
  /// A metric with what each document gives to it.
  struct Metric {
    var name: String
    var values: [JSONValue]
    /// What the results file says; the mean of numbers if `nil`.
    var total: Double?
    var aggregation: String?
    var higherIsBetter: Bool?
    var isListed = true
    var filter = "none"
  }

  var name: String
  var metrics: [Metric]
  /// Added to all log-likelihoods, so that two models' differ.
  var shift: Double
  var version: JSONValue? = 1.0
  var shots: JSONValue? = 0
  var hasSamples = true
  var hasMetricList = true
  /// Changes a line of the samples file.
  var change: @Sendable (Int, inout JSONObject) -> Void = { _, _ in }

  /// A task with a metric of one number per document.
  init(_ name: String, _ metric: String = "acc", _ values: [Double], shift: Double = 0) {
    self.name = name
    self.shift = shift
    metrics = [Metric(name: metric, values: values.map { .double($0) })]
  }

  /// A task with a metric of any shape.
  init(
    _ name: String, _ metric: String, values: [JSONValue], total: Double,
    aggregation: String? = nil, shift: Double = 0
  ) {
    self.name = name
    self.shift = shift
    metrics = [Metric(name: metric, values: values, total: total, aggregation: aggregation)]
  }

  var count: Int { metrics.map(\.values.count).max() ?? 0 }

  fileprivate var results: JSONValue {
    var entry = JSONObject([.init(name: "alias", value: .string(name))])
    for metric in metrics {
      let numbers = metric.values.compactMap(\.doubleValue)
      let total = metric.total ?? numbers.reduce(0, +) / Double(max(numbers.count, 1))
      entry["\(metric.name),\(metric.filter)"] = .double(total)
      entry["\(metric.name)_stderr,\(metric.filter)"] = "N/A"
    }
    return .object(entry)
  }

  fileprivate var configuration: JSONValue? {
    guard hasMetricList else { return ["task": .string(name)] }
    let list = metrics.filter(\.isListed).map { metric in
      var item = JSONObject([.init(name: "metric", value: .string(metric.name))])
      if let aggregation = metric.aggregation { item["aggregation"] = .string(aggregation) }
      return JSONValue.object(item)
    }
    return ["task": .string(name), "metric_list": .array(list)]
  }

  fileprivate var directions: JSONValue? {
    .object(
      JSONObject(
        metrics.compactMap { metric in
          metric.higherIsBetter.map { .init(name: metric.name, value: .bool($0)) }
        }))
  }

  /// The lines of the samples file, one per document and filter.
  var lines: [JSONValue] {
    let filters = metrics.map(\.filter).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return (0..<count).flatMap { document in
      filters.map { filter in
        var line = JSONObject([
          .init(name: "doc_id", value: .integer(document)),
          .init(name: "doc", value: ["text": .string("\(name) \(document)")]),
          .init(name: "target", value: "0"),
          .init(
            name: "arguments",
            value: [
              "gen_args_0": ["arg_0": .string("Question \(document)"), "arg_1": " yes"],
              "gen_args_1": ["arg_0": .string("Question \(document)"), "arg_1": " no"],
            ]),
          .init(
            name: "filtered_resps",
            value: [
              [.string("\(-1 - Double(document % 7) + shift)"), "False"],
              [.string("\(-2.5 + shift)"), "True"],
            ]),
          .init(name: "filter", value: .string(filter)),
          .init(name: "doc_hash", value: .string("document \(name) \(document)")),
          .init(name: "prompt_hash", value: .string("prompt \(name) \(document)")),
          .init(name: "target_hash", value: .string("target \(name) \(document)")),
        ])
        for metric in metrics where metric.filter == filter && document < metric.values.count {
          line[metric.name] = metric.values[document]
        }
        change(document, &line)
        return JSONValue.object(line)
      }
    }
  }
}

/// Answers of 0 and 1 by two models to the same documents, spread evenly.
///
/// - Parameters:
///   - count: Documents.
///   - onlyA: Answered rightly by A alone.
///   - onlyB: By B alone.
///   - share: By both, about this share of the others.
/// - Returns: One value per document of each.
func answers(
  _ count: Int, onlyA: Int, onlyB: Int, share: Double = 0.5
) -> (a: [Double], b: [Double]) {
  // The order does not matter for what is computed, only the counts do.
  let pairs: [(a: Double, b: Double)] = (0..<count).map { document in
    if document < onlyA { return (1, 0) }
    if document < onlyA + onlyB { return (0, 1) }
    let both = Double(document % 100) < share * 100 ? 1.0 : 0
    return (both, both)
  }
  return (pairs.map(\.a), pairs.map(\.b))
}

/// The first of a list that a test expects to have one.
func first<Element>(_ list: [Element]) throws -> Element { try #require(list.first) }
