import Foundation
import TestSupport
import Testing

@Suite("cpteval tasks")
struct TasksCommandTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  private func run(_ arguments: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["tasks"] + arguments, in: folder)
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  @Test("list shows task, family, language, metrics and version, then groups and tags")
  func lists() throws {
    let listed = try run("list")
    #expect(listed.status == 0 && listed.errors.isEmpty)
    let lines = listed.output.split(separator: "\n").map { line in
      line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    }
    #expect(
      lines.contains([
        "hellaswag_de", "hellaswag_multilingual", "de", "multiple_choice", "acc,", "acc_norm",
        "1.0",
      ]))
    #expect(lines.contains(["mmlu", "group", "57"]))
    #expect(lines.contains(["mini", "group", "6"]))
  }

  @Test("show renders a document of a task that the binary carries, from any folder")
  func shows() throws {
    let shown = try run("show", "arc_mini")
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(shown.output.contains("\"task\": \"arc_mini\""))
    #expect(shown.output.contains("tasks/mini/arc_mini.jsonl"))
    #expect(shown.output.contains("document 0 of 64"))
    #expect(shown.output.contains("| Question: "))
    #expect(shown.output.contains("⏎\n    | Answer:\n"))
    #expect(shown.output.contains(", right\n    | ·"))
  }

  @Test("show outlines a group, and lists what a pattern stands for")
  func outlines() throws {
    let group = try run("show", "mmlu")
    #expect(group.output.contains("mmlu  (mean of acc, by documents)\n  mmlu_stem"))
    let pattern = try run("show", "arc_*")
    #expect(pattern.output.hasPrefix("arc_challenge\narc_challenge_mt_de\narc_de\narc_easy\n"))
  }

  @Test("A name that nothing has is a wrong request with near names")
  func suggests() throws {
    let refused = try run("show", "hellswag")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("Did you mean hellaswag?"))
    let path = try run("list", "--include-path", "no-such-folder")
    #expect(path.status == 2)
    #expect(path.errors.contains("no-such-folder: no such folder."))
  }

  @Test("Data that lies nowhere is a wrong request that lists the paths")
  func listsPaths() throws {
    let missing = try run("show", "piqa", "--data-path", folder.path)
    #expect(missing.status == 2)
    #expect(missing.output.contains("\(folder.path)/piqa.jsonl"))
    #expect(missing.output.contains("\(folder.path)/baber/piqa/validation.jsonl"))
  }

  @Test("check lists every problem with key and line and ends with 1")
  func checks() throws {
    try write(
      """
      task: mine
      output_type: multiple_choice
      test_split: test
      doc_to_text: "{{ q "
      doc_to_target: gold
      doc_to_choice: [yes, no]
      doc_to_txt: q
      """, "mine.yaml")
    let wrong = try run("check", "mine.yaml")
    #expect(wrong.status == 1)
    #expect(wrong.output.contains("mine.yaml, line 7, key \"doc_to_txt\""))
    #expect(wrong.output.contains("line 4, key \"doc_to_text\": not a template"))
    #expect(wrong.output.contains("line 6, key \"doc_to_choice\""))
    #expect(try run("check", "none.yaml").status == 2)
  }

  @Test("check with data renders all rows and names the broken ones")
  func checksRows() throws {
    try write(
      """
      task: mine
      output_type: multiple_choice
      test_split: test
      doc_to_text: "{{q}}"
      doc_to_target: gold
      doc_to_choice: ["a", "b"]
      """, "mine.yaml")
    let understood = try run("check", "mine.yaml")
    #expect(understood.status == 0)
    #expect(understood.output.contains("--data-path"))
    try write("{\"q\": \"x\", \"gold\": 1}\n", "mine.jsonl")
    let good = try run("check", "mine.yaml", "--data-path", folder.path)
    #expect(good.status == 0)
    #expect(good.output.contains("all 1 documents can be asked."))
    try write("{\"q\": \"x\", \"gold\": 1}\n{\"gold\": 1}\n", "mine.jsonl")
    let bad = try run("check", "mine.yaml", "--data-path", folder.path)
    #expect(bad.status == 1)
    #expect(bad.errors.contains("mine.jsonl, line 2, field \"q\""))
  }

  @Test("Escape sequences in names and rows do not reach the terminal")
  func escapes() throws {
    try write(
      """
      task: "mine\\e[31m"
      output_type: multiple_choice
      dataset_path: json
      dataset_kwargs: {data_files: {test: rows.jsonl}}
      test_split: test
      doc_to_text: "{{q}}"
      doc_to_target: 0
      doc_to_choice: ["a\\e[0m", "b"]
      """, "mine.yaml")
    try write("{\"q\": \"\\u001b[2J\\u202e\"}\n", "rows.jsonl")
    for arguments in [
      ["list", "--include-path", folder.path], ["show", "mine.yaml"], ["check", "mine.yaml"],
    ] {
      let shown = try BuiltBinary.run(["tasks"] + arguments, in: folder)
      #expect(shown.status == 0, "\(shown.errors)")
      let all = shown.output + shown.errors
      #expect(!all.unicodeScalars.contains("\u{1B}") && !all.unicodeScalars.contains("\u{202E}"))
    }
  }
}
