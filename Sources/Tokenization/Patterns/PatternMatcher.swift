internal import Files

/// Finds the matches of a ``PatternProgram`` in a text, by backtracking with a bound on its time.
///
/// It first goes as a plain backtracker does. A search that takes many steps starts again and now
/// remembers which steps failed at which place, so that nothing fails twice: time is then linear in
/// the text. Where failures cannot be remembered (loops over what may be empty, look-behind), and
/// for everything else too, a limit on the steps ends the search with an error.
struct PatternMatcher {
  private enum Entry {
    /// Goes on at an instruction and a position.
    case resume(pc: Int, position: Int)
    /// A run that can give back down to `least`.
    case run(pc: Int, least: Int, position: Int)
    /// All ways from here failed.
    case failed(pc: Int, position: Int)
    case restoreLoop(index: Int, position: Int)
  }

  private let program: PatternProgram
  private let bytes: UnsafeBufferPointer<UInt8>
  private var stack: [Entry] = []
  private var loopPositions: [Int]
  private var steps = 0
  private let stepLimit: Int
  private var remembersFailures = false
  private var searchLimit = 0
  private var failures: FailureMemory

  /// Steps after which one search starts to remember its failures.
  private static let patience = 20_000

  /// A matcher over one text.
  ///
  /// - Parameters:
  ///   - program: What to look for.
  ///   - bytes: Valid UTF-8, which must outlive the matcher.
  init(_ program: PatternProgram, over bytes: UnsafeBufferPointer<UInt8>) {
    self.program = program
    self.bytes = bytes
    loopPositions = [Int](repeating: -1, count: program.loopCount)
    failures = FailureMemory(instructionCount: program.instructions.count)
    // Each byte may ask for every instruction a few times, and no more.
    stepLimit = 10_000_000 + bytes.count * (500 + 4 * program.instructions.count)
  }

  /// The first match that starts at an offset or after it.
  ///
  /// - Throws: ``TokenizerError/cannotEncode(problem:)`` if it takes too many steps.
  mutating func firstMatch(from start: Int) throws(TokenizerError) -> Range<Int>? {
    var position = start
    while position <= bytes.count {
      if let firstBytes = program.firstBytes {
        while position < bytes.count, !firstBytes.contains(bytes[position]) { position += 1 }
        if position >= bytes.count { return nil }
      }
      if let end = try matchRemembering(at: position) { return position..<end }
      guard position < bytes.count else { return nil }
      position += UTF8Text.length(first: bytes[position])
    }
    return nil
  }

  private mutating func matchRemembering(at position: Int) throws(TokenizerError) -> Int? {
    if !remembersFailures, program.canRemember {
      searchLimit = steps + Self.patience
      do {
        return try run(from: 0, at: position, endingAt: nil)
      } catch {
        guard error == .impatient else { throw tooManySteps }
        stack.removeAll(keepingCapacity: true)
        remembersFailures = true
      }
    }
    searchLimit = .max
    do {
      return try run(from: 0, at: position, endingAt: nil)
    } catch { throw tooManySteps }
  }

  private var tooManySteps: TokenizerError {
    .cannotEncode(
      problem: "a pattern of the tokenizer needs more than \(stepLimit) steps on a text of "
        + "\(bytes.count) bytes; its nested or overlapping repetitions are to blame")
  }

  private enum Interruption: Error { case impatient, tooManySteps }

  /// Matches from an instruction to the `end` of its body.
  ///
  /// - Parameters:
  ///   - start: The first instruction.
  ///   - startPosition: Where the match starts.
  ///   - required: Where the match must end, if that is given.
  /// - Returns: The end of the match.
  /// - Throws: ``Interruption`` when a limit on the steps is reached.
  private mutating func run(
    from start: Int, at startPosition: Int, endingAt required: Int?
  ) throws(Interruption) -> Int? {
    let base = stack.count
    let remembers = remembersFailures && required == nil
    var pc = start
    var position = startPosition
    while true {
      steps += 1
      if steps > searchLimit { throw .impatient }
      if steps > stepLimit { throw .tooManySteps }
      var succeeded = true
      switch program.instructions[pc] {
      case .set(let set):
        succeeded = take(set, &position)
        pc += 1
      case .run(let set, let minimum, let maximum):
        succeeded = take(set, minimum, maximum, &position, pc: pc, remembers: remembers)
        pc += 1
      case .possessiveRun(let set, let minimum, let maximum):
        var count = 0
        while count < maximum, take(set, &position) { count += 1 }
        steps += count
        succeeded = count >= minimum
        pc += 1
      case .split(let first, let otherwise):
        if remembers {
          if failures.contains(pc, position) {
            succeeded = false
            break
          }
          stack.append(.failed(pc: pc, position: position))
        }
        stack.append(.resume(pc: otherwise, position: position))
        pc = first
      case .splitOnByte(let set, let otherwise):
        if position < bytes.count, program.byteSets[set].contains(bytes[position]) {
          if remembers {
            if failures.contains(pc, position) {
              succeeded = false
              break
            }
            stack.append(.failed(pc: pc, position: position))
          }
          stack.append(.resume(pc: otherwise, position: position))
          pc += 1
        } else {
          pc = otherwise
        }
      case .jump(let target): pc = target
      case .look(let next, let isNegated):
        let found = try run(from: pc + 1, at: position, endingAt: nil) != nil
        succeeded = found != isNegated
        pc = next
      case .lookBehind(let next, let isNegated, let least, let most):
        let found = try matchesBehind(pc + 1, position, least: least, most: most)
        succeeded = found != isNegated
        pc = next
      case .atomic(let next):
        if let end = try run(from: pc + 1, at: position, endingAt: nil) {
          position = end
          pc = next
        } else {
          succeeded = false
        }
      case .assertion(let assertion):
        succeeded = holds(assertion, at: position)
        pc += 1
      case .loopStart(let loop):
        stack.append(.restoreLoop(index: loop, position: loopPositions[loop]))
        loopPositions[loop] = position
        pc += 1
      case .loopCheck(let loop, let leaveTo):
        pc = loopPositions[loop] == position ? leaveTo : pc + 1
      case .end:
        if required == nil || required == position {
          // What is left on the stack are ways not taken; they have not failed.
          stack.removeSubrange(base...)
          return position
        }
        succeeded = false
      }
      if !succeeded {
        guard backtrack(to: base, &pc, &position, remembers: remembers) else { return nil }
      }
    }
  }

  /// Takes the latest way that is still open, down to a height of the stack.
  private mutating func backtrack(
    to base: Int, _ pc: inout Int, _ position: inout Int, remembers: Bool
  ) -> Bool {
    while stack.count > base {
      switch stack.removeLast() {
      case .resume(let nextPC, let nextPosition):
        (pc, position) = (nextPC, nextPosition)
        return true
      case .run(let runPC, let least, let current):
        if remembers { failures.insert(runPC, current) }
        guard current > least else { continue }
        position = current - UTF8Text.scalarBefore(in: bytes, current).length
        stack.append(.run(pc: runPC, least: least, position: position))
        pc = runPC + 1
        return true
      case .failed(let pc, let position): failures.insert(pc, position)
      case .restoreLoop(let index, let position): loopPositions[index] = position
      }
    }
    return false
  }

  @inline(__always)
  private func take(_ set: Int, _ position: inout Int) -> Bool {
    guard position < bytes.count else { return false }
    let (value, length) = UTF8Text.scalar(in: bytes, at: position)
    guard program.sets[set].contains(value) else { return false }
    position += length
    return true
  }

  private mutating func take(
    _ set: Int, _ minimum: Int, _ maximum: Int, _ position: inout Int, pc: Int, remembers: Bool
  ) -> Bool {
    var count = 0
    while count < minimum {
      guard take(set, &position) else { return false }
      count += 1
    }
    let least = position
    // A bounded run fails or not by its count too, so only unbounded ones are remembered.
    let remembers = remembers && maximum == .max
    if remembers, failures.contains(pc, position) { return false }
    while count < maximum {
      var next = position
      guard take(set, &next) else { break }
      if remembers, failures.contains(pc, next) { break }
      position = next
      count += 1
    }
    steps += count
    if position > least || remembers {
      stack.append(.run(pc: pc, least: least, position: position))
    }
    return true
  }

  private mutating func matchesBehind(
    _ pc: Int, _ position: Int, least: Int, most: Int
  ) throws(Interruption) -> Bool {
    var start = position
    for length in 0...most {
      if length >= least, try run(from: pc, at: start, endingAt: position) != nil { return true }
      guard start > 0 else { return false }
      start -= UTF8Text.scalarBefore(in: bytes, start).length
    }
    return false
  }

  private func holds(_ assertion: PatternNode.Assertion, at position: Int) -> Bool {
    let newline = UInt8(ascii: "\n")
    switch assertion {
    case .lineStart:
      return position == 0 || position < bytes.count && bytes[position - 1] == newline
    case .lineEnd: return position == bytes.count || bytes[position] == newline
    case .textStart: return position == 0
    case .textEnd: return position == bytes.count
    case .textEndOrLastNewline:
      return position == bytes.count
        || position == bytes.count - 1 && bytes[position] == newline
    case .wordBoundary: return isWord(before: position) != isWord(at: position)
    case .noWordBoundary: return isWord(before: position) == isWord(at: position)
    }
  }

  private func isWord(at position: Int) -> Bool {
    position < bytes.count
      && ScalarClasses.shared.has(.patternWord, UTF8Text.scalar(in: bytes, at: position).value)
  }

  private func isWord(before position: Int) -> Bool {
    position > 0
      && ScalarClasses.shared.has(
        .patternWord, UTF8Text.scalarBefore(in: bytes, position).value)
  }
}

/// Which instructions failed at which positions, in pages of bits that are made when needed.
private struct FailureMemory {
  private static let pageSize = 512
  /// Words in all pages together, 256 MB; beyond it everything is forgotten, which costs time only.
  private static let maximumWords = 1 << 25
  private let instructionCount: Int
  private var pages: [Int: [UInt64]] = [:]

  init(instructionCount: Int) { self.instructionCount = instructionCount }

  private func place(_ pc: Int, _ position: Int) -> (page: Int, word: Int, bit: UInt64) {
    let bit = position % Self.pageSize * instructionCount + pc
    return (position / Self.pageSize, bit / 64, UInt64(1) << UInt64(bit % 64))
  }

  func contains(_ pc: Int, _ position: Int) -> Bool {
    let (page, word, bit) = place(pc, position)
    return pages[page].map { $0[word] & bit != 0 } ?? false
  }

  mutating func insert(_ pc: Int, _ position: Int) {
    let (page, word, bit) = place(pc, position)
    let words = (Self.pageSize * instructionCount + 63) / 64
    if pages.count * words > Self.maximumWords { pages.removeAll() }
    pages[page, default: [UInt64](repeating: 0, count: words)][word] |= bit
  }
}
