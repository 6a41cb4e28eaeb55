import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("cpteval tokenizer")
struct TokenizerCommandTests {
  private let llama = Locations.fixtures.appendingPathComponent("checkpoints/tiny-llama").path

  private func run(_ arguments: [String], input: String = "") throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(["tokenizer"] + arguments, input: input)
  }

  private func lines(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  @Test("A text gives one line of ids, with and without the post-processor's tokens")
  func encodesText() throws {
    let reference = try Fixture.json("tokenizers/tiny-sentencepiece-bpe/reference.json")
    let cases = try #require(reference["cases"]?.arrayValue)
    for path in [llama, llama + "/tokenizer.json"] {
      for example in cases.prefix(8) {
        let text = try #require(example["text"]?.stringValue)
        let with = try run(["encode", "--tokenizer", path, "--text", text])
        #expect(with.status == 0 && with.errors.isEmpty)
        #expect(try lines(with.output).first?["ids"] == example["ids_with_special"])
        let without = try run([
          "encode", "--tokenizer", path, "--text", text, "--no-special-tokens",
        ])
        #expect(try lines(without.output).first?["ids"] == example["ids"])
      }
    }
  }

  @Test("Added tokens in the text are recognised either way")
  func recognisesAddedTokens() throws {
    for flags in [[], ["--no-special-tokens"]] {
      let outcome = try run(["encode", "--tokenizer", llama, "--text", "a</s>"] + flags)
      let ids = try #require(try lines(outcome.output).first?["ids"]?.arrayValue)
      #expect(ids.last == 2)
      #expect(ids.first == (flags.isEmpty ? 1 : 392))
    }
  }

  @Test("JSON Lines give one line per record, and decode is the inverse of encode")
  func encodesAndDecodesLines() throws {
    let texts = ["Guten Morgen", "  two  spaces ", "", "e\u{301} 😀\r\n", "</s>"]
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("texts.jsonl")
    let records = texts.map {
      JSONValue.object(JSONObject([.init(name: "text", value: .string($0))]))
    }
    try Data(records.map { $0.serialized() + "\n" }.joined().utf8).write(to: file)
    let encoded = try run([
      "encode", "--tokenizer", llama, "--jsonl", file.path, "--no-special-tokens",
    ])
    #expect(encoded.status == 0)
    #expect(try lines(encoded.output).count == texts.count)
    let piped = try run(["decode", "--tokenizer", llama], input: encoded.output)
    #expect(try lines(piped.output).map { $0["text"]?.stringValue ?? "?" } == texts)
    let ids = folder.appendingPathComponent("ids.jsonl")
    try Data(encoded.output.utf8).write(to: ids)
    let read = try run(["decode", "--tokenizer", llama, "--jsonl", ids.path])
    #expect(read.output == piped.output)
  }

  @Test("Ids on the command line are decoded, special ones left out on request")
  func decodesIDs() throws {
    let plain = try run(["decode", "--tokenizer", llama, "--ids", "1, 392 2"])
    #expect(try lines(plain.output).first?["text"] == "<s> a</s>")
    let skipped = try run([
      "decode", "--tokenizer", llama, "--ids", "1,392,2", "--skip-special-tokens",
    ])
    #expect(try lines(skipped.output).first?["text"] == "a")
  }

  @Test("Records that fail are named by line and field, keep their place and end with status 1")
  func namesFailedRecords() throws {
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("texts.jsonl")
    let content =
      "{\"text\": \"a\"}\n{\"txt\": \"a\"}\n\n{\"text\": 7}\n{\"text\": \"\\ud800\"}\n[1]\n"
    try Data(content.utf8).write(to: file)
    let outcome = try run(["encode", "--tokenizer", llama, "--jsonl", file.path])
    #expect(outcome.status == 1)
    for part in [
      "line 2: field \"text\" is missing", "line 4: field \"text\" is an integer", "line 5: ",
      "line 6: expected an object", "4 records failed",
    ] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
    let output = try lines(outcome.output)
    #expect(output.count == 5)
    #expect(output[0]["ids"] != nil)
    #expect(output.dropFirst().allSatisfy { $0["error"]?.stringValue != nil })

    let ids = try run(
      ["decode", "--tokenizer", llama],
      input: "{\"ids\": [1]}\n{\"ids\": [9999]}\n{\"ids\": [-1]}\n{}\n")
    #expect(ids.status == 1)
    for part in [
      "line 2: no token has the id 9999", "line 3: field \"ids\"", "line 4: field \"ids\"",
    ] {
      #expect(ids.errors.contains(part), "\(ids.errors)")
    }
  }

  @Test("A wrong request ends with status 2 and says how to mend it")
  func refusesWrongRequests() throws {
    for (arguments, word) in [
      (["encode", "--tokenizer", llama], "--text or --jsonl"),
      (["encode", "--tokenizer", llama, "--text", "a", "--jsonl", "b"], "--text or --jsonl"),
      (["encode", "--text", "a"], "--tokenizer"),
      (["encode", "--tokenizer", "/nowhere/tokenizer.json", "--text", "a"], "/nowhere"),
      (["encode", "--tokenizer", llama + "/config.json", "--text", "a"], "config.json"),
      (["encode", "--tokenizer", llama, "--jsonl", "/nowhere.jsonl"], "/nowhere.jsonl"),
      (["decode", "--tokenizer", llama, "--ids", "1 x"], "\"x\""),
      (["decode", "--tokenizer", llama, "--ids", "99999"], "99999"),
      (["decode", "--tokenizer", llama, "--ids", "1", "--jsonl", "b"], "not both"),
    ] {
      let outcome = try run(arguments)
      #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(word), "\(arguments): \(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test("Help shows every option with an example")
  func showsHelp() throws {
    for (command, options) in [
      ("encode", ["--tokenizer", "--text", "--jsonl", "--no-special-tokens"]),
      ("decode", ["--tokenizer", "--ids", "--jsonl", "--skip-special-tokens"]),
    ] {
      let outcome = try run([command, "--help"])
      #expect(outcome.status == 0)
      for option in options + ["Examples:"] { #expect(outcome.output.contains(option)) }
    }
  }
}
