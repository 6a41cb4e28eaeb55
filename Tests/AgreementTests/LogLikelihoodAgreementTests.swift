import Compute
import EvaluationTasks
import Foundation
import HarnessCompatibility
import LanguageModel
import OrderedJSON
import Scoring
import TestSupport
import Testing
import Tokenization

/// What lm-eval computed for one task on one checkpoint: requests and their responses.
struct GoldenTask: Sendable, CustomTestStringConvertible {
  let file: URL
  var checkpoint: String { file.deletingLastPathComponent().lastPathComponent }
  var testDescription: String { "\(checkpoint)/\(file.lastPathComponent)" }

  /// The golden files of a folder `<checkpoint>/<task>.json`, sorted.
  static func all(in folder: URL?) -> [GoldenTask] {
    guard let folder,
      let paths = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    else { return [] }
    return paths.compactMap { $0 as? URL }
      .filter { $0.pathExtension == "json" && $0.lastPathComponent != "groups.json" }
      .map { GoldenTask(file: $0) }
      .sorted { $0.file.path < $1.file.path }
  }

  /// A request with the sum of log-likelihoods in nats and the greedy flag, where there is one.
  struct Answer {
    let logLikelihood: Double
    let isGreedy: Bool?
  }

  /// The documents' requests and, in the same order, the answers.
  func read() throws -> (documents: [EvaluationDocument], answers: [[Answer]]) {
    let samples = try #require(try Fixture.json(at: file)["samples"]?.arrayValue)
    var documents: [EvaluationDocument] = []
    var answers: [[Answer]] = []
    for (index, sample) in samples.enumerated() {
      let requests = try #require(sample["requests"]?.arrayValue).map { request in
        let parts = try #require(request.arrayValue).map { $0.stringValue ?? "" }
        return parts.count == 1
          ? LogLikelihoodRequest(role: .rolling, context: "", continuation: parts[0])
          : LogLikelihoodRequest(role: .choice(0), context: parts[0], continuation: parts[1])
      }
      documents.append(
        EvaluationDocument(
          id: index, fields: [:], requests: requests, choices: [], gold: [],
          hasMultipleTargets: false, target: ""))
      answers.append(
        try #require(sample["responses"]?.arrayValue).map { response in
          var value = response
          while let inner = value.arrayValue?.first, inner.arrayValue != nil { value = inner }
          return Answer(
            logLikelihood: try #require(value.arrayValue?[0].doubleValue ?? value.doubleValue),
            isGreedy: value.arrayValue?.dropFirst().first?.boolValue)
        })
    }
    return (documents, answers)
  }
}

@Suite("Log-likelihoods agree with lm-evaluation-harness")
struct LogLikelihoodAgreementTests {
  /// What is promised; both sides sum hundreds of float32 terms in different orders.
  static let tolerance = 1e-3  // nats per request

  @Test(
    "Requests over our own items",
    arguments: GoldenTask.all(in: Locations.fixtures.appendingPathComponent("goldens"))
      + GoldenTask.all(in: Locations.fixtures.appendingPathComponent("goldens-mini")))
  func ownItemsAgree(_ golden: GoldenTask) throws { try compare(golden) }

  @Test(
    "Requests over benchmark rows", .enabled(if: Locations.references != nil),
    arguments: GoldenTask.all(in: Locations.references?.appendingPathComponent("goldens")))
  func benchmarkRowsAgree(_ golden: GoldenTask) throws { try compare(golden) }

  @Test("There are goldens for all four checkpoints")
  func goldensArePresent() {
    let found = GoldenTask.all(in: Locations.fixtures.appendingPathComponent("goldens"))
    #expect(
      Set(found.map(\.checkpoint))
        == ["tiny-gpt2", "tiny-llama", "tiny-neox", "tiny-neox-sequential"])
    #expect(found.count >= 36)
  }

  private func compare(_ golden: GoldenTask) throws {
    let folder = Locations.fixtures.appendingPathComponent("checkpoints/\(golden.checkpoint)")
    let checkpoint = try Checkpoint.open(directory: folder.path)
    let tokenizer = try Tokenizer(directory: folder)
    let window = checkpoint.configuration.maximumLength
    let encoder = try RequestEncoder(
      tokenizer: tokenizer, vocabularySize: checkpoint.configuration.vocabularySize,
      window: window, version: .v0_4_9_2)
    let (documents, answers) = try golden.read()
    let encoded = try documents.map { try encoder.encode($0) }
    let engine = CheckpointEngine(
      checkpoint: checkpoint, backend: CPUBackend(threads: 2), threads: 2, maximumLength: window)
    var scores = try engine.score(encoded.flatMap(\.sequences), progress: { _ in })[...]
    for (document, expected) in zip(encoded, answers) {
      guard case .requests(let requests) = document.content else {
        Issue.record("document \(document.id) was left out")
        continue
      }
      for (request, answer) in zip(requests, expected) {
        let parts = scores.prefix(request.sequences.count)
        scores = scores.dropFirst(request.sequences.count)
        let sum = parts.reduce(0) { $0 + $1.logLikelihood }
        #expect(
          abs(sum - answer.logLikelihood) < Self.tolerance,
          "document \(document.id): \(sum) against \(answer.logLikelihood) nats")
        if let isGreedy = answer.isGreedy {
          #expect(parts.allSatisfy(\.isGreedy) == isGreedy, "document \(document.id)")
        }
      }
    }
  }
}
