import Comparison
import Foundation
import OrderedJSON
import Records
import TestSupport
import Testing

@Suite("Broken and hostile files of results")
struct HostileFileTests {
  private func model(_ count: Int = 8) -> ModelResults {
    ModelResults(TaskAnswers("task", "acc", (0..<count).map { Double($0 % 2) }))
  }

  private func samples(_ folder: String, _ results: ModelResults) -> URL {
    URL(fileURLWithPath: "\(folder)/samples_task_\(results.date).jsonl")
  }

  /// Compares sound results with those whose samples file is another.
  private func compare(_ samples: [UInt8]) throws -> ComparisonOutcome {
    let results = model()
    let (good, bad) = (try results.write(), try results.write())
    try Data(samples).write(to: self.samples(bad, results))
    do {
      let record = try ModelComparison.compare(
        reference: ScoredResults(path: good), candidate: ScoredResults(path: bad))
      return ComparisonOutcome(notes: record.notes, count: record.rows.first?.count)
    } catch let error as ComparisonError {
      return ComparisonOutcome(problems: error.problems)
    } catch let error as ResultsError {
      return ComparisonOutcome(problems: ["\(error)"])
    }
  }

  private struct ComparisonOutcome {
    var notes: [String] = []
    var count: Int?
    var problems: [String] = []
  }

  private var lines: [String] { model().tasks[0].lines.map { $0.serialized() } }

  private func compare(_ lines: [String]) throws -> ComparisonOutcome {
    try compare(Array(lines.joined(separator: "\n").utf8))
  }

  // MARK: Samples

  @Test("A line half written at the end is named, and the others count")
  func halfWritten() throws {
    var lines = lines
    lines[7] = String(lines[7].prefix(100))
    let outcome = try compare(lines)
    #expect(outcome.count == 7 && outcome.problems.isEmpty)
    #expect(
      try outcome.notes.count == 1 && first(outcome.notes).contains(", line 8: not valid JSON ("))
    #expect(try first(outcome.notes).hasSuffix("; the line is left out."))
  }

  @Test(
    "A line that is no answer is named wherever it stands, and the others count",
    arguments: [
      ("{\"doc_id\": 3", "not valid JSON"), ("[1, 2, 3]", "an array, where an object should stand"),
      ("7", "an integer, where an object should stand"),
      ("{\"doc_id\": -1, \"doc\": 1}", "doc_id is missing or not a whole number from 0"),
      ("{\"doc_id\": 1.0, \"doc\": 1}", "doc_id is missing"),
      ("{\"doc_id\": 99999999999999999999, \"doc\": 1}", "doc_id is missing"),
      ("{\"doc_id\": 3}", "neither doc_hash nor doc tells which document it is"),
      (String(repeating: "[", count: 10_000), "not valid JSON (nested more than 128 deep"),
      (
        "{\"doc\": " + String(repeating: "{\"a\":", count: 10_000),
        "not valid JSON (nested more than 128 deep"
      ),
      ("{\"acc\": 1e}", "not valid JSON"),
    ])
  func brokenLine(line: String, problem: String) throws {
    for place in [3, 7] {
      var lines = lines
      lines[place] = line
      let outcome = try compare(lines)
      #expect(outcome.count == 7 && outcome.notes.count == 1)
      #expect(
        try first(outcome.notes).contains(", line \(place + 1): \(problem)"), "\(outcome.notes)")
    }
  }

  @Test("Invalid UTF-8 spoils its line alone")
  func invalidUTF8() throws {
    var bytes = Array(lines.joined(separator: "\n").utf8)
    bytes[lines[0].utf8.count + 20] = 0xFF
    let outcome = try compare(bytes)
    #expect(try outcome.count == 7 && first(outcome.notes).contains("line 2: not valid UTF-8"))
  }

  @Test("Of many broken lines five are named and all counted")
  func manyBroken() throws {
    let outcome = try compare(lines.enumerated().map { $0 == 0 ? $1 : "{" })
    #expect(outcome.count == 1 && outcome.notes.count == 6)
    #expect(outcome.notes[5].contains("7 lines are left out, the first of them named."))
  }

  @Test(
    "Empty files, white space and other formats are no samples",
    arguments: ["", "\n \n", "[", "[]", "\u{FEFF}"])
  func noSamples(text: String) throws {
    let outcome = try compare(Array(text.utf8))
    #expect(outcome.count == nil && outcome.problems.count >= 1)
  }

  @Test("A document that stands twice is refused, one answer or two")
  func twice() throws {
    let outcome = try compare(lines + [lines[2]])
    #expect(outcome.problems.count == 1)
    #expect(
      try first(outcome.problems).contains("document 2 occurs twice, the second time in line 9;"))
  }

  @Test("A document far outside the split is one that the other lacks")
  func farDocument() throws {
    var lines = lines
    lines[0] = lines[0].replacing("\"doc_id\": 0", with: "\"doc_id\": 9223372036854775807")
    let outcome = try compare(lines)
    #expect(outcome.problems.count == 2, "\(outcome.problems)")
  }

  @Test("No document in common after broken lines is refused")
  func nothingInCommon() throws {
    let results = ModelResults(TaskAnswers("task", "acc", [1, 0]))
    let (a, b) = (try results.write(), try results.write())
    let lines = results.tasks[0].lines.map { $0.serialized() }
    try Data("\(lines[0])\n{".utf8).write(to: samples(a, results))
    try Data("{\n\(lines[1])".utf8).write(to: samples(b, results))
    let (x, y) = (try ScoredResults(path: a), try ScoredResults(path: b))
    let error = #expect(throws: ComparisonError.self) {
      try ModelComparison.compare(reference: x, candidate: y)
    }
    #expect(error?.problems == ["task: no document that can be read is common to both."])
  }

  // MARK: Values

  @Test(
    "Values of any shape end in words, not in a crash or a huge table",
    arguments: [
      "[0, 1000000000000]", "[1000000000000, 0]", "[9999, 9999]", "[[0], 255]", "[255, 255]",
      "[-1, 0]", "[[], 0]", "[0, []]", "[0, [0.5, 0.5]]", "[[0, 1], [0.5, 0.5]]",
      "[5, [0.5, 0.5]]", "[-1e308, 4294967295]", "[-1.5, 9223372036854775807]", "[-1.5, 0]",
      "[-1.5, -3]", "[1e400, 3]", "[NaN, 3]", "9223372036854775807", "1e308", "-1e308", "true",
      "null", "\"text\"", "{}", "[]", "[1]", "[1, 2, 3]", "[[[]]]", "Infinity",
      "99999999999999999999999999",
    ])
  func shapes(text: String) throws {
    let value = try JSONValue(
      parsing: text, options: JSONParsingOptions(allowsNonFiniteNumbers: true))
    var options = ComparisonOptions()
    options.bootstrapIterations = 20
    let metrics = [
      "acc", "f1", "mcc", "brier_score", "likelihood", "perplexity", "word_perplexity",
      "bits_per_byte",
    ]
    for aggregation in [nil, "mean", "median", "nanmean"] {
      var task = TaskAnswers("task", "acc", [])
      task.metrics = metrics.map {
        .init(
          name: $0, values: Array(repeating: value, count: 31), total: 0, aggregation: aggregation)
      }
      // A line that is lost keeps samples from being held against the total.
      task.change = { document, line in if document == 30 { line["doc_id"] = nil } }
      let results = try ModelResults(task).scored()
      let record = try ModelComparison.compare(
        reference: results, candidate: results, options: options)
      #expect(record.rows.count <= 8 && record.verdict != .worse)
      _ = try ModelComparison.items(reference: results, candidate: results)
    }
  }

  @Test("A million choices in a line are read up to a bound")
  func manyChoices() throws {
    var task = TaskAnswers("task", "acc", [1, 0])
    task.change = { _, line in
      line["filtered_resps"] = .array(Array(repeating: ["-1.0", "False"], count: 500_000))
      line["brier_score"] = [0, .array(Array(repeating: 0.5, count: 500_000))]
    }
    task.metrics.append(.init(name: "brier_score", values: [], total: 0.5))
    let results = try ModelResults(task).scored()
    let record = try ModelComparison.compare(reference: results, candidate: results)
    #expect(record.rows.map(\.metric) == ["acc"])
    let items = try ModelComparison.items(
      reference: results, candidate: ModelResults(TaskAnswers("task", "acc", [0, 0])).scored())
    #expect(try first(items).referenceLogLikelihoods.count == 10_000)
  }

  // MARK: Results files

  @Test(
    "A results file that is none is refused with what is wrong",
    arguments: [
      ("", "it is not valid JSON"), ("{", "it is not valid JSON"), ("[]", "it is an array"),
      ("{}", "it has no object \"results\", so neither lm-eval nor cpteval run wrote it"),
      ("{\"results\": []}", "it has no object \"results\""),
      ("{\"results\": {}, \"results\": {}}", "\"results\" occurs twice in it"),
      (
        "{\"results\": {\"t\": {\"acc,none\": 1}, \"t\": {\"acc,none\": 0}}}",
        "\"t\" occurs twice in results"
      ),
      (
        "{\"results\": {\"t\": {\"acc,none\": 1, \"acc,none\": 0}}}",
        "\"acc,none\" occurs twice in the results of \"t\""
      ),
      (
        "{\"results\": {}, \"group_subtasks\": {\"g\": [\"a\"], \"g\": [\"b\"]}}",
        "\"g\" occurs twice in group_subtasks"
      ),
      (
        "{\"results\": {}, \"cpteval\": {\"version\": 99}}",
        "is of version 99, and this cpteval reads up to version 1. Use the version that wrote it"
      ),
      (
        "{\"results\": " + String(repeating: "[", count: 10_000) + "}",
        "nested more than 128 deep"
      ),
      ("{\"results\": {\"\u{1B}[2J\": 1}}", "it is not valid JSON"),
    ])
  func malformed(text: String, problem: String) throws {
    let folder = try Locations.makeTemporaryFolder()
    try Data(text.utf8).write(to: folder.appendingPathComponent("results_1.json"))
    let error = #expect(throws: ResultsError.self) { try ScoredResults(path: folder.path) }
    #expect(error.map { "\($0)" }?.contains(problem) == true, "\(String(describing: error))")
  }

  @Test("Members of other kinds than lm-eval's are passed over")
  func otherKinds() throws {
    let folder = try Locations.makeTemporaryFolder()
    let parts = [
      "results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better",
      "n-samples", "cpteval", "date", "model_name", "task_hashes", "lm_eval_version",
    ]
    for value in ["[]", "{}", "1", "\"x\"", "null", "{\"t\": []}", "{\"t\": {\"t\": {}}}"] {
      for part in parts.dropFirst() {
        let text = "{\"results\": {\"t\": {\"acc,none\": 1}}, \"\(part)\": \(value)}"
        try Data(text.utf8).write(to: folder.appendingPathComponent("results_1.json"))
        let results = try ScoredResults(path: folder.path)
        #expect(results.tasks.map(\.name) == ["t"] && results.scores.count == 1)
      }
      let text = "{\"results\": {\"t\": \(value), \"s\": {\"acc,none\": 1, \"b\": \(value)}}}"
      try Data(text.utf8).write(to: folder.appendingPathComponent("results_1.json"))
      #expect(try ScoredResults(path: folder.path).tasks.map(\.name) == ["s"])
    }
  }

  @Test("A hundred thousand tasks are read in no time, a thousand metrics of one task refused")
  func manyNames() throws {
    let folder = try Locations.makeTemporaryFolder()
    let file = folder.appendingPathComponent("results_1.json")
    let tasks = (0..<100_000).map { "\"t\($0)\": {\"acc,none\": 1}" }.joined(separator: ", ")
    let versions = (0..<100_000).map { "\"t\($0)\": 1" }.joined(separator: ", ")
    try Data("{\"results\": {\(tasks)}, \"versions\": {\(versions)}}".utf8).write(to: file)
    #expect(try ScoredResults(path: folder.path).tasks.count == 100_000)
    let metrics = (0..<2000).map { "\"m\($0),none\": 1" }.joined(separator: ", ")
    try Data("{\"results\": {\"t\": {\(metrics)}}}".utf8).write(to: file)
    let error = #expect(throws: ResultsError.self) { try ScoredResults(path: folder.path) }
    #expect(error.map { "\($0)" }?.contains("more than a task has") == true)
  }
}
