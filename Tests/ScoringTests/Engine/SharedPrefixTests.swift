import Foundation
import Scoring
import TestSupport
import Testing

@Suite("No token is computed twice without need")
struct SharedPrefixTests {
  static let folder = ArchitectureReference.folder.appendingPathComponent("llama-llama3-rope-tied")

  /// Tokens that went through the model for some sequences.
  private func computedTokens(_ sequences: [ScoredSequence]) throws -> Int {
    var total = 0
    _ = try ArchitectureReference.engine(Self.folder)
      .score(sequences, progress: { total = $0.totalTokens })
    return total
  }

  private func tokens(_ count: Int, seed: Int) -> [Int32] {
    (0..<count).map { Int32(($0 * 31 + seed * 17 + $0 * $0 * seed) % 96) }
  }

  @Test("A document's context is computed once for all its choices")
  func contextIsShared() throws {
    let context = tokens(50, seed: 1)
    let sequences = (0..<4).map { choice -> ScoredSequence in
      let ending = [Int32(choice)] + tokens(9, seed: choice + 2)
      return ScoredSequence(
        input: Array((context + ending).dropLast()), targets: ending)
    }
    #expect(try computedTokens(sequences) == 50 + 4 * 9)
  }

  @Test("Choices of one token cost nothing beyond their context")
  func singleTokenChoicesAreFree() throws {
    let context = tokens(40, seed: 3)
    let sequences = (0..<4).map { ScoredSequence(input: context, targets: [Int32($0)]) }
    #expect(try computedTokens(sequences) == 40)
  }

  @Test("A few-shot prefix is computed once for all documents that share it")
  func fewShotPrefixIsShared() throws {
    let prefix = tokens(300, seed: 5)
    let sequences = (0..<20).flatMap { document -> [ScoredSequence] in
      let question = [Int32(document)] + tokens(11, seed: document + 6)
      return (0..<4).map { ScoredSequence(input: prefix + question, targets: [Int32($0)]) }
    }
    #expect(try computedTokens(sequences) == 300 + 20 * 12)
  }

  @Test("Sequences without a common opening share nothing")
  func unrelatedSequencesAreApart() throws {
    let sequences = (0..<5).map { index in
      ScoredSequence(input: [Int32(index)] + tokens(19, seed: index), targets: [1])
    }
    #expect(try computedTokens(sequences) == 100)
  }

  @Test("Progress ends with every sequence and token counted")
  func progressIsComplete() throws {
    var last: ScoringProgress?
    _ = try ArchitectureReference.engine(Self.folder, batchTokens: 64)
      .score(BitIdentityTests.sequences, progress: { last = $0 })
    let end = try #require(last)
    #expect(end.finishedSequences == BitIdentityTests.sequences.count)
    #expect(end.finishedTokens == end.totalTokens)
  }

  @Test("A token without an embedding is refused, not read past the table")
  func refusesForeignTokens() throws {
    let engine = try ArchitectureReference.engine(Self.folder)
    #expect(throws: EngineError.tokenOutOfRange(token: 96, vocabularySize: 96)) {
      try engine.score([ScoredSequence(input: [96], targets: [0])], progress: { _ in })
    }
    #expect(throws: EngineError.tokenOutOfRange(token: -1, vocabularySize: 96)) {
      try engine.score([ScoredSequence(input: [0], targets: [-1])], progress: { _ in })
    }
  }

  @Test("A sequence longer than the window is refused")
  func refusesLongSequences() throws {
    let engine = try ArchitectureReference.engine(Self.folder)
    #expect(throws: EngineError.sequenceTooLong(length: 2049, maximum: 2048)) {
      try engine.score(
        [ScoredSequence(input: tokens(2049, seed: 1), targets: [0])], progress: { _ in })
    }
  }

  @Test("No sequences give no scores")
  func nothingIsFine() throws {
    let engine = try ArchitectureReference.engine(Self.folder)
    #expect(try engine.score([], progress: { _ in }).isEmpty)
  }
}
