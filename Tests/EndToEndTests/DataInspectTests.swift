import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval data inspect")
struct DataInspectTests {
  private let folder: URL
  private let neox = Locations.fixtures.appendingPathComponent("checkpoints/tiny-neox").path
  private let other =
    Locations.fixtures.appendingPathComponent("checkpoints/tiny-neox-sequential").path

  init() throws {
    folder = try Locations.makeTemporaryFolder()
    // Two documents of a task stand in the corpus, one of them wrapped and in capitals.
    let rows = try String(
      contentsOf: Locations.repository.appendingPathComponent("tasks/mini/hellaswag_mini.jsonl"),
      encoding: .utf8
    ).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    func text(_ row: JSONValue) throws -> String {
      let context = try #require(row["ctx"]?.stringValue)
      let label = try #require(row["label"]?.stringValue.flatMap { Int($0) })
      return context + " " + (try #require(row["endings"]?.arrayValue?[label].stringValue))
    }
    try write("Of no interest.\n\(try text(rows[5]).uppercased())\n", to: "a.txt")
    let record = JSONObject([.init(name: "text", value: .string("So: " + (try text(rows[9]))))])
    try write("{\"text\": \"none\"}\n\(JSONValue.object(record).serialized())\n", to: "b.jsonl")
  }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  private func run(_ arguments: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(arguments, in: folder)
  }

  @Test("Items are listed with file and line; run and compare show scores with and without them")
  func inspects() throws {
    let found = try run(
      "data", "inspect", "a.txt", "b.jsonl", "--against", "hellaswag_mini,arc_mini", "--output",
      "list.jsonl")
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.output.contains("3 documents"))
    #expect(found.output.contains("hellaswag_mini 5: a.txt, line 2, byte "))
    #expect(found.output.contains("hellaswag_mini 9: b.jsonl, line 2, byte 4, "))
    let again = try run(
      "data", "inspect", "a.txt", "b.jsonl", "--against", "hellaswag_mini,arc_mini", "--output",
      "again.jsonl", "--threads", "1")
    #expect(again.output == found.output)
    for (name, checkpoint) in [("a", neox), ("b", other)] {
      let scored = try run(
        "run", "--checkpoint", checkpoint, "--tasks", "hellaswag_mini,arc_mini", "--contaminated",
        "list.jsonl", "--output-path", name, "--log-samples")
      #expect(scored.status == 0, "\(scored.errors)")
      #expect(scored.output.contains("\n  without 2 contaminated      1.0      0  62  acc "))
      #expect(!scored.output.contains("arc_mini  without"))
    }
    let compared = try run(
      "compare", "a/tiny-neox", "b/tiny-neox-sequential", "--contaminated", "list.jsonl")
    #expect(compared.output.contains("hellaswag_mini, without 2 contaminated  acc "))
  }

  @Test("Indexed data sets are searched by the text that their ids stand for")
  func inspectsIndexed() throws {
    let prepared = try run(
      "data", "prepare", "b.jsonl", "--minimum-length", "0", "--tokenizer", neox, "--output", "ids")
    #expect(prepared.status == 0, "\(prepared.errors)")
    let found = try run(
      "data", "inspect", "a.txt", "ids.idx", "--against", "hellaswag_mini", "--tokenizer", neox,
      "--output", "list.jsonl")
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.output.contains("3 documents"))
    #expect(found.output.contains("hellaswag_mini 5: a.txt, line 2, byte "))
    #expect(found.output.contains("hellaswag_mini 9: ids.idx, document 1, byte 4 of its text"))
    let list = try String(
      contentsOf: folder.appendingPathComponent("list.jsonl"), encoding: .utf8)
    #expect(list.contains("\"file\": \"ids.idx\", \"document\": 1, \"offset\": 4"), "\(list)")
  }

  @Test("A list of other documents, or none at all, is refused before anything is scored")
  func refusesLists() throws {
    try write("{\"task\": \"arc_mini\", \"doc_id\": 3, \"doc_hash\": \"00\"}\n", to: "l.jsonl")
    try write("{\"task\": \"arc_mini\"}\n", to: "m.jsonl")
    for (list, words) in [
      ("l.jsonl", "arc_mini: document 3 is not the one"), ("m.jsonl", "line 1: the field"),
      ("none.jsonl", "no such file"),
    ] {
      let outcome = try run(
        "run", "--checkpoint", neox, "--tasks", "arc_mini", "--contaminated", list)
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
  }

  @Test("Without tasks an indexed data set is shown: in numbers, a document's ids, or its text")
  func showsIndexed() throws {
    let index = Locations.fixtures.appendingPathComponent("indexed/megatron-uint16.idx").path
    let counts = try run("data", "inspect", index)
    #expect(counts.status == 0, "\(counts.errors)")
    #expect(counts.output.contains("sequences") && counts.output.contains("11"))
    let ids = try run("data", "inspect", index, "--document", "2")
    #expect(ids.output == "9 2 6 5 3 5\n")
    let text = try run("data", "inspect", index, "--document", "0", "--tokenizer", neox)
    #expect(text.status == 0 && !text.output.isEmpty, "\(text.errors)")
    let beyond = try run("data", "inspect", index, "--document", "3")
    #expect(beyond.status == 2 && beyond.errors.contains("has 3 documents"), "\(beyond.errors)")
  }

  @Test("What cannot be inspected is said with the way out")
  func refuses() throws {
    for (arguments, words) in [
      (["a.txt", "--against", "nothing_like_it"], "nothing_like_it"),
      (["none.txt", "--against", "arc_mini"], "no such file"),
      (["a.txt", "--against", "arc_mini", "--words", "0"], "--words must be"),
      (["a.txt", "--against", "arc_mini", "--document", "0"], "--against searches all"),
      (["c.idx", "--against", "arc_mini"], "c.idx holds ids: name the tokenizer"),
      (["a.txt"], "a.txt holds texts: name the tasks"),
      (["c.idx", "--words", "8"], "--words is for the search in texts"),
      (["c.idx", "d.idx"], "one indexed data set at a time"),
      (["c.idx", "--tokenizer", "t"], "say which with --document"),
      (["c.idx", "--document", "-1"], "c.idx"),
      (["c.idx", "--against", " , "], "names no task"),
    ] {
      let outcome = try BuiltBinary.run(["data", "inspect"] + arguments, in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    }
  }
}
