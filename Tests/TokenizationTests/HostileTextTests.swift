import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Tokenization

@Suite("Hostile texts")
struct HostileTextTests {
  private func shipped(_ name: String) throws -> Tokenizer {
    try Tokenizer(
      file: Locations.fixtures.appendingPathComponent("tokenizers/\(name)/tokenizer.json"))
  }

  @Test(
    "Bytes that are not UTF-8 are an error with the number of sound ones, and add no ids",
    arguments: [
      ([0xFF], 0), ([0x61, 0xC3], 1), ([0x61, 0x62, 0xED, 0xA0, 0x80], 2), ([0xC0, 0x80], 0),
      ([0xF4, 0x90, 0x80, 0x80], 0), ([0x80], 0), ([0xE2, 0x82], 0),
    ] as [([UInt8], Int)])
  func refusesInvalidUTF8(_ bytes: [UInt8], _ offset: Int) throws {
    let tokenizer = try MadeTokenizer().load()
    var ids: [Int32] = [42]
    let error = #expect(throws: TokenizerError.self) {
      try bytes.withUnsafeBufferPointer {
        try tokenizer.encode(utf8: $0, addSpecialTokens: true, into: &ids)
      }
    }
    #expect(error == .invalidUTF8(offset: offset))
    #expect(ids == [42])
  }

  @Test("Ids are appended to what the caller has, also for an empty buffer")
  func appendsIDs() throws {
    let tokenizer = try MadeTokenizer().load()
    var ids: [Int32] = [42]
    try [UInt8]("abb".utf8).withUnsafeBufferPointer {
      try tokenizer.encode(utf8: $0, addSpecialTokens: false, into: &ids)
    }
    try tokenizer.encode(
      utf8: UnsafeBufferPointer(start: nil, count: 0), addSpecialTokens: false, into: &ids)
    #expect(ids == [42, 2, 1])
  }

  @Test("A scalar without a token needs an unknown token that exists")
  func namesMissingUnknownTokens() throws {
    var made = MadeTokenizer()
    // Without an unknown token it leaves nothing, not even a gap.
    #expect(try made.load().encode("axb", addSpecialTokens: false) == [2])
    made.model = [("unk_token", "<unk>")]
    let tokenizer = try made.load()
    #expect(try tokenizer.encode("ab", addSpecialTokens: false) == [2])
    let error = #expect(throws: TokenizerError.self) {
      try tokenizer.encode("a😀b", addSpecialTokens: false)
    }
    #expect(error?.description.contains("1F600") ?? false, "\(error.debugDescription)")
    #expect(error?.description.contains("<unk>") ?? false, "\(error.debugDescription)")
  }

  @Test("A normalizer that makes a text grow without reason is stopped")
  func stopsGrowth() throws {
    let doubling: JSONValue = [
      "type": "Replace", "pattern": ["String": "a"], "content": "aaaaaaaaaaaaaaaa",
    ]
    var made = MadeTokenizer()
    made.members = [
      (
        "normalizer",
        ["type": "Sequence", "normalizers": .array(Array(repeating: doubling, count: 30))]
      )
    ]
    let tokenizer = try made.load()
    let error = #expect(throws: TokenizerError.self) {
      try tokenizer.encode("a", addSpecialTokens: false)
    }
    #expect(error?.description.contains("normalizer") ?? false)

    made.members = [
      ("normalizer", ["type": "Replace", "pattern": ["String": ""], "content": "b"])
    ]
    made.merges = []
    #expect(try made.load().encode("aa", addSpecialTokens: false) == [1, 0, 1, 0, 1])
  }

  @Test("The scalar that grows most under NFKD is within bounds")
  func letsUnicodeGrow() throws {
    var made = MadeTokenizer()
    made.vocabulary = [("\u{0645}", 0)]
    made.merges = []
    made.members = [("normalizer", ["type": "NFKD"])]
    let text = String(repeating: "\u{FDFA}", count: 100_000)
    // Its 18 scalars hold the letter meem once.
    #expect(try made.load().encode(text, addSpecialTokens: false).count == 100_000)
  }

  @Test(
    "Hundreds of kilobytes without a space is encoded in n log n, and comes back",
    arguments: ["tiny-bytelevel", "tiny-sentencepiece-bpe", "gpt2-prefix-space"])
  func encodesLongWords(_ name: String) throws {
    let reference = try #require(ReferenceEncodings.shipped.first { $0.name == name })
    let tokenizer = try Tokenizer(file: reference.tokenizer)
    var random = SplitMix(state: 1)
    let letters = Array("abcdefghijklmnopqrstuvwxyzäöü")
    for text in [
      String(repeating: "a", count: 300_000),
      String((0..<300_000).map { _ in letters[random.next(below: letters.count)] }),
      String(repeating: " ", count: 300_000), String(repeating: "\n", count: 300_000),
      "a" + String(repeating: "\u{301}\u{316}", count: 100_000),
    ] {
      let ids = try tokenizer.encode(text, addSpecialTokens: false)
      let decoded = try tokenizer.decode(ids, skipSpecialTokens: false)
      var composed: [UInt8] = []
      let changed = [UInt8](text.utf8).withUnsafeBufferPointer {
        NormalizationForm.nfc.normalize($0, into: &composed)
      }
      let expected = [[UInt8](text.utf8), changed ? composed : [], [0x20] + text.utf8]
      #expect(
        expected.contains { decoded.utf8.elementsEqual($0) },
        "\(ids.count) ids, \(decoded.utf8.count) bytes")
    }
  }

  @Test("NUL, a byte order mark, separators and emoji sequences come back as they were")
  func bringsAwkwardTextsBack() throws {
    let tokenizer = try shipped("qwen2")
    for text in [
      "a\u{0}b\u{0}", "\u{FEFF}a", "a\u{2028}b\u{2029}c\u{85}d", "a\r\nb\r\n\r\nc", "👩‍👩‍👧‍👦👍🏽🇩🇪",
      "\u{202E}abc", "\u{200D}\u{FE0F}",
    ] {
      let ids = try tokenizer.encode(text, addSpecialTokens: false)
      let decoded = try tokenizer.decode(ids, skipSpecialTokens: false)
      #expect(decoded.utf8.elementsEqual(text.utf8), "\(text.debugDescription)")
    }
  }

  @Test("Ids without a token are left out of a text")
  func skipsUnknownIDs() throws {
    let tokenizer = try MadeTokenizer().load()
    #expect(try tokenizer.decode([0, -1, .max, 7, 1], skipSpecialTokens: false) == "a b")
  }
}
