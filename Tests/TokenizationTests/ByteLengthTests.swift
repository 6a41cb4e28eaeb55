import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Tokenization

@Suite("Bytes behind tokens")
struct ByteLengthTests {
  /// Real text, English and German, with code, tables and numbers.
  private static let texts: [String] = {
    let files = [
      "README.md", "CHANGELOG.md", "tasks/README.md", "tasks/mini/hellaswag_mini_de.jsonl",
      "tasks/mini/arc_mini.jsonl", "Sources/Tokenization/Tokenizer.swift",
    ]
    let texts = files.compactMap {
      try? String(contentsOf: Locations.repository.appendingPathComponent($0), encoding: .utf8)
    }
    return texts + texts.flatMap { $0.split(separator: "\n").map(String.init) }
      + ["日本語 👩‍👩‍👧 \u{0}\t x", " ", "▁"]
  }()

  private func sum(_ text: String, with tokenizer: Tokenizer) throws -> Int {
    try tokenizer.encode(text, addSpecialTokens: false)
      .reduce(0) { $0 + tokenizer.byteCount(of: $1) }
  }

  @Test(
    "Byte-level tokens sum to the text's bytes",
    arguments: ["tiny-neox", "tiny-neox-sequential", "tiny-gpt2"])
  func countsByteLevel(_ name: String) throws {
    let tokenizer = try Tokenizer(
      directory: Locations.fixtures.appendingPathComponent("checkpoints/\(name)"))
    #expect(Self.texts.count > 100)
    for text in Self.texts {
      // NFC comes first; these texts are in it but for this one character.
      #expect(try sum(text, with: tokenizer) == text.utf8.count, "\(text.prefix(60))")
    }
    let endOfText = try #require(tokenizer.id(of: "<|endoftext|>"))
    #expect(tokenizer.byteCount(of: endOfText) == 0)
    #expect(tokenizer.byteCount(of: -1) == 0 && tokenizer.byteCount(of: 1 << 20) == 0)
    let lengths = tokenizer.byteLengths()
    #expect(lengths.count == tokenizer.vocabularySize)
    for id in 0..<Int32(tokenizer.vocabularySize) {
      #expect(Int(lengths[Int(id)]) == tokenizer.byteCount(of: id))
    }
  }

  @Test("SentencePiece's tokens sum to the text's bytes and one for the space put in front")
  func countsSentencePiece() throws {
    let tokenizer = try Tokenizer(
      directory: Locations.fixtures.appendingPathComponent("checkpoints/tiny-llama"))
    for text in Self.texts where !text.contains("▁") {
      #expect(try sum(text, with: tokenizer) == text.utf8.count + 1, "\(text.prefix(60))")
    }
    // The mark itself cannot be told from a space.
    #expect(try sum("▁", with: tokenizer) == 2)
    for (token, count) in [("<s>", 0), ("</s>", 0), ("<unk>", 0), ("<0x0A>", 1), ("▁", 1)] {
      #expect(tokenizer.byteCount(of: try #require(tokenizer.id(of: token))) == count)
    }
  }

  @Test("Added tokens that are not special count their text, byte by byte")
  func countsAddedTokens() throws {
    var made = MadeTokenizer()
    made.members = [
      (
        "decoder",
        ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true]
      )
    ]
    // In the byte alphabet é would be the one byte E9.
    made.addedTokens = [MadeTokenizer.added("éx"), MadeTokenizer.added("<e>", id: 4, "special")]
    let tokenizer = try made.load()
    #expect(tokenizer.byteLengths() == [1, 1, 2, 3, 0])
  }

  @Test("Suffixes and prefixes that stand for spaces count as them")
  func countsWordMarks() throws {
    var suffixes = MadeTokenizer()
    suffixes.vocabulary = [("a</w>", 0), ("b", 1), ("ba</w>", 2)]
    suffixes.merges = []
    suffixes.members = [("decoder", ["type": "BPEDecoder", "suffix": "</w>"])]
    #expect(try suffixes.load().byteLengths() == [2, 1, 3])
    var prefixes = MadeTokenizer()
    prefixes.vocabulary = [("a", 0), ("##b", 1), ("ab", 2)]
    prefixes.merges = []
    prefixes.members = [("decoder", ["type": "WordPiece", "prefix": "##", "cleanup": false])]
    #expect(try prefixes.load().byteLengths() == [2, 1, 3])
  }
}
