/// A regular expression compiled for ``PatternMatcher``.
struct PatternProgram: Sendable {
  /// One step; targets are indices of instructions.
  enum Instruction: Equatable, Sendable {
    /// Takes one scalar of a set.
    case set(Int)
    /// Takes as many scalars of a set as there are, gives them back one by one.
    case run(Int, minimum: Int, maximum: Int)
    /// Takes as many scalars of a set as there are and keeps them.
    case possessiveRun(Int, minimum: Int, maximum: Int)
    /// Tries one way, then the other.
    case split(Int, otherwise: Int)
    /// Goes on if the next byte is in a byte set, remembering another way; else takes that way.
    case splitOnByte(Int, otherwise: Int)
    case jump(Int)
    /// Matches the body that follows up to its `end`, then goes on at `next`.
    case look(next: Int, negated: Bool)
    /// As `look`, for a text of so many scalars before the position.
    case lookBehind(next: Int, negated: Bool, least: Int, most: Int)
    case atomic(next: Int)
    case assertion(PatternNode.Assertion)
    /// Remembers the position where a round of a loop starts.
    case loopStart(Int)
    /// Leaves the loop if the round took nothing.
    case loopCheck(Int, leaveTo: Int)
    case end
  }

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [ScalarSet] = []
  private(set) var byteSets: [ByteSet] = []
  private(set) var loopCount = 0
  /// Bytes a match can start with; `nil` if it may be empty.
  let firstBytes: ByteSet?
  /// Whether failures depend on position alone, so that they can be remembered.
  var canRemember: Bool { loopCount == 0 }

  static let maximumSize = 20_000

  /// Compiles a pattern.
  ///
  /// - Throws: ``PatternError`` if it is wrong, not supported, or too large.
  init(_ pattern: String) throws(PatternError) {
    let node = try PatternParser.parse(pattern)
    firstBytes = node.isNullable ? nil : node.firstBytes
    try compile(node)
    try emit(.end)
  }

  @discardableResult
  private mutating func emit(_ instruction: Instruction) throws(PatternError) -> Int {
    guard instructions.count < Self.maximumSize else {
      throw PatternError(
        problem: "a pattern that needs more than \(Self.maximumSize) steps once its counts are "
          + "written out")
    }
    instructions.append(instruction)
    return instructions.count - 1
  }

  private mutating func index(of set: ScalarSet) -> Int {
    if let known = sets.firstIndex(of: set) { return known }
    sets.append(set)
    return sets.count - 1
  }

  private mutating func compile(_ node: PatternNode) throws(PatternError) {
    switch node {
    case .empty: break
    case .set(let set): try emit(.set(index(of: set)))
    case .sequence(let parts): for part in parts { try compile(part) }
    case .alternation(let branches): try compileAlternation(branches)
    case .repetition(let body, let minimum, let maximum, let greed):
      try compileRepetition(of: body, minimum: minimum, maximum: maximum, greed)
    case .atomic(let body):
      let start = try emit(.end)
      try compile(body)
      try emit(.end)
      instructions[start] = .atomic(next: instructions.count)
    case .look(let body, let isBehind, let isNegated):
      let start = try emit(.end)
      try compile(body)
      try emit(.end)
      let next = instructions.count
      let lengths = body.lengths
      instructions[start] =
        isBehind
        ? .lookBehind(
          next: next, negated: isNegated, least: lengths.least, most: lengths.most ?? 255)
        : .look(next: next, negated: isNegated)
    case .assertion(let assertion): try emit(.assertion(assertion))
    }
  }

  private mutating func compileAlternation(_ branches: [PatternNode]) throws(PatternError) {
    var exits: [Int] = []
    for (number, branch) in branches.enumerated() {
      guard number < branches.count - 1 else {
        try compile(branch)
        break
      }
      let split = try emit(.end)
      try compile(branch)
      exits.append(try emit(.end))
      instructions[split] = choice(for: branch, at: split, otherwise: instructions.count)
    }
    for exit in exits { instructions[exit] = .jump(instructions.count) }
  }

  /// A split that looks at the next byte first, where that can spare the way in.
  private mutating func choice(
    for node: PatternNode, at split: Int, otherwise: Int
  ) -> Instruction {
    guard !node.isNullable else { return .split(split + 1, otherwise: otherwise) }
    byteSets.append(node.firstBytes)
    return .splitOnByte(byteSets.count - 1, otherwise: otherwise)
  }

  private mutating func compileRepetition(
    of body: PatternNode, minimum: Int, maximum: Int?, _ greed: PatternNode.Greed
  ) throws(PatternError) {
    if case .set(let set) = body, greed != .lazy {
      let index = index(of: set)
      let most = maximum ?? .max
      try emit(
        greed == .possessive
          ? .possessiveRun(index, minimum: minimum, maximum: most)
          : .run(index, minimum: minimum, maximum: most))
      return
    }
    if greed == .possessive {
      try compile(
        .atomic(.repetition(body, minimum: minimum, maximum: maximum, .greedy)))
      return
    }
    for _ in 0..<minimum { try compile(body) }
    guard let maximum else { return try compileLoop(of: body, greed) }
    var exits: [Int] = []
    for _ in 0..<max(maximum - minimum, 0) {
      exits.append(try emit(.end))
      try compile(body)
    }
    for exit in exits {
      instructions[exit] = way(into: body, at: exit, out: instructions.count, greed)
    }
  }

  private mutating func compileLoop(
    of body: PatternNode, _ greed: PatternNode.Greed
  ) throws(PatternError) {
    let split = try emit(.end)
    if body.isNullable {
      let loop = loopCount
      loopCount += 1
      try emit(.loopStart(loop))
      try compile(body)
      let check = try emit(.end)
      try emit(.jump(split))
      instructions[check] = .loopCheck(loop, leaveTo: instructions.count)
    } else {
      try compile(body)
      try emit(.jump(split))
    }
    instructions[split] = way(into: body, at: split, out: instructions.count, greed)
  }

  private mutating func way(
    into body: PatternNode, at split: Int, out: Int, _ greed: PatternNode.Greed
  ) -> Instruction {
    greed == .lazy
      ? .split(out, otherwise: split + 1) : choice(for: body, at: split, otherwise: out)
  }
}
