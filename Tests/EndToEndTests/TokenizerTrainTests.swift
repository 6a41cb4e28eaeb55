import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval tokenizer train")
struct TokenizerTrainTests {
  private let folder: URL
  private let texts = Locations.fixtures.appendingPathComponent("tokenizer-training/texts.jsonl")

  init() throws { folder = try Locations.makeTemporaryFolder() }

  private func train(_ arguments: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["tokenizer", "train"] + arguments, in: folder)
  }

  private func contents(_ path: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(path))
  }

  @Test("A folder gets the reference's tokenizer.json, and a configuration; threads do not matter")
  func writesFolder() throws {
    let reference = try Data(
      contentsOf: Locations.fixtures.appendingPathComponent(
        "tokenizer-training/gpt2/tokenizer.json"))
    for threads in ["1", "2"] {
      let outcome = try train(
        "--vocabulary-size", "600", "--threads", threads, "--output", "t/\(threads)", texts.path)
      #expect(outcome.status == 0)
      #expect(outcome.output == "t/\(threads)/tokenizer.json: 600 tokens, 343 of them merges\n")
      #expect(try contents("t/\(threads)/tokenizer.json") == reference)
      let encoded = try BuiltBinary.run(
        ["tokenizer", "encode", "--tokenizer", "t/\(threads)", "--text", "a<|endoftext|>"],
        in: folder)
      #expect(encoded.output == "{\"ids\": [65, 0]}\n")
    }
  }

  @Test("A name that ends in .json gets that file alone")
  func writesFile() throws {
    let outcome = try train(
      "--vocabulary-size", "500", "--pattern", "gpt-neox", "--minimum-frequency", "3",
      "--special-token", "<|endoftext|>", "--special-token", "<|padding|>", "--output", "n.json",
      texts.path)
    #expect(outcome.status == 0)
    #expect(
      try contents("n.json")
        == Data(
          contentsOf: Locations.fixtures.appendingPathComponent(
            "tokenizer-training/gpt-neox/tokenizer.json")))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["n.json"])
  }

  @Test("What cannot be done is said with the way out, and nothing is written")
  func refuses() throws {
    func problem(_ arguments: [String], status: Int32 = 2) throws -> String {
      let outcome = try BuiltBinary.run(
        ["tokenizer", "train", "--output", "x.json"] + arguments, in: folder)
      #expect(outcome.status == status, "\(outcome.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      return outcome.errors
    }
    #expect(try problem(["--vocabulary-size", "9", texts.path]).contains("Ask for 257"))
    #expect(try problem(["--vocabulary-size", "999", "none.txt"]).contains("none.txt"))
    #expect(try problem(["--vocabulary-size", "999", "no*.txt"]).contains("no file matches"))
    #expect(
      try problem(["--vocabulary-size", "999", "--text-field", "x", texts.path], status: 1)
        .contains("line 1: no field \"x\""))
    #expect(
      try problem(["--vocabulary-size", "999", "--pattern", "x", texts.path]).contains("llama3"))
    #expect(
      try problem(["--vocabulary-size", "999", "--minimum-frequency", "0", texts.path])
        .contains("at least 1"))
  }
}
