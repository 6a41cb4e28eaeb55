import Compute
import Foundation
import LanguageModel
import Scoring
import TestSupport
import Testing

@Suite("A score has the same bits however it is computed")
struct BitIdentityTests {
  /// Requests as a multiple-choice task makes them: shared openings of several lengths, choices of
  /// one to sixty tokens, equal sequences, and one far longer than a chunk.
  static let sequences: [ScoredSequence] = {
    var state: UInt32 = 12345
    func next(_ bound: Int) -> Int32 {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int32(Int(state >> 8) % bound)
    }
    func tokens(_ count: Int) -> [Int32] { (0..<count).map { _ in next(96) } }
    var sequences: [ScoredSequence] = []
    let opening = tokens(33)
    for document in 0..<12 {
      let context = (document % 2 == 0 ? opening : []) + tokens(3 + 7 * document)
      for _ in 0..<4 {
        let choice = tokens(1 + Int(next(20)))
        let whole = context + choice
        sequences.append(ScoredSequence(input: Array(whole.dropLast()), targets: choice))
      }
      sequences.append(ScoredSequence(input: context, targets: [next(96)]))
    }
    sequences.append(sequences[3])
    return sequences
  }()

  static func bits(_ scores: [SequenceScore]) -> [[UInt64]] {
    scores.map { $0.tokenLogLikelihoods.map(\.bitPattern) + [$0.logLikelihood.bitPattern] }
  }

  @Test(
    "Batch size, threads, order and neighbours change no bit",
    arguments: [
      "neox-parallel", "llama-grouped", "qwen2-window-some-layers", "gpt2-scaled",
    ])
  func scoresAreBitIdentical(_ name: String) throws {
    let folder = ArchitectureReference.folder.appendingPathComponent(name)
    func score(_ sequences: [ScoredSequence], threads: Int, batchTokens: Int?) throws -> [[UInt64]]
    {
      Self.bits(
        try ArchitectureReference.engine(folder, threads: threads, batchTokens: batchTokens)
          .score(sequences, progress: { _ in }))
    }
    let all = Self.sequences
    let expected = try score(all, threads: 2, batchTokens: nil)
    for (threads, batchTokens) in [(1, nil), (3, nil), (2, 1), (1, 100), (4, 517)] {
      let found = try score(all, threads: threads, batchTokens: batchTokens)
      #expect(found == expected, "\(threads) threads, \(batchTokens ?? 0) tokens")
    }
    #expect(try score(all.reversed(), threads: 2, batchTokens: nil) == expected.reversed())
    #expect(
      try score(Array(all.prefix(7)), threads: 2, batchTokens: nil) == Array(expected.prefix(7)))
    for index in [0, 11, 30] {
      #expect(try score([all[index]], threads: 2, batchTokens: nil) == [expected[index]])
    }
  }

  @Test("Sequences longer than a chunk and few-shot prefixes kept over chunks change no bit")
  func keptRowsChangeNoBit() throws {
    let folder = ArchitectureReference.folder.appendingPathComponent("llama-llama3-rope-tied")
    let long = try #require(try ArchitectureReference.sequences("llama-llama3-rope-tied").last)
    #expect(long.tokens.count > 1000)
    let prefix = Array(long.tokens.prefix(900))
    var sequences = [long.scored]
    for (index, sequence) in Self.sequences.enumerated() where sequence.input.count < 100 {
      let start = index % 3 == 0 ? Array(prefix.prefix(400)) : prefix
      sequences.append(
        ScoredSequence(input: start + sequence.input, targets: sequence.targets))
    }
    let together = Self.bits(
      try ArchitectureReference.engine(folder).score(sequences, progress: { _ in }))
    for index in stride(from: 0, to: sequences.count, by: 9) {
      let alone = Self.bits(
        try ArchitectureReference.engine(folder).score([sequences[index]], progress: { _ in }))
      #expect(alone[0] == together[index])
    }
  }
}

@Suite("A checkpoint larger than the memory limit")
struct MemoryLimitTests {
  static let folder = Locations.fixtures.appendingPathComponent("checkpoints/tiny-neox")

  @Test("It scores with the same bits, and reads each layer once per pass")
  func streamsLayers() throws {
    let checkpoint = try Checkpoint.open(directory: Self.folder.path)
    let limit = checkpoint.totalBytes - 1
    let sequences = BitIdentityTests.sequences
    let unlimited = try ArchitectureReference.engine(Self.folder)
    let expected = BitIdentityTests.bits(try unlimited.score(sequences, progress: { _ in }))
    let engine = try ArchitectureReference.engine(Self.folder, memoryLimit: limit)
    var reported = 0
    let found = BitIdentityTests.bits(
      try engine.score(sequences, progress: { reported = $0.weightBytesRead }))
    #expect(found == expected)
    let layers = checkpoint.tensorsByLayer().joined().reduce(0) { $0 + $1.bytes.count }
    let table = checkpoint.tensor(checkpoint.layout.outputEmbedding).bytes.count
    #expect(engine.passCount >= 1)
    #expect(engine.weightBytesRead == engine.passCount * (layers + table))
    #expect(reported == engine.weightBytesRead)
  }

  @Test("A limit that cannot hold one layer is refused with the least that would do")
  func refusesTooSmallLimits() throws {
    let engine = try ArchitectureReference.engine(Self.folder, memoryLimit: 100_000)
    do {
      _ = try engine.score(BitIdentityTests.sequences, progress: { _ in })
      Issue.record("no error")
    } catch EngineError.memoryLimitTooSmall(let limit, let needed) {
      #expect(limit == 100_000 && needed > limit)
      let enough = try ArchitectureReference.engine(Self.folder, memoryLimit: needed)
      #expect(try enough.score(BitIdentityTests.sequences, progress: { _ in }).count > 0)
    }
  }
}
