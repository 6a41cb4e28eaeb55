import EvaluationTasks
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// A folder with files of a test's own; removed by ``remove()``.
struct DataFolder {
  let url: URL

  init() throws { url = try Locations.makeTemporaryFolder() }

  func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

  func write(_ data: Data, to path: String) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  func remove() { try? FileManager.default.removeItem(at: url) }

  /// A task over the keys given, defined in this folder's tasks/own/.
  func task(_ keys: String) throws -> EvaluationTask {
    let yaml = """
      task: capitals
      output_type: multiple_choice
      doc_to_text: "{{question}}"
      doc_to_choice: ["a", "b"]
      doc_to_target: 0

      """
    try write(yaml + keys, to: "tasks/own/capitals.yaml")
    let registry = try TaskRegistry(includePaths: [url.appendingPathComponent("tasks")])
    return try #require(try registry.resolve(names: ["capitals"]).tasks.first)
  }
}

@Suite("Finding a task's data")
struct DataLocatorTests {
  private let keys = "dataset_path: owner/world\ndataset_name: de\ntest_split: test\n"
  private let row = #"{"question": "Q"}"# + "\n"

  private func located(_ task: EvaluationTask, _ folder: URL?) throws -> [String] {
    try task.locateData(dataPath: folder).get().map(\.description)
  }

  @Test("The forms are tried in their order, and each ending in its own")
  func order() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    let task = try folder.task(keys)
    let data = folder.url.appendingPathComponent("data")
    let stems = ["owner/world/de/test", "capitals.test", "capitals"]
    for stem in stems {
      for ending in ["json.gz", "jsonl.gz", "json", "jsonl"] {
        try folder.write(row, to: "data/\(stem).\(ending)")
        #expect(try located(task, data) == ["\(data.path)/\(stem).\(ending)"])
      }
    }
  }

  @Test("A task without dataset_name leaves its folder out, one without dataset_path the form")
  func missingNames() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    let data = folder.url.appendingPathComponent("data")
    try folder.write(row, to: "data/owner/world/test.jsonl")
    let unnamed = try folder.task("dataset_path: owner/world\ntest_split: test\n")
    #expect(try located(unnamed, data) == ["\(data.path)/owner/world/test.jsonl"])
    let bare = try folder.task("test_split: test\n")
    let error = #expect(throws: TaskError.self) { try located(bare, data) }
    guard case .dataNotFound(let missing)? = error else { return }
    #expect(
      missing.tried == ["\(data.path)/capitals.jsonl", "\(data.path)/capitals.test.jsonl"])
  }

  @Test("The short form is for the evaluated split alone")
  func examplesNeedTheirOwnFile() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    let data = folder.url.appendingPathComponent("data")
    let task = try folder.task(keys + "fewshot_split: train\n")
    try folder.write(row, to: "data/capitals.jsonl")
    let error = #expect(throws: TaskError.self) {
      try task.loadDocuments(dataPath: data, numFewshot: 1)
    }
    guard case .dataNotFound(let missing)? = error else { return }
    #expect(missing.split == "train")
    #expect(
      missing.tried
        == ["\(data.path)/capitals.train.jsonl", "\(data.path)/owner/world/de/train.jsonl"])
    try folder.write(row + row, to: "data/capitals.train.jsonl")
    let loaded = try task.loadDocuments(dataPath: data, numFewshot: 1)
    #expect(
      loaded.dataFiles.map(\.description)
        == ["\(data.path)/capitals.jsonl", "\(data.path)/capitals.train.jsonl"])
  }

  @Test(
    "data_files stand beside the YAML, as a text, a list or per split",
    arguments: [
      ("test_split: test", "{test: one.jsonl}", ["one.jsonl"]),
      (
        "test_split: test", "{train: no.jsonl, test: [one.jsonl, sub/two.json]}",
        ["one.jsonl", "sub/two.json"]
      ),
      ("test_split: train", "one.jsonl", ["one.jsonl"]),
      ("test_split: train", "[sub/two.json, one.jsonl]", ["sub/two.json", "one.jsonl"]),
    ])
  func dataFiles(split: String, files: String, expected: [String]) throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    try folder.write(row, to: "tasks/own/one.jsonl")
    try folder.write("[\(row)]", to: "tasks/own/sub/two.json")
    let task = try folder.task(
      "dataset_path: json\n\(split)\ndataset_kwargs:\n  data_files: \(files)\n")
    let loaded = try task.loadDocuments()
    let own = folder.url.appendingPathComponent("tasks/own").path
    #expect(loaded.dataFiles.map(\.description) == expected.map { "\(own)/\($0)" })
    #expect(loaded.documents.count == expected.count)
  }

  @Test("A missing data_files entry is named with its folder's near names")
  func missingDataFile() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    try folder.write(row, to: "tasks/own/capitals.jsonl")
    let task = try folder.task(
      "dataset_path: json\ntest_split: test\ndataset_kwargs: {data_files: {test: capitols.jsonl}}\n"
    )
    let error = #expect(throws: TaskError.self) { try located(task, nil) }
    guard case .dataNotFound(let missing)? = error else { return }
    let own = folder.url.appendingPathComponent("tasks/own").path
    #expect(missing.tried == ["\(own)/capitols.jsonl"])
    #expect(missing.near == ["\(own)/capitals.jsonl"])
  }

  @Test("The error lists every path tried and what lies near")
  func nearNames() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    let data = folder.url.appendingPathComponent("data")
    let task = try folder.task(keys)
    try folder.write(row, to: "data/capital.jsonl")
    try folder.write(row, to: "data/owner/word/de/test.jsonl")
    let error = #expect(throws: TaskError.self) { try located(task, data) }
    guard case .dataNotFound(let missing)? = error else { return }
    #expect(
      missing.tried == [
        "\(data.path)/capitals.jsonl", "\(data.path)/capitals.test.jsonl",
        "\(data.path)/owner/world/de/test.jsonl",
      ])
    #expect(missing.near.contains("\(data.path)/capital.jsonl"))
    #expect(missing.near.contains("\(data.path)/owner/word"))
    let text = "\(TaskError.dataNotFound(missing))"
    for path in missing.tried { #expect(text.contains(path)) }
    #expect(text.contains("Did you mean \(data.path)/capital.jsonl"))
    #expect(text.contains(".json.gz"))
    #expect(!text.contains("--data-path"))
  }

  @Test("Without --data-path the error says to give it, and where to read about the files")
  func noDataPath() throws {
    let error = #expect(throws: TaskError.self) {
      let task = try #require(try TaskRegistry().resolve(names: ["piqa"]).tasks.first)
      _ = try task.loadDocuments()
    }
    let text = "\(try #require(error))"
    #expect(text.contains("--data-path DIR"))
    #expect(text.contains("tasks/README.md"))
  }

  @Test("A data folder that does not exist is named with its near names")
  func missingFolder() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    try folder.write(row, to: "datasets/capitals.jsonl")
    let task = try folder.task(keys)
    let error = #expect(throws: TaskError.self) {
      try located(task, folder.url.appendingPathComponent("dataset"))
    }
    #expect(throws: TaskError.self) {
      try located(task, folder.url.appendingPathComponent("no/../../such/.."))
    }
    #expect(
      error
        == .dataPathNotFound(
          path: "\(folder.url.path)/dataset", near: ["\(folder.url.path)/datasets"]))
  }

  @Test(
    "Names that lead out of the data folder are refused and said so",
    arguments: [
      "dataset_path: ../secret\ntest_split: test\n",
      "dataset_path: /etc\ntest_split: test\n",
      "dataset_path: owner\ndataset_name: ../../secret\ntest_split: test\n",
      "dataset_path: owner\ntest_split: ../../secret/test\n",
      "dataset_path: owner/./x\ntest_split: test\n",
      "dataset_path: \(String(repeating: "x", count: 300))\ntest_split: test\n",
    ])
  func hostileNames(keys: String) throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    try folder.write(row, to: "secret/test.jsonl")
    try folder.write(row, to: "data/owner/x.jsonl")
    let task = try folder.task(keys)
    let error = #expect(throws: TaskError.self) {
      try located(task, folder.url.appendingPathComponent("data/owner"))
    }
    guard case .dataNotFound(let missing)? = error else { return }
    #expect(!missing.refused.isEmpty)
    #expect("\(missing)".contains("leads out of the folder"))
  }

  @Test("The mini tasks find their rows in the binary")
  func embedded() throws {
    for name in ["arc_mini", "hellaswag_mini_de", "piqa_mini"] {
      let task = try #require(try TaskRegistry().resolve(names: [name]).tasks.first)
      let loaded = try task.loadDocuments()
      #expect(loaded.dataFiles == [.embedded("mini/\(name).jsonl")])
      #expect(loaded.documents.count == 64)
    }
  }
}
