import Compute
import Testing

@testable import Scoring

@Suite("Sequences shared out to ranks")
struct ShardedEngineTests {
  private let sequences = (0..<200).map { index -> ScoredSequence in
    let rest = (0..<10 + index % 23).map { position -> Int32 in Int32(position * index % 50) }
    return ScoredSequence(
      input: [Int32(index % 7)] + rest, targets: (0...index % 5).map { Int32($0) })
  }

  @Test("Every sequence is in one rank's share, whatever the ranks", arguments: [1, 2, 3, 4, 300])
  func partition(size: Int) {
    let shares = (0..<size).map {
      ShardedEngine<CheckpointEngine<CPUBackend>>.share(
        of: sequences, work: EngineWork(perToken: 2, perPrediction: 5), rank: $0, size: size)
    }
    #expect(shares.flatMap { $0 }.sorted() == Array(sequences.indices))
  }

  @Test("Shares cost about the same")
  func balance() {
    let work = EngineWork(perToken: 1, perPrediction: 20)
    let costs = (0..<4).map { rank in
      ShardedEngine<CheckpointEngine<CPUBackend>>.share(
        of: sequences, work: work, rank: rank, size: 4
      ).reduce(0.0) {
        $0 + Double(sequences[$1].input.count) + 20 * Double(sequences[$1].targets.count)
      }
    }
    let mean = costs.reduce(0, +) / 4
    #expect(costs.allSatisfy { abs($0 - mean) < 0.1 * mean })
  }
}
