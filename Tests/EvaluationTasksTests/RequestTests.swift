import EvaluationTasks
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Rows of our own for one shipped task, and what lm-eval makes of them; see Fixtures/requests.
struct RequestFixture: CustomTestStringConvertible {
  let task: String
  let json: JSONValue

  var testDescription: String { task }

  static func load() throws -> [RequestFixture] {
    let folder = Locations.fixtures.appendingPathComponent("requests")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.hasSuffix(".json") }
      .map { name in
        let bytes = try Array(Data(contentsOf: folder.appendingPathComponent(name)))
        return RequestFixture(
          task: String(name.dropLast(5)), json: try JSONValue(parsing: bytes))
      }
  }

  /// Writes the rows as `<split>` files of the task into a new folder.
  func writeData() throws -> URL {
    let folder = try Locations.makeTemporaryFolder()
    for split in json["splits"]?.objectValue?.members ?? [] {
      let lines = (split.value.arrayValue ?? []).map { $0.serialized() + "\n" }.joined()
      let url = folder.appendingPathComponent("\(task).\(split.name).jsonl")
      try Data(lines.utf8).write(to: url)
    }
    return folder
  }
}

@Suite("Requests of the shipped tasks")
struct RequestTests {
  @Test(
    "Requests, targets, choices and fields are those that lm-eval makes of the same rows",
    arguments: try RequestFixture.load())
  func requestsAgree(fixture: RequestFixture) throws {
    let registry = try TaskRegistry()
    let base = try #require(try registry.resolve(names: [fixture.task]).tasks.first)
    let folder = try fixture.writeData()
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(fixture.json["output_type"]?.stringValue == base.outputType.rawValue)
    for golden in try #require(fixture.json["cases"]?.arrayValue) {
      let shots = try #require(golden["num_fewshot"]?.integerValue)
      var task = base
      if let sampler = golden["sampler"]?.stringValue {
        task = try withSampler(sampler, fixture.task)
      }
      let loaded = try task.loadDocuments(
        dataPath: folder, numFewshot: shots,
        seed: golden["seed"]?.integerValue ?? EvaluationTask.fewshotSeed)
      #expect(loaded.errors == [])
      let expected = try #require(golden["documents"]?.arrayValue)
      #expect(loaded.documents.count == expected.count)
      for (document, golden) in zip(loaded.documents, expected) {
        try compare(document, golden, "\(fixture.task), \(shots) examples")
      }
    }
  }

  @Test("Every shipped task has rows and requests to be tested against")
  func everyTaskIsTested() throws {
    let tested = Set(try RequestFixture.load().map(\.task))
    let mini = Locations.fixtures.appendingPathComponent("goldens-mini/tiny-neox")
    let minis = try FileManager.default.contentsOfDirectory(atPath: mini.path)
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    let registry = try TaskRegistry()
    for (name, kind) in registry.names where kind == .task {
      #expect(
        tested.contains(name) || minis.contains(name),
        "\(name) is shipped without Fixtures/requests/\(name).json")
    }
    #expect(registry.unreadableFiles == [])
  }

  /// The shipped task with another sampler, as a user's file that includes it.
  private func withSampler(_ sampler: String, _ name: String) throws -> EvaluationTask {
    let file = try #require(taskFile(name))
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = "include: \(file.path)\nfewshot_config: {sampler: \(sampler)}\n"
    try Data(text.utf8).write(to: folder.appendingPathComponent("task.yaml"))
    let registry = try TaskRegistry(includePaths: [folder])
    return try #require(try registry.resolve(names: [name]).tasks.first)
  }

  private func taskFile(_ name: String) -> URL? {
    let root = Locations.repository.appendingPathComponent("tasks")
    let walker = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    while let url = walker?.nextObject() as? URL {
      if url.lastPathComponent == "\(name).yaml" { return url }
    }
    return nil
  }

  private func compare(
    _ document: EvaluationDocument, _ golden: JSONValue, _ label: Comment
  ) throws {
    #expect(document.id == golden["doc_id"]?.integerValue, label)
    if let fields = golden["doc"] { #expect(document.fields == fields, label) }
    let requests = try #require(golden["requests"]?.arrayValue)
    #expect(document.requests.count == requests.count, label)
    for (request, pair) in zip(document.requests, requests) {
      let context = try #require(pair.arrayValue?[0].stringValue)
      let continuation = try #require(pair.arrayValue?[1].stringValue)
      #expect(request.context.hasSameBytes(as: context), label)
      #expect(request.continuation.hasSameBytes(as: continuation), label)
      #expect(
        request.role == .rolling || request.context.utf8.starts(with: document.fewshotContext.utf8)
          || request.context.isEmpty, label)
    }
    if let target = golden["target_string"]?.stringValue {
      #expect(document.target.hasSameBytes(as: target), label)
    }
    if let choices = golden["choices"]?.arrayValue {
      #expect(JSONValue.array(document.choices.map { .string($0) }) == .array(choices), label)
    }
    if let gold = golden["gold"]?.arrayValue {
      #expect(document.gold == gold.compactMap(\.integerValue), label)
    }
  }
}
