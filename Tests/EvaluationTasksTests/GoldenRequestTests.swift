import EvaluationTasks
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Compares a task's requests with those in a golden that lm-eval wrote.
private func expectSameRequests(
  _ loaded: LoadedTask, _ golden: JSONValue, _ label: Comment, firstHalf: Bool = false
) throws {
  #expect(loaded.errors == [], label)
  let samples = try #require(golden["samples"]?.arrayValue)
  #expect(loaded.documents.count == samples.count, label)
  for (document, sample) in zip(loaded.documents, samples) {
    #expect(document.id == sample["doc_id"]?.integerValue, label)
    let target = try #require(sample["target"])
    #expect(document.target == target.stringValue ?? target.serialized(), label)
    let requests = try #require(sample["requests"]?.arrayValue).compactMap(\.arrayValue)
    #expect(document.requests.count == requests.count / (firstHalf ? 2 : 1), label)
    for (request, texts) in zip(document.requests, requests) {
      // A rolling request is its text alone.
      let context = texts.count == 1 ? "" : texts[0].stringValue ?? ""
      let continuation = try #require(texts.last?.stringValue)
      #expect(request.context.hasSameBytes(as: context), label)
      #expect(request.continuation.hasSameBytes(as: continuation), label)
    }
  }
}

@Suite("Requests behind the goldens")
struct GoldenRequestTests {
  @Test(
    "A user's task file over our own rows asks what lm-eval asked",
    arguments: [
      "hellaswag_en", "hellaswag_de", "arc_en", "arc_en_fewshot2", "arc_de", "piqa_en", "piqa_de",
      "winogrande_en", "text_perplexity",
    ])
  func ownRows(name: String) throws {
    let folder = Locations.fixtures.appendingPathComponent("task-files")
    let registry = try TaskRegistry(includePaths: [folder])
    let task = try #require(try registry.resolve(names: [name]).tasks.first)
    let url = Locations.fixtures.appendingPathComponent("goldens/tiny-neox/\(name).json")
    let golden = try JSONValue(parsing: Array(Data(contentsOf: url)))
    let loaded = try task.loadDocuments(limit: golden["limit"]?.integerValue)
    #expect(loaded.numFewshot == golden["num_fewshot"]?.integerValue)
    try expectSameRequests(loaded, golden, "\(name)")
  }

  @Test(
    "A shipped task over benchmark rows asks what lm-eval asked",
    .enabled(if: Locations.references != nil),
    arguments: [
      "arc_challenge", "arc_easy", "hellaswag", "mmlu_abstract_algebra", "mmlu_astronomy",
      "openbookqa", "piqa", "winogrande",
    ])
  func benchmarkRows(name: String) throws {
    let references = try #require(Locations.references)
    let url = references.appendingPathComponent("goldens/tiny-neox/\(name).json")
    let golden = try JSONValue(parsing: Array(Data(contentsOf: url)))
    let task = try #require(try TaskRegistry().resolve(names: [name]).tasks.first)
    let loaded = try task.loadDocuments(
      dataPath: references.appendingPathComponent("benchmarks"),
      limit: golden["limit"]?.integerValue, numFewshot: golden["num_fewshot"]?.integerValue)
    // PIQA's golden was made with acc_mutual_info added, which doubles the requests.
    try expectSameRequests(loaded, golden, "\(name)", firstHalf: name == "piqa")
  }

  @Test(
    "Two fixed examples from the evaluated split itself leave out the document asked",
    .enabled(if: Locations.references != nil))
  func benchmarkExamples() throws {
    let references = try #require(Locations.references)
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let base = Locations.repository.appendingPathComponent("tasks/arc/arc_challenge.yaml")
    let text = """
      include: \(base.path)
      task: two
      fewshot_split: test
      fewshot_config: {sampler: first_n}
      """
    try Data(text.utf8).write(to: folder.appendingPathComponent("two.yaml"))
    let rows = references.appendingPathComponent("benchmarks/arc_challenge.jsonl")
    try FileManager.default.copyItem(at: rows, to: folder.appendingPathComponent("two.jsonl"))
    let url = references.appendingPathComponent("goldens/tiny-neox/arc_challenge_fewshot2.json")
    let golden = try JSONValue(parsing: Array(Data(contentsOf: url)))
    let registry = try TaskRegistry(includePaths: [folder])
    let task = try #require(try registry.resolve(names: ["two"]).tasks.first)
    let loaded = try task.loadDocuments(
      dataPath: folder, limit: golden["limit"]?.integerValue, numFewshot: 2)
    try expectSameRequests(loaded, golden, "arc_challenge_fewshot2")
  }
}
