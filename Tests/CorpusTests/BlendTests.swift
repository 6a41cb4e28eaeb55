import Corpus
import TestSupport
import Testing

@Suite("Blending by weight")
struct BlendTests {
  /// The loop of gpt-neox's `build_blending_indices`, written out again.
  private func reference(_ weights: [Double], _ count: Int) -> [Int] {
    var used = [Int](repeating: 0, count: weights.count)
    return (0..<count).map { n in
      let scale = max(Double(n), 1)
      var best = 0
      var largest = weights[0] * scale - Double(used[0])
      for index in weights.indices where weights[index] * scale - Double(used[index]) > largest {
        (best, largest) = (index, weights[index] * scale - Double(used[index]))
      }
      used[best] += 1
      return best
    }
  }

  @Test("Draws are those of gpt-neox")
  func agrees() {
    for weights in [[1.0], [0.75, 0.25], [0.5, 0.5], [0.2, 0.3, 0.5], [0.7, 0.1, 0.1, 0.1]] {
      var blend = Blend(weights: weights)
      #expect((0..<1000).map { _ in blend.next() } == reference(weights, 1000), "\(weights)")
    }
  }

  @Test("The first draws by hand: three quarters and one")
  func beginsAsExpected() {
    // n = 0: 0.75, 0.25 -> 0; n = 1: -0.25, 0.25 -> 1; n = 2: 0.5, -0.5 -> 0; n = 3: 0.25, -0.25 -> 0;
    // n = 4: 0, 0 -> 0, the first on a tie.
    var blend = Blend(weights: [0.75, 0.25])
    #expect((0..<5).map { _ in blend.next() } == [0, 1, 0, 0, 0])
    #expect(blend.used == [4, 1] && blend.drawn == 5)
  }

  @Test("Going on from counts gives the same draws")
  func resumes() {
    let weights = [0.61, 0.3, 0.09]
    var whole = Blend(weights: weights)
    let draws = (0..<200).map { _ in whole.next() }
    for cut in 0...200 {
      var first = Blend(weights: weights)
      for _ in 0..<cut { _ = first.next() }
      var rest = Blend(weights: weights, used: first.used)
      #expect((cut..<200).map { _ in rest.next() } == Array(draws[cut...]), "cut at \(cut)")
    }
  }

  @Test("With two sources, counts are within one of their share at every moment")
  func isExact() {
    var random = Mutator(seed: 3)
    for _ in 0..<200 {
      let share = Double(random.below(10_001)) / 10_000
      var blend = Blend(weights: [1 - share, share])
      for n in 1...500 {
        _ = blend.next()
        #expect(abs(Double(blend.used[1]) - share * Double(n)) <= 1 + 1e-9, "\(share), \(n)")
      }
    }
  }
}
