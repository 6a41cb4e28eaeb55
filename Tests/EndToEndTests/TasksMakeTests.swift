import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval tasks make")
struct TasksMakeTests {
  private let folder: URL
  private let llama = Locations.fixtures.appendingPathComponent("checkpoints/tiny-llama").path

  init() throws {
    folder = try Locations.makeTemporaryFolder()
    // Sentences that differ in every word but the first.
    let words = ["lake", "stone", "river", "garden", "window", "letter", "market", "winter"]
    let letters = Array("abcdefghijklmnopqrst").map(String.init)
    var lines = ""
    for document in 0..<12 {
      let sentences = (0..<10).map { sentence in
        let picked = (0..<7).map {
          words[(sentence * 3 + $0 * document) % 8] + letters[sentence + $0]
        }
        return "Then \(picked.joined(separator: " ")) of place\(letters[document])."
      }
      lines += "{\"text\": \"\(sentences.joined(separator: " "))\"}\n"
    }
    try Data(lines.utf8).write(to: folder.appendingPathComponent("a.jsonl"))
  }

  private func make(_ arguments: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["tasks", "make"] + arguments, in: folder)
  }

  @Test("What was made is understood, scored at once, and made again byte by byte")
  func makesTask() throws {
    let made = try make("a.jsonl", "--name", "mine", "--output", "one", "--threads", "1")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("one/mine.yaml: "))
    #expect(made.output.contains("a unigram model"))
    #expect(try make("a.jsonl", "--name", "mine", "--output", "two", "--threads", "2").status == 0)
    for name in ["mine.yaml", "mine.jsonl", "mine.report.json"] {
      let files = try ["one", "two"].map {
        try Data(contentsOf: folder.appendingPathComponent("\($0)/\(name)"))
      }
      #expect(files[0] == files[1] && !files[0].isEmpty)
    }
    let report = try Fixture.json(at: folder.appendingPathComponent("one/mine.report.json"))
    #expect(report["baselines"]?.arrayValue?.count == 6)
    let check = try BuiltBinary.run(
      ["tasks", "check", "one/mine.yaml", "--data-path", "."], in: folder)
    #expect(check.status == 0 && check.output.contains("can be asked"))
    let run = try BuiltBinary.run(
      ["run", "--checkpoint", llama, "--include-path", "one", "--tasks", "mine"], in: folder)
    #expect(run.status == 0 && run.output.contains("acc_norm"))
  }

  @Test("What cannot be done is said with the way out")
  func refuses() throws {
    for (arguments, words) in [
      (["a.jsonl", "--name", "../x", "--output", "o"], "--name must be of letters"),
      (["a.jsonl", "--name", "x", "--output", "o", "--choices", "1"], "--choices must be"),
      (["none.jsonl", "--name", "x", "--output", "o"], "none.jsonl: no such file"),
    ] {
      let outcome = try BuiltBinary.run(["tasks", "make"] + arguments, in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    }
    try Data("{\"text\": \"Too short.\"}\n".utf8)
      .write(to: folder.appendingPathComponent("b.jsonl"))
    let outcome = try make("b.jsonl", "--name", "x", "--output", "o")
    #expect(outcome.status == 1 && outcome.errors.contains("Give more text"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/o").isEmpty)
  }
}
