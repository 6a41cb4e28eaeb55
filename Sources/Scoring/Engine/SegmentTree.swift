/// Sorted sequences as a tree of segments in depth-first order, so that a shared prefix is one
/// segment and not repeated.
struct SegmentTree {
  /// A run of tokens that one or more sequences go through.
  struct Segment: Equatable {
    /// Segment before this one in the sequence.
    var parent: Int?
    /// First row; the rows of a segment are contiguous.
    var row: Int
    /// Position of the first token in the sequence.
    var position: Int
    var count: Int
  }

  let sequences: [[Int32]]
  let shortestSharedPrefix: Int
  /// Longer runs become chains of segments, so that memory per chunk is bounded.
  let longestSegment: Int

  private(set) var segments: [Segment] = []
  private(set) var tokens: [Int32] = []
  private(set) var positions: [Int32] = []
  /// For each sequence the segment that holds its last token.
  private(set) var lastSegment: [Int?]
  /// Tokens that a sequence has in common with the next one.
  private let commonWithNext: [Int]

  /// - Parameters:
  ///   - sequences: In lexicographic order of their tokens.
  ///   - shortestSharedPrefix: At least 1.
  ///   - longestSegment: At least 1.
  init(sequences: [[Int32]], shortestSharedPrefix: Int, longestSegment: Int) {
    self.sequences = sequences
    self.shortestSharedPrefix = shortestSharedPrefix
    self.longestSegment = longestSegment
    lastSegment = Array(repeating: nil, count: sequences.count)
    commonWithNext = zip(sequences, sequences.dropFirst()).map {
      BatchPlanner.commonPrefix($0, $1)
    }
  }

  private enum Work {
    /// Give the sequences of a range, which agree up to `depth`, their next segment.
    case open(Range<Int>, depth: Int, parent: Int?)
    /// Part such a range into groups that agree further.
    case split(Range<Int>, depth: Int, parent: Int?)
  }

  /// Makes the segments.
  mutating func build() {
    // A stack instead of recursion: prefixes of prefixes can nest as deep as a window is long.
    var stack: [Work] = sequences.isEmpty ? [] : [.split(sequences.indices, depth: 0, parent: nil)]
    while let work = stack.popLast() {
      switch work {
      case .open(let range, let depth, let parent):
        let end = open(range, depth: depth, parent: parent)
        if range.count > 1 { stack.append(.split(range, depth: end.depth, parent: end.parent)) }
      case .split(let range, let depth, let parent):
        var groups: [Work] = []
        var start = range.lowerBound
        for index in range {
          let isLast = index + 1 == range.upperBound
          if !isLast, commonWithNext[index] >= depth + shortestSharedPrefix { continue }
          groups.append(.open(start..<index + 1, depth: depth, parent: parent))
          start = index + 1
        }
        // The first group goes on top: its whole subtree is done before the second begins.
        stack.append(contentsOf: groups.reversed())
      }
    }
  }

  /// Adds the segment that all sequences of a range share beyond `depth`.
  /// - Returns: Where their continuations hang on.
  private mutating func open(_ range: Range<Int>, depth: Int, parent: Int?)
    -> (depth: Int, parent: Int?)
  {
    let sequence = sequences[range.lowerBound]
    let end =
      range.count == 1
      ? sequence.count : commonWithNext[range.lowerBound..<range.upperBound - 1].min() ?? 0
    var parent = parent
    var position = depth
    while position < end {
      let count = min(longestSegment, end - position)
      segments.append(
        Segment(parent: parent, row: tokens.count, position: position, count: count))
      tokens.append(contentsOf: sequence[position..<position + count])
      positions.append(contentsOf: (position..<position + count).map { Int32($0) })
      parent = segments.count - 1
      position += count
    }
    if range.count == 1 { lastSegment[range.lowerBound] = parent }
    return (end, parent)
  }
}
