import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Tokenization

@Suite("Training a tokenizer")
struct TrainingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let pattern: TrainingPattern
    let options: BytePairTrainer.Options
    var testDescription: String { pattern.rawValue }
  }

  /// As in Fixtures/tokenizer-training/generate.py.
  private static let cases = [
    Case(
      pattern: .gpt2,
      options: .init(
        vocabularySize: 600, minimumFrequency: 2, specialTokens: ["<|endoftext|>"])),
    Case(
      pattern: .gptNeoX,
      options: .init(
        vocabularySize: 500, minimumFrequency: 3,
        specialTokens: ["<|endoftext|>", "<|padding|>"])),
    Case(
      pattern: .llama3,
      options: .init(
        vocabularySize: 700, minimumFrequency: 2, specialTokens: ["ab", "<|end|>", "e", "ä b"])),
    Case(
      pattern: .qwen2,
      options: .init(
        vocabularySize: 100_000, minimumFrequency: 4, specialTokens: ["<|endoftext|>"])),
  ]

  private static let folder = Locations.fixtures.appendingPathComponent("tokenizer-training")

  private static func texts() throws -> [String] {
    let lines = try String(
      contentsOf: folder.appendingPathComponent("texts.jsonl"), encoding: .utf8)
    return try lines.utf8.split(separator: 0x0A).map {
      try #require(try JSONValue(parsing: Array($0))["text"]?.stringValue)
    }
  }

  private func words(of texts: [String], _ pattern: TrainingPattern = .gpt2) -> WordCounter {
    var counter = WordCounter(pattern: pattern)
    for text in texts { counter.add(text) }
    return counter
  }

  @Test("The file is that of Hugging Face's trainer, byte for byte", arguments: cases)
  func agreesWithReference(_ example: Case) throws {
    let trained = try BytePairTrainer(example.options)
      .train(on: words(of: Self.texts(), example.pattern))
    let reference = try Data(
      contentsOf: Self.folder.appendingPathComponent("\(example.pattern.rawValue)/tokenizer.json"))
    #expect(Data(trained.tokenizerJSON.utf8) == reference)
  }

  @Test("What was trained encodes and gives every text back", arguments: cases)
  func roundTrips(_ example: Case) throws {
    let texts = try Self.texts()
    let trained = try BytePairTrainer(example.options).train(on: words(of: texts, example.pattern))
    try withFolder([
      "tokenizer.json": trained.tokenizerJSON, "tokenizer_config.json": trained.configurationJSON,
    ]) { folder in
      let tokenizer = try Tokenizer(directory: folder)
      #expect(tokenizer.vocabularySize == trained.vocabularySize)
      #expect(tokenizer.specialTokens.eos?.text == example.options.specialTokens[0])
      #expect(tokenizer.specialTokens.eos?.id == 0)
      for text in texts where example.pattern.normalizationForm == nil {
        let ids = try tokenizer.encode(text, addSpecialTokens: true)
        #expect(try tokenizer.decode(ids, skipSpecialTokens: false).hasSameBytes(as: text))
      }
    }
  }

  @Test("Neither the order of the texts nor their division among counters matters")
  func isIndependentOfOrder() throws {
    let texts = try Self.texts()
    let trainer = try BytePairTrainer(Self.cases[0].options)
    let expected = try trainer.train(on: words(of: texts)).tokenizerJSON
    #expect(try trainer.train(on: words(of: texts.reversed())).tokenizerJSON == expected)
    var sum = words(of: texts.indices.filter { $0 % 3 == 0 }.map { texts[$0] })
    sum.add(words(of: texts.indices.filter { $0 % 3 != 0 }.map { texts[$0] }))
    #expect(sum.textBytes == texts.reduce(0) { $0 + $1.utf8.count })
    #expect(try trainer.train(on: sum).tokenizerJSON == expected)
  }

  @Test("Of equally frequent pairs the one with the lower ids comes first")
  func breaksTies() throws {
    let trainer = try BytePairTrainer(
      .init(vocabularySize: 258, minimumFrequency: 1, specialTokens: []))
    let trained = try trainer.train(on: words(of: ["zy yx xw"]))
    // ` y` and ` x` begin with a blank, which comes after the letters in the alphabet.
    #expect(
      trained.vocabulary.texts[256...].map { String(decoding: $0, as: UTF8.self) }
        == ["xw", "yx"])
  }

  @Test("A pair below the minimum frequency is not merged, and the vocabulary stays smaller")
  func heedsFrequency() throws {
    let text = "ab ab ab cd cd"
    for (minimum, count) in [(4, 0), (3, 1), (2, 4)] {
      let trainer = try BytePairTrainer(
        .init(vocabularySize: 1000, minimumFrequency: minimum, specialTokens: []))
      #expect(try trainer.train(on: words(of: [text])).mergeCount == count)
    }
  }

  @Test("No text at all gives the bytes and the special tokens")
  func trainsOnNothing() throws {
    let trainer = try BytePairTrainer(.init(vocabularySize: 300))
    let trained = try trainer.train(on: words(of: [""]))
    #expect(trained.vocabularySize == 257 && trained.mergeCount == 0)
  }

  @Test("Words of a megabyte are counted in parts and take no time", .timeLimit(.minutes(1)))
  func cutsLongWords() throws {
    let counter = words(of: [String(repeating: "a", count: 1 << 20)])
    #expect(counter.distinctWordCount == 1)
    var state: UInt64 = 1
    let letters = (0..<1 << 20).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1
      return UInt8(ascii: "a") + UInt8(state >> 59) % 26
    }
    var random = words(of: [String(decoding: letters, as: UTF8.self)])
    #expect(random.distinctWordCount == letters.count / WordCounter.maximumWordLength)
    random.add(counter)
    #expect(try BytePairTrainer(.init(vocabularySize: 2000)).train(on: random).mergeCount == 1743)
  }

  @Test("Options that cannot be met are refused with the way out")
  func refusesOptions() throws {
    func problem(_ size: Int, _ special: [String]) throws -> String {
      try #require(throws: TokenizerTrainingError.self) {
        try BytePairTrainer(.init(vocabularySize: size, specialTokens: special))
      }.description
    }
    #expect(try problem(257, ["a", "b"]).contains("Ask for 258 to 16777216."))
    #expect(try problem(-1, []).contains("Ask for 256 to"))
    #expect(try problem(1 << 40, []).contains("Ask for 256 to"))
    #expect(try problem(300, ["a", ""]).contains("is empty"))
    #expect(try problem(300, ["a", "b", "a"]).contains("\"a\" is named twice"))
    #expect(try problem(300, [String(repeating: "x", count: 2000)]).contains("At most 1024"))
    // Equal only canonically: two tokens.
    _ = try BytePairTrainer(.init(vocabularySize: 300, specialTokens: ["\u{E4}", "a\u{308}"]))
  }

  @Test("Training stops when asked to")
  func stops() throws {
    let trainer = try BytePairTrainer(.init(vocabularySize: 500))
    var asked = 0
    #expect(throws: TokenizerTrainingError.cancelled) {
      try trainer.train(
        on: words(of: Self.texts()),
        isCancelled: {
          asked += 1
          return asked > 10
        })
    }
    #expect(asked == 11)
  }
}
