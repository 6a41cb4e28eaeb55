import Corpus
import TestSupport
import Testing

@Suite("Shuffled orders")
struct SamplePermutationTests {
  private func permutation(
    _ count: Int, seed: UInt64 = 7, source: String = "english", epoch: Int = 0
  ) -> SamplePermutation {
    SamplePermutation(seed: seed, source: source, epoch: epoch, count: count)
  }

  @Test("Every number below the count comes once, for every count up to 2000")
  func isBijective() {
    for count in 1...2000 {
      let order = permutation(count)
      var seen = [Bool](repeating: false, count: count)
      for position in 0..<count { seen[order[position]] = true }
      #expect(!seen.contains(false), "count \(count)")
    }
  }

  @Test("Large counts stay in range and do not repeat", arguments: [65_537, 1_000_003, 4_194_304])
  func isBijectiveForLargeCounts(_ count: Int) {
    let order = permutation(count, epoch: 3)
    var seen = [Bool](repeating: false, count: count)
    for position in 0..<count { seen[order[position]] = true }
    #expect(!seen.contains(false))
  }

  @Test("The largest counts work", arguments: [1 << 40, 1 << 48 - 1, Int.max])
  func takesHugeCounts(_ count: Int) {
    let order = permutation(count)
    let values = (0..<1000).map { order[$0] } + (1...1000).map { order[count - $0] }
    #expect(Set(values).count == 2000)
    #expect(values.allSatisfy { $0 >= 0 && $0 < count })
  }

  @Test("An order never changes: resumed runs of older versions depend on it")
  func isPinned() {
    // The same function written out in Python.
    let order = permutation(1000, seed: 1234)
    #expect((0..<8).map { order[$0] } == [18, 588, 264, 49, 700, 452, 36, 722])
  }

  @Test("Seeds, sources, epochs, purposes and phases have orders of their own")
  func differs() {
    let orders = [
      permutation(100), permutation(100, seed: 8), permutation(100, source: "german"),
      permutation(100, epoch: 1),
      SamplePermutation(seed: 7, source: "english", epoch: 0, count: 100, purpose: .replay),
      SamplePermutation(
        seed: 7, source: "english", epoch: 0, count: 100, purpose: .replay, phase: "adapt"),
      SamplePermutation(
        seed: 7, source: "englis", epoch: 0, count: 100, purpose: .replay, phase: "hadapt"),
    ].map { order in (0..<100).map { order[$0] } }
    #expect(Set(orders).count == orders.count)
  }

  @Test("Every number is about equally often in every place")
  func isUniform() {
    // 2000 epochs over 16 numbers: each of the 256 cells expects 125, and the sum of squares over
    // the cells is chi-squared with 225 degrees of freedom: mean 225, deviation 21.
    let count = 16
    let epochs = 2000
    var cells = [Int](repeating: 0, count: count * count)
    for epoch in 0..<epochs {
      let order = permutation(count, epoch: epoch)
      for position in 0..<count { cells[position * count + order[position]] += 1 }
    }
    let expected = Double(epochs) / Double(count)
    let chiSquared = cells.reduce(0) {
      $0 + (Double($1) - expected) * (Double($1) - expected) / expected
    }
    #expect(chiSquared > 225 - 5 * 21 && chiSquared < 225 + 5 * 21, "\(chiSquared)")
  }

  @Test("Orders of a few numbers are all equally likely")
  func isUniformOverOrders() {
    // 4 numbers have 24 orders; 23 degrees of freedom: mean 23, deviation 6.8.
    var counts: [[Int]: Int] = [:]
    for epoch in 0..<4800 {
      let order = permutation(4, epoch: epoch)
      counts[(0..<4).map { order[$0] }, default: 0] += 1
    }
    #expect(counts.count == 24)
    let chiSquared = counts.values.reduce(0) { $0 + Double(($1 - 200) * ($1 - 200)) / 200 }
    #expect(chiSquared < 23 + 5 * 6.8, "\(chiSquared)")
  }

  @Test("Neighbours are not kept together")
  func separatesNeighbours() {
    // Of a uniform order, positions whose successor holds the next number are 1 on average.
    let order = permutation(100_000)
    let kept = (1..<100_000).count { order[$0] == order[$0 - 1] + 1 }
    #expect(kept < 8)
  }

  @Test("Epochs follow one another whole, and an unshuffled order counts up")
  func goesByEpochs() {
    let shuffled = SampleOrder(seed: 1, source: "a", count: 10, isShuffled: true)
    let first = (0..<10).map { shuffled.sample(at: $0) }
    let second = (10..<20).map { shuffled.sample(at: $0) }
    #expect(Set(first.map(\.id)) == Set(0..<10) && first.allSatisfy { $0.epoch == 0 })
    #expect(Set(second.map(\.id)) == Set(0..<10) && second.allSatisfy { $0.epoch == 1 })
    #expect(first.map(\.id) != second.map(\.id))
    let plain = SampleOrder(seed: 1, source: "a", count: 10, isShuffled: false)
    #expect((0..<20).map { plain.sample(at: $0).id } == Array(0..<10) + Array(0..<10))
  }
}
