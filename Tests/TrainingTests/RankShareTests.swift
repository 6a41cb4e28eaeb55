import Compute
import LanguageModel
import TestSupport
import Testing

@testable import Training

@Suite("What each rank takes")
struct RankShareTests {
  @Test("Every element is in just one rank's part, and parts differ by one at most")
  func shares() {
    for (count, size) in [(10, 4), (3, 3), (7, 2), (5, 8)] {
      let parts = (0..<size).map { RankShare.part(of: count, rank: $0, size: size) }
      #expect(parts.flatMap { Array($0) } == Array(0..<count))
      #expect((parts.map(\.count).max() ?? 0) - (parts.map(\.count).min() ?? 0) <= 1)
    }
  }

  @Test("Shards of a bucket follow one another, begin at whole cache lines, and are even")
  func shards() {
    for (count, ranks) in [(1000, 4), (16, 2), (1 << 20, 3), (100, 1), (17, 8)] {
      let parts = OptimizerShard<CPUBackend>.parts(of: count, ranks: ranks)
      #expect(parts.count == ranks && parts.reduce(0, +) == count)
      var start = 0
      for part in parts {
        #expect(start.isMultiple(of: 16) || start == count)
        start += part
      }
      #expect(parts.allSatisfy { abs($0 - count / ranks) <= 32 })
    }
  }
}
