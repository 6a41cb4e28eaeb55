import Foundation
import TestSupport
import Testing

@testable import Corpus

@Suite("Cleaning texts")
struct CleaningTests {
  private func cleaned(_ text: String) -> String {
    var changes = TextCleaner.Changes()
    return String(decoding: TextCleaner.clean(Array(text.utf8), changes: &changes), as: UTF8.self)
  }

  @Test(
    "Line ends, control characters, blanks at line ends and blank lines become uniform",
    arguments: [
      ("a\r\nb\rc\u{B}d\u{C}e\u{85}f\u{2028}g\u{2029}h", "a\nb\nc\nd\ne\nf\ng\nh"),
      ("\u{0}a\u{1}\u{7F}\u{9F}b\tc\u{FEFF}\u{FFFE}\u{FFFF}", "ab\tc"),
      ("Fich\u{AD}ten\u{200B}wäl\u{2060}der", "Fichtenwälder"),
      ("a \t\u{A0}\u{3000}\n  b  \n\n\n\nc\n\n", "a\n  b\n\nc"), ("\n\n a", " a"), ("", ""),
      (" \n \u{1} \n", ""), ("a\u{200D}b\u{200C}c\u{200F}", "a\u{200D}b\u{200C}c\u{200F}"),
      ("©®ÂÃ ﬁ…€‚“", "©®ÂÃ ﬁ…€‚“"), ("\r\n\r\n\r\na\r\n\r\n\r\nb", "a\n\nb"),
    ])
  func cleans(_ text: String, _ expected: String) {
    #expect(Array(cleaned(text).utf8) == Array(expected.utf8))
  }

  @Test("Texts come out in NFC, and what was changed is counted")
  func normalizes() {
    var changes = TextCleaner.Changes()
    let bytes = TextCleaner.clean(Array("Wa\u{308}l\u{1}der \u{212B}".utf8), changes: &changes)
    #expect(bytes == Array("W\u{E4}lder \u{C5}".utf8))
    #expect(changes == TextCleaner.Changes(removedScalars: 1, isRenormalized: true))
    changes = TextCleaner.Changes()
    _ = TextCleaner.clean(bytes, changes: &changes)
    #expect(changes == TextCleaner.Changes())
  }

  @Test("Cleaning twice is cleaning once, and the result is valid UTF-8")
  func isIdempotent() {
    var mutator = Mutator(seed: 8)
    let pieces = [
      "a", "ä", "a\u{308}", " ", "\n", "\r\n", "\u{85}", "\u{0}", "\u{FEFF}", "😀", "\u{A0}",
    ]
    for _ in 0..<2000 {
      let text = (0..<mutator.below(20)).map { _ in pieces[mutator.below(pieces.count)] }.joined()
      let once = cleaned(text)
      #expect(Array(cleaned(once).utf8) == Array(once.utf8), "\(text.debugDescription)")
      #expect(String(validating: once.utf8, as: UTF8.self) != nil)
    }
  }

  private func paragraphs(_ text: String) -> [String] {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      Paragraphs(bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
    }
  }

  @Test("Blank lines part paragraphs; in a text without any every line is one")
  func findsParagraphs() {
    #expect(paragraphs("a\nb\n\nc\n\nd") == ["a\nb", "c", "d"])
    #expect(paragraphs("a\nb\nc") == ["a", "b", "c"])
    #expect(paragraphs("a") == ["a"] && paragraphs("") == [])
    #expect(paragraphs("a line of some length\nb\n\n") == ["a line of some length\nb"])
  }

  @Test("The set of hashes knows what it holds and stays below 16 bytes for each")
  func countsHashes() {
    var set = HashSet64()
    var generator = SystemRandomNumberGenerator()
    let hashes = (0..<200_000).map { _ in UInt64.random(in: 1 ... .max, using: &generator) }
    var added = 0
    for hash in hashes where set.insert(hash) { added += 1 }
    #expect(added == hashes.count)
    for hash in hashes.prefix(1000) where set.insert(hash) { added += 1 }
    #expect(added == hashes.count)
    #expect(set.count == hashes.count)
    #expect(set.byteCount <= 16 * hashes.count, "\(set.byteCount)")
    // The last place of a table, and the first.
    let outcomes = [UInt64.max, 1, .max, 1].map { set.insert($0) }
    #expect(outcomes == [true, true, false, false])
  }

  @Test("Every byte and the length count in a hash, and the key does")
  func hashes() {
    let hash = TextHash(key: [1, 2])
    func of(_ bytes: [UInt8], _ hash: TextHash) -> UInt64 { bytes.withUnsafeBytes { hash($0) } }
    var seen = Set<UInt64>()
    for length in 0..<70 {
      let bytes = [UInt8](repeating: 0, count: length)
      #expect(seen.insert(of(bytes, hash)).inserted)
      for place in 0..<length {
        var other = bytes
        other[place] = 1
        #expect(seen.insert(of(other, hash)).inserted)
      }
    }
    #expect(of([1, 2, 3], hash) != of([1, 2, 3], TextHash(key: [1, 3])))
    #expect(of([1, 2, 3], hash) != of([1, 2, 3], TextHash(key: [2, 2])))
  }
}
