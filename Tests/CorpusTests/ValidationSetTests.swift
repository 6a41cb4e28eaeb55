import Corpus
import Foundation
import TestSupport
import Testing
import Tokenization

@Suite("Validation sets and documents in samples")
struct ValidationSetTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("Whole samples are taken from the front, at least one and no more than there are")
  func takesSamples() throws {
    try scratch.write(
      "{\"text\": \"\(String(repeating: "some words ", count: 200))\"}", to: "a.jsonl")
    let source = try scratch.open(["a.jsonl"], length: 16)
    for (tokens, samples) in [
      (0, 1), (1, 1), (16, 1), (31, 1), (32, 2), (1 << 40, source.sampleCount),
    ] {
      let set = try ValidationSet(source, tokens: tokens)
      #expect(set.sampleCount == samples && set.tokenCount == samples * 16)
      #expect(set.byteCount == nil)
    }
    let digests = try [16, 32].map { try ValidationSet(source, tokens: $0).digest }
    #expect(Set(digests).count == 2)
  }

  @Test("The bytes behind the targets are those of their text")
  func countsBytes() throws {
    let text = String(repeating: "Die Wälder über uns, 12 Grad. ", count: 30)
    try scratch.write("{\"text\": \"\(text)\"}", to: "a.jsonl")
    let tokenizer = try Scratch.tokenizer()
    let source = try scratch.open(["a.jsonl"], length: 1)
    let set = try ValidationSet(
      source, tokens: 1 << 40, byteLengths: tokenizer.tokenizer.byteLengths())
    // All ids but the first are targets; the last one ends the document.
    let first = try tokenizer.tokenizer.decode([try source.sample(0)[0]], skipSpecialTokens: false)
    #expect(set.byteCount == text.utf8.count - first.utf8.count)
  }
}
