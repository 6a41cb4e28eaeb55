import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Tokenization

@Suite("Parts of the encoder")
struct EncodingPartsTests {
  @Test("Merging by search and by heap give the tokens of the plain rule")
  func mergersAgree() {
    var random = SplitMix(state: 11)
    for _ in 0..<300 {
      let alphabet = 2 + random.next(below: 5)
      let count = 1 + random.next(below: 60)
      var table = MergeTable(capacity: count)
      var rules: [[Int32]: (rank: Int, result: Int32)] = [:]
      for rank in 0..<count {
        let bound = alphabet + rank
        let left = Int32(random.next(below: bound))
        let right = Int32(random.next(below: bound))
        let result = Int32(alphabet + rank)
        table.set(left, right, to: MergeTable.Merge(rank: UInt32(rank), result: result))
        rules[[left, right]] = (rank, result)
      }
      for length in [0, 1, 2, 5, 40, 96, 97, 300, 800] {
        let symbols = (0..<length).map { _ in Int32(random.next(below: alphabet)) }
        // The plain rule: fuse the leftmost pair of lowest rank until there is none.
        var expected = symbols
        while let best = (0..<max(expected.count - 1, 0))
          .compactMap({ i in rules[[expected[i], expected[i + 1]]].map { ($0.rank, i, $0.result) } }
          )
          .min(by: { ($0.0, $0.1) < ($1.0, $1.1) })
        {
          expected.replaceSubrange(best.1...best.1 + 1, with: [best.2])
        }
        var merger = WordMerger()
        merger.symbols = symbols
        merger.merge(by: table)
        #expect(merger.symbols == expected, "\(length) symbols")
      }
    }
  }

  @Test("The cache knows exactly the pieces it was told, however they meet")
  func cacheRemembers() {
    let cache = WordCache()
    var random = SplitMix(state: 5)
    for round in 0..<60_000 {
      let length = 1 + random.next(below: 34)
      let piece = (0..<length).map { _ in UInt8(97 + random.next(below: 2)) }
      let isKnown = random.next(below: 2) == 0
      // Ids follow from the piece, so that a wrong hit shows.
      let hash = piece.reduce(Int32(7)) { ($0 &* 31 &+ Int32($1)) & 0xFFFFF }
      let ids = (0..<Int32(1 + length % 9)).map { hash + $0 }
      let output = TokenBuffer()
      let hit = piece.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.map { cache.append($0, length, to: output) } ?? false
      }
      if hit { #expect(Array(output.ids) == ids, "round \(round)") }
      if isKnown {
        piece.withUnsafeBufferPointer { bytes in
          ids.withUnsafeBufferPointer { ids in
            if let base = bytes.baseAddress { cache.remember(base, length, ids) }
          }
        }
        let again = TokenBuffer()
        let found = piece.withUnsafeBufferPointer { bytes in
          bytes.baseAddress.map { cache.append($0, length, to: again) } ?? false
        }
        #expect(found == (length <= 32 && ids.count <= 7))
      }
    }
  }

  @Test("The cache tells pieces apart that differ in a single byte, wherever it is")
  func cacheTellsBytesApart() {
    let cache = WordCache()
    for length in 1...32 {
      let piece = [UInt8](repeating: 97, count: length)
      piece.withUnsafeBufferPointer { bytes in
        [Int32](repeating: 1, count: 2).withUnsafeBufferPointer { ids in
          if let base = bytes.baseAddress { cache.remember(base, length, ids) }
        }
      }
      for position in 0..<length {
        var other = piece
        other[position] = 98
        let isKnown = other.withUnsafeBufferPointer { bytes in
          bytes.baseAddress.map { cache.append($0, length, to: TokenBuffer()) } ?? true
        }
        #expect(!isKnown, "byte \(position) of \(length)")
      }
    }
  }

  @Test("Added tokens are found leftmost and longest")
  func findsLongestTokens() {
    var random = SplitMix(state: 9)
    for _ in 0..<2000 {
      let texts = Set(
        (0..<1 + random.next(below: 8)).map { _ in
          (0..<1 + random.next(below: 4)).map { _ in UInt8(97 + random.next(below: 2)) }
        })
      let matcher = AddedTokenMatcher(
        texts.map {
          AddedTokenMatcher.Entry(
            bytes: $0, id: 0, token: AddedToken(content: ""), isIgnored: false)
        })
      let text = (0..<random.next(below: 12)).map { _ in UInt8(97 + random.next(below: 3)) }
      let start = random.next(below: text.count + 1)
      var expected: Range<Int>?
      for i in start..<max(text.count, start) where expected == nil {
        let best = texts.filter { text[i...].starts(with: $0) }.map(\.count).max()
        expected = best.map { i..<i + $0 }
      }
      let found = text.withUnsafeBufferPointer { matcher.firstMatch(in: $0, from: start)?.range }
      #expect(found == expected, "\(texts) in \(text) from \(start)")
    }
  }

  @Test("Maps keyed by bytes hold what was set last")
  func mapsHoldValues() {
    var random = SplitMix(state: 2)
    var map = ByteStringMap(capacity: 4)
    var expected: [[UInt8]: Int32] = [:]
    for value in Int32(0)..<5000 {
      let key = (0..<random.next(below: 12)).map { _ in UInt8(random.next(below: 3)) }
      let before = key.withUnsafeBufferPointer { map.set($0, to: value) }
      #expect(before == expected[key])
      expected[key] = value
    }
    #expect(map.count == expected.count)
    for (key, value) in expected {
      #expect(key.withUnsafeBufferPointer { map.value(of: $0) } == value)
    }
    #expect([9, 9].withUnsafeBufferPointer { map.value(of: $0) } == nil)
  }

  @Test("Several threads encode with one tokenizer and get the same ids")
  func encodesFromSeveralThreads() async throws {
    let reference = try #require(
      ReferenceEncodings.shipped.first { $0.name == "gpt2-prefix-space" })
    let tokenizer = try Tokenizer(file: reference.tokenizer)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for round in 0..<20 {
            for offset in reference.cases.indices {
              let example = reference.cases[(offset + worker * 7 + round) % reference.cases.count]
              if try tokenizer.encode(example.text, addSpecialTokens: false) != example.ids {
                return false
              }
            }
          }
          return true
        }
      }
      for try await isEqual in group { #expect(isEqual) }
    }
  }

  @Test("The faster ways give the ids of the slow one on real texts")
  func plansAgree() throws {
    let folder = Locations.repository.appendingPathComponent("tasks/mini")
    let texts = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "jsonl" }
      .map { try String(contentsOf: $0, encoding: .utf8) }
    #expect(!texts.isEmpty)
    for reference in ReferenceEncodings.shipped {
      let fast = try Tokenizer(file: reference.tokenizer)
      let stepwise = try Tokenizer(
        try TokenizerFile(try TokenizerFile.parse(reference.tokenizer)),
        file: reference.tokenizer.path, isStepwise: true)
      for text in texts {
        #expect(
          try fast.encode(text, addSpecialTokens: false)
            == stepwise.encode(text, addSpecialTokens: false), "\(reference.name)")
      }
    }
  }

  @Test("The plans are those meant for the kinds of tokenizers")
  func choosesPlans() throws {
    func isByteLevel(_ name: String) throws -> Bool {
      let reference = try #require(ReferenceEncodings.shipped.first { $0.name == name })
      if case .byteLevel = try Tokenizer(file: reference.tokenizer).plan { return true }
      return false
    }
    func cutsWords(_ name: String) throws -> Bool {
      let reference = try #require(ReferenceEncodings.shipped.first { $0.name == name })
      if case .stepwise(cutsWords: true) = try Tokenizer(file: reference.tokenizer).plan {
        return true
      }
      return false
    }
    for name in ["tiny-bytelevel", "gpt2-prefix-space", "llama3", "qwen2"] {
      #expect(try isByteLevel(name), "\(name)")
    }
    for name in ["tiny-sentencepiece-bpe", "gemma", "metaspace-first"] {
      #expect(try cutsWords(name), "\(name)")
    }
    #expect(try !isByteLevel("falcon-pattern"))
  }
}
