import EvaluationTasks
import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("Finding and reading a task's data")
struct DataTests {
  let folder: URL
  private let data: URL

  init() throws {
    folder = try Locations.makeTemporaryFolder()
    data = folder.appendingPathComponent("data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
  }

  /// A task over rows with `q`, two choices and `gold`, with more lines if given.
  private func task(_ more: String = "", name: String = "mine") throws -> EvaluationTask {
    let tasks = folder.appendingPathComponent("tasks")
    try FileManager.default.createDirectory(at: tasks, withIntermediateDirectories: true)
    let text = """
      task: \(name)
      test_split: test
      training_split: train
      output_type: multiple_choice
      doc_to_text: "Q: {{q}}"
      doc_to_target: gold
      doc_to_choice: ["A", "B"]

      """
    try Data((text + more + "\n").utf8).write(to: tasks.appendingPathComponent("\(name).yaml"))
    let registry = try TaskRegistry(includePaths: [tasks], includesBuiltIn: false)
    return try #require(try registry.resolve(names: [name]).tasks.first)
  }

  private func write(_ text: String, _ path: String) throws {
    let url = data.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private static func row(_ question: String, _ gold: String = "0") -> String {
    "{\"q\": \"\(question)\", \"gold\": \(gold)}\n"
  }

  private func contexts(_ task: EvaluationTask, shots: Int? = nil) throws -> [String] {
    let loaded = try task.loadDocuments(dataPath: data, numFewshot: shots)
    #expect(loaded.errors == [])
    return loaded.documents.map { $0.requests[0].context }
  }

  @Test("The places are tried in the documented order")
  func searchOrder() throws {
    let task = try task("dataset_path: owner/set\ndataset_name: part")
    // From the last place to the first: each new file is preferred to those before.
    for path in [
      "owner/set/part/test.json.gz", "owner/set/part/test.jsonl.gz", "owner/set/part/test.json",
      "owner/set/part/test.jsonl", "mine.test.json.gz", "mine.test.jsonl", "mine.json",
      "mine.jsonl",
    ] {
      // Compression is told by content, so plain text may lie under a name with .gz.
      try write(Self.row(path), path)
      #expect(try contexts(task) == ["Q: \(path)"])
    }
  }

  @Test("The short name serves the evaluated split only, others need the split's name")
  func shortNameIsEvaluatedSplit() throws {
    let task = try task("dataset_path: set")
    try write(Self.row("asked"), "mine.jsonl")
    let error = try #require(throws: TaskError.self) {
      try task.loadDocuments(dataPath: data, numFewshot: 1)
    }
    guard case .dataNotFound(let missing) = error, missing.split == "train" else {
      Issue.record("\(error)")
      return
    }
    #expect(
      missing.tried == ["mine.train.jsonl", "set/train.jsonl"].map { "\(data.path)/\($0)" })
    #expect(missing.near == ["\(data.path)/mine.jsonl"])
    try write(Self.row("shown", "1"), "set/train.jsonl")
    #expect(try contexts(task, shots: 1) == ["Q: shown B\n\nQ: asked"])
  }

  @Test("Files that the task names win, relative to its YAML, and an array is read like lines")
  func namedFiles() throws {
    let task = try task(
      "dataset_path: json\ndataset_kwargs: {data_files: {test: [../data/a.json, ../data/b.jsonl]}}")
    try write("[\(Self.row("one")),\n\(Self.row("two"))]", "a.json")
    try write(Self.row("three") + "\n\n" + Self.row("four"), "b.jsonl")
    try write(Self.row("other"), "mine.jsonl")
    let loaded = try task.loadDocuments(dataPath: data)
    let questions = loaded.documents.map { $0.requests[0].context.dropFirst(3) }
    #expect(questions == ["one", "two", "three", "four"])
    #expect(loaded.dataFiles.count == 2)
  }

  @Test("Nothing found lists every path, and names never lead out of the data folder")
  func listsPaths() throws {
    let task = try task("dataset_path: ../..\ndataset_name: etc", name: "mine")
    let error = try #require(throws: TaskError.self) { try task.loadDocuments(dataPath: data) }
    guard case .dataNotFound(let missing) = error, missing.task == "mine" else {
      Issue.record("\(error)")
      return
    }
    #expect(missing.tried == ["mine.jsonl", "mine.test.jsonl"].map { "\(data.path)/\($0)" })
    #expect(missing.refused == ["../../etc/test"])
    #expect("\(error)".contains("mine.test.jsonl"))
    let hint = try #require(throws: TaskError.self) { try task.loadDocuments() }
    #expect("\(hint)".contains("--data-path"))
  }

  @Test("A file without rows is an error")
  func refusesEmptyFiles() throws {
    let task = try task()
    for text in ["", "\n\n", "[]"] {
      try write(text, "mine.jsonl")
      #expect(throws: TaskError.self) { try task.loadDocuments(dataPath: data) }
    }
  }

  @Test("Broken rows are errors with file, line and field, and all others are rendered")
  func reportsRows() throws {
    let task = try task("process_docs: null")
    let rows = [
      Self.row("good"), "{\"gold\": 0}\n", Self.row("high", "2"), Self.row("low", "-1"),
      Self.row("text", "\"x\""), Self.row("null", "null"), Self.row("half", "0.5"), "[1]\n",
      "{\"q\": \"open\n", "{\"q\": \"\\ud800\", \"gold\": 0}\n", Self.row("last", "1"),
    ]
    try write(rows.joined(), "mine.jsonl")
    let loaded = try task.loadDocuments(dataPath: data)
    #expect(loaded.documents.map { $0.requests[0].context } == ["Q: good", "Q: last"])
    #expect(loaded.errors.map(\.line).sorted() == [2, 3, 4, 5, 6, 7, 8, 9, 10])
    #expect(loaded.errorCount == 9)
    let missing = try #require(loaded.errors.first { $0.line == 2 })
    #expect(missing.field == "q" && missing.file.hasSuffix("data/mine.jsonl"))
    let high = try #require(loaded.errors.first { $0.line == 3 })
    #expect("\(high)".contains("index 2") && "\(high)".contains("2 choices"))
  }

  @Test("Ten broken rows are kept, all are counted")
  func countsRows() throws {
    let task = try task()
    try write(Self.row("good") + String(repeating: "{}\n", count: 25), "mine.jsonl")
    let loaded = try task.loadDocuments(dataPath: data)
    #expect(loaded.errors.count == 10 && loaded.errorCount == 25)
    #expect(loaded.errors.map(\.line) == Array(2...11))
  }

  @Test(
    "What templates make of a row has to fit",
    arguments: [
      ("doc_to_choice: choices", "{\"q\": \"a\", \"gold\": 0, \"choices\": []}", "no choices"),
      ("doc_to_choice: choices", "{\"q\": \"a\", \"gold\": 0, \"choices\": [1]}", "choice 0 is 1"),
      ("doc_to_choice: choices", "{\"q\": \"a\", \"gold\": 0, \"choices\": null}", "null"),
      ("doc_to_choice: \"{{q}}\"", "{\"q\": \"a b\", \"gold\": 0}", "no list"),
      ("doc_to_target: \"{{q}}\"", "{\"q\": \"C\"}", "none of the choices"),
      ("doc_to_target: \"{{q}}\"", "{\"q\": \"²\"}", "no number in Python"),
      ("doc_to_text: q", "{\"q\": 5, \"gold\": 0}\n{\"q\": \"x\", \"gold\": 0}", "text"),
      ("doc_to_text: \"{{ q[0] }}\"", "{\"q\": [], \"gold\": 0}", "out of range"),
    ])
  func refusesRows(line: String, row: String, problem: String) throws {
    let key = line.prefix { $0 != ":" }
    let base = [
      "doc_to_text: \"{{q}}?\"", "doc_to_target: gold", "doc_to_choice: [\"A\", \"B\"]",
    ].filter { !$0.hasPrefix(key) }
    let tasks = folder.appendingPathComponent("tasks")
    try FileManager.default.createDirectory(at: tasks, withIntermediateDirectories: true)
    let text =
      "task: mine\ntest_split: test\noutput_type: multiple_choice\n"
      + (base + [line]).joined(separator: "\n")
    try Data(text.utf8).write(to: tasks.appendingPathComponent("mine.yaml"))
    let registry = try TaskRegistry(includePaths: [tasks], includesBuiltIn: false)
    let task = try #require(try registry.resolve(names: ["mine"]).tasks.first)
    try write(row, "mine.jsonl")
    let loaded = try task.loadDocuments(dataPath: data)
    #expect(loaded.errorCount > 0)
    #expect("\(loaded.errors)".contains(problem), "\(loaded.errors)")
  }

  @Test("Several right answers, answers as text and truth values are understood")
  func understandsTargets() throws {
    try write("{\"q\": \"a\", \"gold\": [1, 0]}\n{\"q\": \"b\", \"gold\": [1]}\n", "mine.jsonl")
    var loaded = try task().loadDocuments(dataPath: data)
    #expect(loaded.documents.map(\.gold) == [[1, 0], [1]])
    #expect(loaded.documents.map(\.hasMultipleTargets) == [true, true])
    #expect(loaded.documents.map(\.target) == ["[1, 0]", "[1]"])
    try write(Self.row("a", "\"B\"") + Self.row("b", "true"), "mine.jsonl")
    loaded = try task().loadDocuments(dataPath: data)
    #expect(loaded.documents.map(\.gold) == [[1], [1]])
    #expect(loaded.documents.map(\.target) == ["B", "True"])
    // Document 0 decides that answers are lists.
    try write("{\"q\": \"a\", \"gold\": [1]}\n{\"q\": \"b\", \"gold\": 1}\n", "mine.jsonl")
    loaded = try task().loadDocuments(dataPath: data)
    #expect(loaded.errors.map(\.line) == [2])
  }

  @Test("A limit takes the first documents and does not change their examples")
  func limitKeepsExamples() throws {
    let rows = (0..<40).map { Self.row("row \($0)", "\($0 % 2)") }.joined()
    try write(rows, "mine.jsonl")
    try write(rows, "mine.train.jsonl")
    let task = try task()
    let all = try task.loadDocuments(dataPath: data, numFewshot: 3)
    let some = try task.loadDocuments(dataPath: data, limit: 7, numFewshot: 3)
    #expect(all.documents.count == 40 && all.originalCount == 40)
    #expect(some.documents.count == 7 && some.originalCount == 40)
    #expect(some.documents.map(\.requests) == all.documents.prefix(7).map(\.requests))
    let other = try task.loadDocuments(dataPath: data, limit: 7, numFewshot: 3, seed: 99)
    #expect(other.documents.map(\.requests) != some.documents.map(\.requests))
  }

  @Test("More examples than there are is an error, and a zero in the task overrules the request")
  func boundsExamples() throws {
    try write(Self.row("a") + Self.row("b"), "mine.jsonl")
    try write(Self.row("x") + Self.row("y"), "mine.train.jsonl")
    #expect(throws: TaskError.self) {
      try task().loadDocuments(dataPath: data, numFewshot: 3)
    }
    let zero = try task("num_fewshot: 0").loadDocuments(dataPath: data, numFewshot: 3)
    #expect(zero.numFewshot == 0 && zero.documents[0].requests[0].context == "Q: a")
    let own = try task("num_fewshot: 1").loadDocuments(dataPath: data)
    #expect(own.numFewshot == 1)
  }
}
