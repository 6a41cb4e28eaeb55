import Comparison
import Foundation
import OrderedJSON
import Records
import Testing

@Suite("What is not compared")
struct RefusalTests {
  private func task(_ name: String = "task", shift: Double = 0) -> TaskAnswers {
    TaskAnswers(name, "acc", [1, 0, 1, 1, 0, 0], shift: shift)
  }

  /// Why two models are not compared.
  private func problems(
    _ a: ModelResults, _ b: ModelResults, options: ComparisonOptions = .init()
  ) throws -> [String] {
    let (x, y) = (try a.scored(), try b.scored())
    let error = #expect(throws: ComparisonError.self) {
      try ModelComparison.compare(reference: x, candidate: y, options: options)
    }
    return error?.problems ?? []
  }

  /// Why a task changed in B is not compared with what it was.
  private func problems(_ change: (inout TaskAnswers) -> Void) throws -> [String] {
    var b = task(shift: 1)
    change(&b)
    return try problems(ModelResults(task()), ModelResults(b))
  }

  @Test("Another version of the task is refused; 1 and 1.0 are one version")
  func version() throws {
    #expect(
      try problems { $0.version = 2.0 } == [
        "task: A was scored with version 1.0 of the task, B with 2.0. Score both with one version."
      ])
    #expect(try problems { $0.version = nil }.count == 1)
    #expect(try first(problems { $0.version = "1.0-\u{1B}[2J" }).contains("1.0-\\u{1b}[2J"))
    for same in [1, "1", "1.0"] as [JSONValue] {
      var b = task(shift: 1)
      b.version = same
      _ = try ModelComparison.compare(
        reference: ModelResults(task()).scored(), candidate: ModelResults(b).scored())
    }
  }

  @Test("Another number of examples per prompt is refused")
  func shots() throws {
    #expect(
      try problems { $0.shots = 5 } == [
        "task: A was scored with 0 examples per prompt, B with 5."
      ])
  }

  @Test("Other prompts, targets and documents are refused, with the first that differs")
  func documents() throws {
    func problem(_ key: String) throws -> [String] {
      try problems {
        $0.change = { document, line in
          if document >= 2 { line[key] = "another" }
        }
      }
    }
    #expect(
      try problem("prompt_hash") == [
        "task: the prompts of document 2 differ: other templates, examples or descriptions."
      ])
    #expect(try problem("target_hash") == ["task: the targets of document 2 differ."])
    #expect(
      try problem("doc_hash") == [
        "task: document 2 is not the same in both. The data differ, or their order."
      ])
  }

  @Test("Samples without hashes, as of old versions, are told apart by their documents")
  func withoutHashes() throws {
    func old(_ text: String, shift: Double) -> TaskAnswers {
      var task = task(shift: shift)
      task.change = { document, line in
        for key in ["doc_hash", "prompt_hash", "target_hash"] { line[key] = nil }
        if document == 3 { line["doc"] = ["text": .string(text)] }
      }
      return task
    }
    let record = try ModelComparison.compare(
      reference: ModelResults(old("x", shift: 0)).scored(),
      candidate: ModelResults(old("x", shift: 1)).scored())
    #expect(record.rows.count == 1)
    #expect(
      try problems(ModelResults(old("x", shift: 0)), ModelResults(old("y", shift: 0))) == [
        "task: document 3 is not the same in both. The data differ, or their order."
      ])
  }

  @Test("Another --limit is refused, whichever side has fewer documents")
  func limit() throws {
    let (few, all) = (ModelResults(TaskAnswers("task", "acc", [1, 0])), ModelResults(task()))
    let text =
      " lacks 4 of the other's documents (the first is document 2). Score both with the same "
      + "--limit."
    #expect(try problems(few, all) == ["task: A" + text])
    #expect(try problems(all, few) == ["task: B" + text])
  }

  @Test("Results without samples are refused with what to do about it")
  func withoutSamples() throws {
    let found = try problems { $0.hasSamples = false }
    #expect(try found.count == 1 && first(found).contains("has no samples file of it"))
    #expect(try first(found).contains("--log-samples (lm-eval: --log_samples)"))
  }

  @Test("Samples that are not those of the results file are refused, for every kind of metric")
  func otherSamples() throws {
    for total in [0.75, .nan] {
      let found = try problems { $0.metrics[0].total = total }
      #expect(try first(found).contains("the results file says \(total)"))
    }
    // Documents that are no numbers give no number.
    let found = try problems {
      $0.metrics[0].values[0] = .null
      $0.metrics[0].total = 0.5
    }
    #expect(found.count == 1)
    let pairs = (0..<6).map { [.double(-5), .integer($0 + 1)] as JSONValue }
    let words = TaskAnswers("task", "word_perplexity", values: pairs, total: 3)
    #expect(try problems(ModelResults(words), ModelResults(words)).count == 2)
    let classes = TaskAnswers("task", "f1", values: [[1, 1], [0, 1]], total: 0.5)
    #expect(try problems(ModelResults(classes), ModelResults(classes)).count == 2)
  }

  @Test("Other data files are refused by those digests that differ")
  func dataFiles() throws {
    func model(_ digests: [String]) -> ModelResults {
      var model = ModelResults(task())
      let files = digests.map { ["path": "data.jsonl", "sha256": .string($0)] as JSONValue }
      model.others = [
        ("cpteval", ["version": 1, "tasks": [["name": "task", "data_files": .array(files)]]])
      ]
      return model
    }
    let same = String(repeating: "0", count: 64)
    #expect(
      try problems(model([same, "aaaaaaaaaaaaaaaa"]), model(["\u{1B}bbbbbbbbbbbbbb", same])) == [
        "task: the data files differ (SHA-256 aaaaaaaaaaaa… and \\u{1b}bbbbbbbbbbb…). Score both on "
          + "the same files."
      ])
    // What one side does not tell is no difference.
    _ = try ModelComparison.compare(
      reference: model([same]).scored(), candidate: model([]).scored())
  }

  @Test("Other filters are refused")
  func filters() throws {
    #expect(
      try first(problems { $0.metrics[0].filter = "strict" })
        == "task: A's answers are of the filter none, B's of strict.")
  }

  @Test("Tasks that not both have are refused by name, each of them")
  func unknownTasks() throws {
    var options = ComparisonOptions()
    options.tasks = ["nothing", "task", "\u{1B}"]
    #expect(
      try problems(ModelResults(task()), ModelResults(task()), options: options) == [
        "nothing: not both have results of it.", "\\u{1b}: not both have results of it.",
      ])
  }

  @Test("All reasons come at once, of every task and of losses")
  func atOnce() throws {
    var (a, b) = (
      ModelResults(task("one"), task("two"), task("three")),
      ModelResults(task("one"), task("two"), task("three"))
    )
    b.tasks[0].version = 2.0
    b.tasks[0].shots = 3
    b.tasks[0].change = { _, line in line["prompt_hash"] = "another" }
    b.tasks[1].hasSamples = false
    a.validation = validation([lossSet("set", [1, 2])])
    b.validation = validation([lossSet("set", [1, 2], digest: "another")])
    let found = try problems(a, b)
    #expect(found.count == 5)
    for (problem, start) in zip(
      found,
      [
        "one: A was scored with version", "one: A was scored with 0 examples", "one: the prompts",
        "two: ", "The validation losses on set",
      ])
    { #expect(problem.hasPrefix(start), "\(problem)") }
    let (x, y) = (try a.scored(), try b.scored())
    let error = #expect(throws: ComparisonError.self) {
      try ModelComparison.items(reference: x, candidate: y)
    }
    #expect(error?.problems.count == 4)
  }

  @Test("A subset of tasks is compared though others could not be")
  func subset() throws {
    var b = ModelResults(task("one"), task("two"))
    b.tasks[0].version = 2.0
    var options = ComparisonOptions()
    options.tasks = ["two"]
    let record = try ModelComparison.compare(
      reference: ModelResults(task("one"), task("two")).scored(), candidate: b.scored(),
      options: options)
    #expect(record.rows.map(\.name) == ["two"] && record.notes.isEmpty)
  }
}
