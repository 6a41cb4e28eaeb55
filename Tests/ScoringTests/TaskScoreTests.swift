import EvaluationTasks
import Foundation
import HarnessCompatibility
import OrderedJSON
import Scoring
import TestSupport
import Testing

@Suite("Metrics of every shipped task from lm-eval's own log-likelihoods")
struct TaskScoreTests {
  static let files: [String] = {
    let folder = Locations.fixtures.appendingPathComponent("requests").path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(".json") }.sorted()
  }()

  /// The documents of a requests file, without few-shot examples.
  static func documents(_ file: JSONValue) throws -> [EvaluationDocument] {
    let cases = try #require(file["cases"]?.arrayValue)
    let isWinogrande = file["task"]?.stringValue == "winogrande"
    return try #require(cases[0]["documents"]?.arrayValue).map { document in
      let pairs = try #require(document["requests"]?.arrayValue)
      let output = try #require(file["output_type"]?.stringValue.flatMap(OutputType.init))
      let labels = document["doc"]?["mc2_targets"]?["labels"]?.arrayValue ?? []
      return EvaluationDocument(
        id: try #require(document["doc_id"]?.integerValue), fields: document["doc"] ?? .null,
        requests: try pairs.enumerated().map { index, pair in
          let texts = try #require(pair.arrayValue).map { try #require($0.stringValue) }
          return LogLikelihoodRequest(
            role: output == .multipleChoice
              ? .choice(index) : output == .logLikelihood ? .target : .rolling,
            context: texts[0], continuation: texts[1])
        },
        choices: try (document["choices"]?.arrayValue ?? []).map {
          try #require($0.stringValue)
        },
        gold: (document["gold"]?.arrayValue ?? []).compactMap(\.integerValue),
        hasMultipleTargets: !isWinogrande && document["target"]?.arrayValue != nil,
        target: try #require(document["target_string"]?.stringValue),
        trueChoices: labels.map { $0.integerValue == 1 })
    }
  }

  @Test("Accuracies, perplexities and errors are lm-eval's", arguments: files)
  func metrics(_ name: String) throws {
    let file = try Fixture.json("requests/\(name)")
    let documents = try Self.documents(file)
    let output = try #require(file["output_type"]?.stringValue.flatMap(OutputType.init))
    for score in try #require(file["scores"]?.arrayValue)
    where score["num_fewshot"]?.integerValue == 0 {
      let metrics = try #require(score["metrics"]?.objectValue)
      let names = metrics.members.map(\.name).filter { !$0.contains("_stderr") }.map {
        String($0.dropLast(5))
      }
      let plan = try MetricPlan(
        taskName: name, outputType: output, specifications: names.map(GoldenFile.specification),
        resultProcessor: name.hasSuffix("_mc2.json") ? .probabilityOfTrueChoices : .standard)
      let sums = try #require(score["log_likelihoods"]?.arrayValue)
      let greedy = score["greedy"]?.arrayValue
      var values: [[MetricValue]] = plan.metrics.map { _ in [] }
      for (index, document) in documents.enumerated() {
        let responses = try #require(sums[index].arrayValue).enumerated().map { request, sum in
          RequestResponse(
            logLikelihood: try #require(sum.doubleValue),
            isGreedy: greedy?[index].arrayValue?[request].boolValue ?? false, tokenCount: 1)
        }
        for (metric, value) in plan.values(of: document, responses: responses).enumerated() {
          values[metric].append(try #require(value))
        }
      }
      for (metric, values) in zip(plan.metrics, values) where metric.origin == .task {
        let summary = try #require(MetricSummary.over(values, of: metric, threads: 2))
        let expected = try #require(metrics["\(metric.name),none"]?.doubleValue)
        // The file rounds log-likelihoods to 1e-6 nats; shares do not feel it, the rest a little.
        let isShare = summary.successes != nil
        let tolerance = isShare ? 1e-9 : 1e-4 * max(abs(expected), 1e-3)
        #expect(abs(summary.value - expected) <= tolerance, "\(metric.name)")
        let error = try #require(metrics["\(metric.name)_stderr,none"])
        if let expected = error.doubleValue {
          let found = try #require(summary.standardError)
          #expect(abs(found - expected) <= (isShare ? 1e-9 : 1e-4 * expected), "\(metric.name)")
        } else {
          #expect(summary.standardError == nil)
        }
      }
    }
  }

  @Test("There is a file for every kind of task")
  func complete() {
    #expect(Self.files.count > 80)
    #expect(Self.files.contains("lambada_openai.json"))
    #expect(Self.files.contains("truthfulqa_mc2.json"))
  }
}
