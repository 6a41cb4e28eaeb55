public import Scoring

/// Sequences to score as the tree of their prefixes: what any engine has to compute at least.
public struct UniqueSequences: Sendable {
  /// Tokens of the tree: those of all sequences, a common prefix once.
  public private(set) var tokens = 0
  /// Tokens whose next one is predicted for some sequence, each once.
  public private(set) var scoredPositions = 0
  /// Positions of the tokens that each sequence adds to the tree.
  private var added: [Range<Int>] = []

  /// Counts.
  ///
  /// - Parameter sequences: In any order.
  /// - Complexity: O(n log n) comparisons of tokens.
  public init(_ sequences: [ScoredSequence]) {
    let sorted = sequences.sorted { $0.input.lexicographicallyPrecedes($1.input) }
    var last: [Int32] = []
    // Whether the token at a depth of the current path predicts something already.
    var isScored: [Bool] = []
    for sequence in sorted {
      let input = sequence.input
      var common = 0
      while common < min(last.count, input.count), last[common] == input[common] { common += 1 }
      isScored.removeSubrange(common...)
      isScored += Array(repeating: false, count: input.count - common)
      for position in input.count - sequence.targets.count..<input.count
      where !isScored[position] {
        isScored[position] = true
        scoredPositions += 1
      }
      if common < input.count { added.append(common..<input.count) }
      tokens += input.count - common
      last = input
    }
  }

  /// Pairs of a token of the tree and one that it attends to, itself included.
  ///
  /// - Parameter window: Tokens that a token sees; `nil` for all before it.
  /// - Returns: Their number.
  public func attendedPairs(window: Int?) -> Double {
    added.reduce(0) { $0 + WorkCount.attendedPairs(at: $1, window: window) }
  }
}
