/// A parsed regular expression.
indirect enum PatternNode {
  case empty
  /// One scalar of a set.
  case set(ScalarSet)
  case sequence([PatternNode])
  /// The first branch that leads to a match.
  case alternation([PatternNode])
  case repetition(PatternNode, minimum: Int, maximum: Int?, Greed)
  /// A group that is not entered again once it has matched.
  case atomic(PatternNode)
  case look(PatternNode, behind: Bool, negated: Bool)
  case assertion(Assertion)

  enum Greed: Equatable { case greedy, lazy, possessive }

  enum Assertion: Equatable {
    case lineStart, lineEnd, textStart, textEnd, textEndOrLastNewline
    case wordBoundary, noWordBoundary
  }

  /// Whether the empty text can match.
  var isNullable: Bool {
    switch self {
    case .empty, .look, .assertion: true
    case .set: false
    case .sequence(let parts): parts.allSatisfy(\.isNullable)
    case .alternation(let branches): branches.contains(where: \.isNullable)
    case .repetition(let body, let minimum, _, _): minimum == 0 || body.isNullable
    case .atomic(let body): body.isNullable
    }
  }

  /// The fewest and most scalars of a match; the most is `nil` where there is no bound.
  var lengths: (least: Int, most: Int?) {
    switch self {
    case .empty, .look, .assertion: return (0, 0)
    case .set: return (1, 1)
    case .sequence(let parts):
      return parts.reduce((0, 0)) { sum, part in
        let lengths = part.lengths
        return (
          Self.clamped(sum.least + lengths.least),
          sum.most.flatMap { most in lengths.most.map { Self.clamped(most + $0) } }
        )
      }
    case .alternation(let branches):
      let all = branches.map(\.lengths)
      let most = all.reduce(0 as Int?) { most, lengths in
        most.flatMap { most in lengths.most.map { max(most, $0) } }
      }
      return (all.map(\.least).min() ?? 0, most)
    case .repetition(let body, let minimum, let maximum, _):
      let lengths = body.lengths
      let least = Self.clamped(Self.clamped(minimum) * lengths.least)
      guard let maximum else { return (least, lengths.most == 0 ? 0 : nil) }
      return (least, lengths.most.map { Self.clamped(Self.clamped(maximum) * $0) })
    case .atomic(let body): return body.lengths
    }
  }

  /// Keeps sums and products of lengths far from overflow.
  private static func clamped(_ length: Int) -> Int { min(length, 1 << 30) }

  /// Bytes that a match can start with, if it is not empty.
  var firstBytes: ByteSet {
    switch self {
    case .empty, .look, .assertion: return ByteSet()
    case .set(let set): return set.firstBytes
    case .sequence(let parts):
      var bytes = ByteSet()
      for part in parts {
        bytes = bytes.union(part.firstBytes)
        if !part.isNullable { break }
      }
      return bytes
    case .alternation(let branches):
      return branches.reduce(ByteSet()) { $0.union($1.firstBytes) }
    case .repetition(let body, _, _, _), .atomic(let body): return body.firstBytes
    }
  }
}
