import EvaluationTasks
import Foundation
import HarnessCompatibility
import OrderedJSON
import Scoring
import TestSupport
import Testing

/// One golden file: what lm-eval asked, what the model answered, and the metrics lm-eval made of it.
struct GoldenFile: CustomTestStringConvertible, Sendable {
  let url: URL
  /// Folder with the rows behind the golden.
  let rows: URL

  var testDescription: String {
    url.pathComponents.suffix(2).joined(separator: "/")
  }

  static func all(in folder: URL, rows: URL) -> [GoldenFile] {
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (names ?? []).filter { $0.hasSuffix(".json") }.sorted().map {
      GoldenFile(url: folder.appendingPathComponent($0), rows: rows)
    }
  }

  static let shipped = all(
    in: Locations.fixtures.appendingPathComponent("goldens"),
    rows: Locations.fixtures.appendingPathComponent("tasks"))

  static let thirdParty = Locations.references.map {
    all(
      in: $0.appendingPathComponent("goldens"), rows: $0.appendingPathComponent("benchmarks"))
  }

  /// The aggregation that lm-eval's registry gives a metric.
  static func specification(_ metric: String) -> MetricSpecification {
    let aggregation =
      switch metric {
      case "brier_score", "bits_per_byte", "perplexity": metric
      case "word_perplexity", "byte_perplexity": "weighted_perplexity"
      default: "mean"
      }
    return MetricSpecification(
      name: metric, aggregation: aggregation, higherIsBetter: metric.hasPrefix("acc"))
  }

  /// The document that lm-eval's requests belong to; delimiters are one space here.
  static func document(
    _ sample: JSONValue, isWinogrande: Bool, rows: [JSONValue]
  ) throws -> EvaluationDocument {
    let id = try #require(sample["doc_id"]?.integerValue)
    let target = try #require(sample["target"])
    let pairs = try #require(sample["requests"]?.arrayValue).map { request in
      try #require(request.arrayValue).map { try #require($0.stringValue) }
    }
    if pairs[0].count == 1 {
      return EvaluationDocument(
        id: id, fields: .null,
        requests: [LogLikelihoodRequest(role: .rolling, context: "", continuation: pairs[0][0])],
        choices: [], gold: [], hasMultipleTargets: false, target: pairs[0][0])
    }
    let choices = pairs.filter { !$0[0].isEmpty }.count
    var gold = target.integerValue
    if isWinogrande {
      gold = (rows[id]["answer"]?.stringValue).flatMap { Int($0) }.map { $0 - 1 }
    }
    return EvaluationDocument(
      id: id, fields: .null,
      requests: pairs.enumerated().map { index, pair in
        LogLikelihoodRequest(
          role: index < choices ? .choice(index) : .unconditionalChoice(index - choices),
          context: pair[0], continuation: pair[1])
      },
      choices: pairs.prefix(choices).map { isWinogrande ? $0[0] : String($0[1].dropFirst()) },
      gold: [try #require(gold)], hasMultipleTargets: false, target: "")
  }
}

@Suite("Metrics from lm-eval's own log-likelihoods")
struct GoldenMetricTests {
  @Test("Every document and every aggregate is as lm-eval has it", arguments: GoldenFile.shipped)
  func shipped(_ file: GoldenFile) throws { try check(file) }

  @Test(
    "Every document and every aggregate over benchmark rows is as lm-eval has it",
    .enabled(if: Locations.references != nil), arguments: GoldenFile.thirdParty ?? [])
  func thirdParty(_ file: GoldenFile) throws { try check(file) }

  @Test("All goldens are there")
  func complete() {
    #expect(GoldenFile.shipped.count == 36)
    #expect(GoldenFile.thirdParty.map { $0.count == 40 } ?? true)
  }

  private func check(_ file: GoldenFile) throws {
    let golden = try Fixture.json(at: file.url)
    let task = try #require(golden["task"]?.stringValue)
    let isWinogrande = task.hasPrefix("winogrande")
    let rows = isWinogrande ? try Self.rows(file.rows.appendingPathComponent("\(task).jsonl")) : []
    let results = try #require(golden["results"]?.objectValue)
    let names = results.members.map(\.name).filter {
      $0.hasSuffix(",none") && !$0.contains("_stderr")
    }.map { String($0.dropLast(5)) }
    let outputType: OutputType =
      names.contains("word_perplexity") ? .rollingLogLikelihood : .multipleChoice
    let plan = try MetricPlan(
      taskName: task, outputType: outputType, specifications: names.map(GoldenFile.specification),
      resultProcessor: .standard)
    #expect(plan.metrics.filter { $0.origin == .task }.map(\.name) == names)

    var values: [[MetricValue]] = plan.metrics.map { _ in [] }
    for sample in try #require(golden["samples"]?.arrayValue) {
      let document = try GoldenFile.document(sample, isWinogrande: isWinogrande, rows: rows)
      let responses = try #require(sample["responses"]?.arrayValue).map { response in
        let first = try #require(response.arrayValue?.first)
        let pair = first.arrayValue ?? [first, false]
        return RequestResponse(
          logLikelihood: try #require(pair[0].doubleValue),
          isGreedy: try #require(pair[1].boolValue as Bool?), tokenCount: 1)
      }
      for (index, value) in plan.values(of: document, responses: responses).enumerated() {
        let name = plan.metrics[index].name
        values[index].append(try #require(value))
        guard let expected = sample[name] else { continue }
        switch try #require(value) {
        case .weighted(let sum, let weight):
          #expect(sum == expected.arrayValue?[0].doubleValue, "\(name) of document \(document.id)")
          #expect(weight == expected.arrayValue?[1].integerValue)
        default:
          #expect(value?.scalar == expected.doubleValue, "\(name) of document \(document.id)")
        }
      }
    }
    for (metric, values) in zip(plan.metrics, values) where metric.origin == .task {
      let summary = try #require(MetricSummary.over(values, of: metric))
      let expected = try #require(results["\(metric.name),none"]?.doubleValue)
      // 1e-9 absolute for shares and their errors, relative for perplexities.
      let tolerance = 1e-9 * max(1, abs(expected))
      #expect(abs(summary.value - expected) <= tolerance, "\(metric.name)")
      let error = try #require(results["\(metric.name)_stderr,none"])
      if error.stringValue == "N/A" {
        #expect(summary.standardError == nil, "\(metric.name)")
      } else {
        let expected = try #require(error.doubleValue)
        #expect(abs(try #require(summary.standardError) - expected) <= 1e-9, "\(metric.name)")
      }
    }
  }

  static func rows(_ url: URL) throws -> [JSONValue] {
    try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map {
      try JSONValue(parsing: String($0))
    }
  }
}
