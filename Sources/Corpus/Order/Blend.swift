/// Draws from several sources so that each keeps its share at every moment.
///
/// Draw n takes the source with the largest `weight · max(n, 1) − used`, the first one on a tie. There
/// is no chance in it: the draws are a function of weights and counts.
///
/// With two sources each count is within one draw of its share at every n. With more, the rule
/// alone lets counts stray somewhat further.
/// - SeeAlso: EleutherAI/gpt-neox, `megatron/data/helpers.cpp`, `build_blending_indices`.
public struct Blend: Sendable, Equatable {
  /// Shares of the sources; they sum to 1.
  public let weights: [Double]
  /// Draws from each source so far.
  public private(set) var used: [Int]
  /// Draws so far.
  public private(set) var drawn: Int

  /// Starts, or goes on from counts.
  ///
  /// - Parameters:
  ///   - weights: At least one, none negative.
  ///   - used: Draws made of each source; none if `nil`.
  public init(weights: [Double], used: [Int]? = nil) {
    let used = used ?? [Int](repeating: 0, count: weights.count)
    precondition(!weights.isEmpty && weights.allSatisfy { $0 >= 0 } && used.count == weights.count)
    self.weights = weights
    self.used = used
    drawn = used.reduce(0, +)
  }

  /// Draws once.
  ///
  /// - Returns: The source, an index into ``weights``.
  /// - Complexity: O(sources).
  public mutating func next() -> Int {
    let scale = Double(max(drawn, 1))
    var best = 0
    var largest = weights[0] * scale - Double(used[0])
    for index in weights.indices.dropFirst() {
      let lag = weights[index] * scale - Double(used[index])
      if lag > largest { (best, largest) = (index, lag) }
    }
    used[best] += 1
    drawn += 1
    return best
  }
}
