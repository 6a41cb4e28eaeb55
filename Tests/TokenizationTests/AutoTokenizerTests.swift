import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Tokenization

@Suite("Agreement with transformers' AutoTokenizer")
struct AutoTokenizerTests {
  private static func reference() throws -> JSONValue {
    let file = Locations.fixtures.appendingPathComponent("autotokenizer/reference.json")
    return try Fixture.json(at: file)
  }

  /// Writes the folder of a case and loads it.
  private func load(_ example: JSONValue) throws -> Tokenizer {
    let checkpoint = try #require(example["checkpoint"]?.stringValue)
    let source = Locations.fixtures
      .appendingPathComponent("checkpoints/\(checkpoint)/tokenizer.json")
    var made = try Fixture.json(at: source)
    let more = example["added_tokens"]?.arrayValue ?? []
    if !more.isEmpty, case .object(var object) = made {
      object["added_tokens"] = .array((made["added_tokens"]?.arrayValue ?? []) + more)
      made = .object(object)
    }
    return try withFolder(["tokenizer.json": made.serialized()]) { folder in
      for member in try #require(example["files"]?.objectValue).members {
        try Data(member.value.serialized().utf8)
          .write(to: folder.appendingPathComponent(member.name))
      }
      return try Tokenizer(directory: folder)
    }
  }

  @Test("Ids, texts and roles of folders with all kinds of configuration are those of transformers")
  func agrees() throws {
    let reference = try Self.reference()
    let texts = try #require(reference["texts"]?.arrayValue).compactMap(\.stringValue)
    let cases = try #require(reference["cases"]?.arrayValue)
    #expect(cases.count > 100 && texts.count > 10)
    for example in cases {
      let label: Comment = "\(example["checkpoint"] ?? nil) \(example["files"]?.serialized() ?? "")"
      let tokenizer = try load(example)
      let roles = tokenizer.specialTokens
      #expect(roles.bos.map { Int($0.id) } == example["bos"]?.integerValue, label)
      #expect(roles.eos.map { Int($0.id) } == example["eos"]?.integerValue, label)
      #expect(roles.pad.map { Int($0.id) } == example["pad"]?.integerValue, label)
      #expect(roles.unk.map { Int($0.id) } == example["unk"]?.integerValue, label)
      #expect(
        tokenizer.modelMaximumLength == example["model_max_length"]?.integerValue, label)
      #expect(tokenizer.vocabularySize == example["vocabulary"]?.integerValue, label)
      for (index, text) in texts.enumerated() {
        let expected = try #require(example["ids"]?.arrayValue?[index].arrayValue)
          .compactMap(\.integerValue)
        let ids = try tokenizer.encode(text, addSpecialTokens: true)
        #expect(ids.map(Int.init) == expected, "\(text.debugDescription) \(label)")
        let decoded = try tokenizer.decode(ids, skipSpecialTokens: false)
        let expectedText = try #require(example["decoded"]?.arrayValue?[index].stringValue)
        #expect(decoded.hasSameBytes(as: expectedText), "\(text.debugDescription) \(label)")
      }
    }
  }

  @Test("The prefix token is the beginning of sequence, else the end of sequence")
  func findsThePrefixToken() throws {
    func prefix(_ configuration: String) throws -> Int32? {
      let checkpoint = Locations.fixtures.appendingPathComponent("checkpoints/tiny-neox")
      let file = try String(
        contentsOf: checkpoint.appendingPathComponent("tokenizer.json"), encoding: .utf8)
      return try withFolder([
        "tokenizer.json": file, "tokenizer_config.json": configuration,
        "config.json": #"{"model_type": "llama"}"#,
      ]) { try Tokenizer(directory: $0).prefixTokenID }
    }
    #expect(try prefix(#"{"bos_token": "<|padding|>", "eos_token": "<|endoftext|>"}"#) == 1)
    #expect(try prefix(#"{"bos_token": null, "eos_token": "<|endoftext|>"}"#) == 0)
    #expect(try prefix("{}") == nil)
  }

  @Test("Whether the post-processor adds a beginning of sequence is known")
  func knowsWhetherItAddsBOS() throws {
    func adds(_ name: String) throws -> Bool {
      try Tokenizer(
        directory: Locations.fixtures.appendingPathComponent("checkpoints/\(name)")
      ).addsBeginningOfSequence
    }
    #expect(try adds("tiny-llama"))
    #expect(try !adds("tiny-neox"))
  }

  @Test("A class that transformers has and this program does not is refused by name")
  func refusesOtherClasses() throws {
    let file = try String(
      contentsOf: Locations.fixtures
        .appendingPathComponent("checkpoints/tiny-neox/tokenizer.json"), encoding: .utf8)
    let error = try #require(throws: TokenizerError.self) {
      try withFolder([
        "tokenizer.json": file, "tokenizer_config.json": #"{"tokenizer_class": "BertTokenizer"}"#,
      ]) { try Tokenizer(directory: $0) }
    }
    #expect(error.description.contains("BertTokenizer"))
    #expect(error.description.contains("GPTNeoXTokenizer"))
  }

  @Test("A chat template is never looked at")
  func ignoresChatTemplates() throws {
    let file = try String(
      contentsOf: Locations.fixtures
        .appendingPathComponent("checkpoints/tiny-neox/tokenizer.json"), encoding: .utf8)
    let template = #"{"chat_template": "{% for x in range(10**12) %}{{ 1/0 }}{% endfor %}"}"#
    let ids = try withFolder(["tokenizer.json": file, "tokenizer_config.json": template]) {
      try Tokenizer(directory: $0).encode("Hello", addSpecialTokens: true)
    }
    #expect(!ids.isEmpty)
  }

  @Test(
    "A configuration of the wrong shape is an error with its place",
    arguments: [
      (#"{"bos_token": 5}"#, "bos_token"), (#"{"bos_token": {"lstrip": true}}"#, "content"),
      (#"{"added_tokens_decoder": {"x": {"content": "a"}}}"#, "added_tokens_decoder"),
      (#"{"model_max_length": -1}"#, "model_max_length"), ("[]", "object"), ("{", "line 1"),
      (#"{"add_prefix_space": "yes"}"#, "add_prefix_space"),
    ])
  func refusesMalformedConfigurations(_ configuration: String, _ word: String) throws {
    let file = try String(
      contentsOf: Locations.fixtures
        .appendingPathComponent("checkpoints/tiny-neox/tokenizer.json"), encoding: .utf8)
    let error = try #require(throws: TokenizerError.self) {
      try withFolder(["tokenizer.json": file, "tokenizer_config.json": configuration]) {
        try Tokenizer(directory: $0)
      }
    }
    #expect(error.description.contains(word), "\(error)")
    #expect(error.description.contains("tokenizer_config.json"), "\(error)")
  }
}

/// Runs a function with a temporary folder that holds some files.
func withFolder<Result>(
  _ files: [String: String], _ body: (URL) throws -> Result
) throws -> Result {
  let folder = try Locations.makeTemporaryFolder()
  defer { try? FileManager.default.removeItem(at: folder) }
  for (name, content) in files {
    try Data(content.utf8).write(to: folder.appendingPathComponent(name))
  }
  return try body(folder)
}
