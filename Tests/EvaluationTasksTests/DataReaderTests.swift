import EvaluationTasks
import Files
import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("Reading a task's rows")
struct DataReaderTests {
  /// Loads rows as the only file of a task with a field `question`.
  private func load(_ data: Data, as name: String = "capitals.jsonl") throws -> LoadedTask {
    let folder = try DataFolder()
    defer { folder.remove() }
    let task = try folder.task("test_split: test\n")
    try folder.write(data, to: "data/\(name)")
    return try task.loadDocuments(dataPath: folder.url.appendingPathComponent("data"))
  }

  private func load(_ text: String) throws -> LoadedTask { try load(Data(text.utf8)) }

  @Test("Lines, an array, CRLF, blank lines and a byte order mark give the same documents")
  func forms() throws {
    let rows = [#"{"question": "eins"}"#, #"{"question": "zwei"}"#]
    for text in [
      rows.joined(separator: "\n"), rows.joined(separator: "\r\n\r\n") + "\r\n",
      "\u{FEFF}" + rows.joined(separator: "\n") + "\n", "[\(rows[0]),\n\n \(rows[1])]\n",
    ] {
      let loaded = try load(text)
      #expect(loaded.errors == [])
      #expect(loaded.documents.map { $0.fields["question"] } == ["eins", "zwei"])
    }
  }

  @Test("Compressed rows are read")
  func gzip() throws {
    // Made with `printf '{"question": "eins"}\n' | gzip -n`.
    let bytes = try #require(
      Data(base64Encoded: "H4sIAAAAAAAAA6tWKixNLS7JzM9TslJQSs3MK1aq5QIA5UH0IhUAAAA="))
    #expect(try load(bytes, as: "capitals.jsonl.gz").documents.count == 1)
  }

  @Test("NaN and Infinity are numbers, as for the package datasets")
  func nonFinite() throws {
    let loaded = try load(#"{"question": "x", "a": NaN, "b": [-Infinity]}"#)
    #expect(loaded.errors == [])
    #expect(loaded.documents.first?.fields["a"]?.doubleValue?.isNaN == true)
  }

  @Test("Every broken row is an error with its line, and the others are read")
  func brokenRows() throws {
    let lines = [
      #"{"question": "good"}"#, "3", #"["x"]"#, #"{"question": "x""#, #"{"question": "\ud800"}"#,
      #"{"question": -}"#, #"{"question": "x", "question": "y"}"#,
      #"{"question": {"a": 1, "a": 2}}"#, "nonsense", #"{"answer": "x"}"#, #"{"question": "x"} {}"#,
      String(repeating: "[", count: 1000), #"{"question": "good too"}"#,
    ]
    let loaded = try load(lines.joined(separator: "\n"))
    #expect(loaded.documents.count == 2)
    #expect(loaded.errorCount == 11)
    #expect(loaded.errors.count == 10)
    // Errors of reading come before those of rendering, such as line 10's.
    #expect(loaded.errors.map(\.line) == [2, 3, 4, 5, 6, 7, 8, 9, 11, 12])
    #expect(loaded.errors.allSatisfy { $0.file.hasSuffix("data/capitals.jsonl") })
    #expect(loaded.errors.first { $0.line == 7 }?.field == "question")
    #expect(loaded.errors.first { $0.line == 8 }?.field == "a")
  }

  @Test("The first ten errors are kept and all are counted")
  func tenErrors() throws {
    let loaded = try load(String(repeating: "{\"q\": 1}\n", count: 137))
    #expect(loaded.documents.isEmpty)
    #expect(loaded.errorCount == 137)
    #expect(loaded.errors.map(\.line) == Array(1...10))
    #expect(loaded.errors.allSatisfy { $0.field == "question" })
  }

  @Test("A line that is no UTF-8 is one error, and reading goes on")
  func invalidUTF8() throws {
    var data = Data("{\"question\": \"a\"}\n{\"question\": \"".utf8)
    data.append(contentsOf: [0xFF, 0xC0, 0x80])
    data.append(contentsOf: "\"}\n{\"question\": \"b\"}\n".utf8)
    let loaded = try load(data)
    #expect(loaded.documents.count == 2)
    #expect(loaded.errors.map(\.line) == [2])
  }

  @Test("An array that breaks off is an error with its line")
  func brokenArray() throws {
    let loaded = try load("[{\"question\": \"a\"},\n{\"question\": \"b\"}\n")
    #expect(loaded.documents.count == 2)
    #expect(loaded.errorCount == 1)
    #expect((loaded.errors.first?.line ?? 0) >= 2)
  }

  @Test("A file without rows is an error", arguments: ["", "\n \n", "[]", "[ ]\n"])
  func noRows(text: String) throws {
    let error = #expect(throws: TaskError.self) { try load(text) }
    guard case .noRows? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("Compressed data that breaks off is an error that names the file")
  func brokenGzip() throws {
    let data = Data([0x1F, 0x8B, 8, 0, 0, 0])
    let error = #expect(throws: TaskError.self) { try load(data, as: "capitals.jsonl.gz") }
    guard case .unreadableData? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("capitals.jsonl.gz"))
  }

  @Test("Rows that process_docs leaves out without exception are an error that says so")
  func allDropped() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    let yaml = """
      task: pairs
      test_split: test
      process_docs: !function utils.process_docs_paraphrases
      output_type: multiple_choice
      doc_to_text: ""
      doc_to_choice: ["a", "b"]
      doc_to_target: 0
      """
    try folder.write(yaml, to: "tasks/paws-x/pairs.yaml")
    try folder.write(#"{"sentence1": "", "sentence2": "x"}"#, to: "data/pairs.jsonl")
    let registry = try TaskRegistry(includePaths: [folder.url.appendingPathComponent("tasks")])
    let task = try #require(try registry.resolve(names: ["pairs"]).tasks.first)
    let error = #expect(throws: TaskError.self) {
      try task.loadDocuments(dataPath: folder.url.appendingPathComponent("data"))
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("paws-x: utils.process_docs_paraphrases"))
  }
}
