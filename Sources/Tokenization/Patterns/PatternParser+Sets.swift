extension PatternParser {
  // MARK: Escapes

  /// Parses a backslash and what follows it, outside brackets.
  mutating func parseEscape() throws(PatternError) -> PatternNode {
    guard let scalar = peek(1) else { throw error("a backslash at the end") }
    switch scalar {
    case "A": return assertion(.textStart)
    case "z": return assertion(.textEnd)
    case "Z": return assertion(.textEndOrLastNewline)
    case "b": return assertion(.wordBoundary)
    case "B": return assertion(.noWordBoundary)
    case "O": return escapedSet(.all)
    case "N": return escapedSet(ScalarProperties.newline.inverted)
    case "R":
      position += 2
      let pair = PatternNode.sequence([.set(ScalarSet(0x0D)), .set(ScalarSet(0x0A))])
      let single = ScalarSet([0x0A..<0x0E, 0x85..<0x86, 0x2028..<0x202A])
      return .atomic(.alternation([pair, .set(single)]))
    case "1"..."9", "k": throw error("a reference to a group, which is not supported")
    case "G", "K", "X", "y", "Y", "g", "C", "M", "c":
      throw error("the escape \\\(scalar), which is not supported")
    default:
      if let set = try parseSetEscape(word: ScalarProperties.word) { return .set(set) }
      return try literal(try parseScalarEscape())
    }
  }

  private mutating func assertion(_ kind: PatternNode.Assertion) -> PatternNode {
    position += 2
    return .assertion(kind)
  }

  private mutating func escapedSet(_ set: ScalarSet) -> PatternNode {
    position += 2
    return .set(set)
  }

  /// Parses `\d`, `\p{…}` and other escapes that stand for a set; nothing is read if it is none.
  ///
  /// - Parameter word: What `\w` stands for, which depends on where it stands.
  /// - Returns: The set, or `nil` if no such escape comes next.
  /// - Throws: ``PatternError`` for a property that is not known.
  private mutating func parseSetEscape(word: ScalarSet) throws(PatternError) -> ScalarSet? {
    guard let scalar = peek(1) else { return nil }
    let set: ScalarSet
    switch scalar {
    case "d": set = ScalarProperties.digit
    case "D": set = ScalarProperties.digit.inverted
    case "w": set = word
    case "W": set = word.inverted
    case "s": set = ScalarProperties.space
    case "S": set = ScalarProperties.space.inverted
    case "h": set = ScalarProperties.hexadecimalDigit
    case "H": set = ScalarProperties.hexadecimalDigit.inverted
    case "p", "P":
      guard peek(2) == "{" else { return nil }
      return try parseProperty(isNegated: scalar == "P")
    default: return nil
    }
    position += 2
    return set
  }

  private mutating func parseProperty(isNegated: Bool) throws(PatternError) -> ScalarSet {
    position += 3
    let isInverted = skip("^") != isNegated
    var name = ""
    while let scalar = current, scalar != "}" {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    guard skip("}") else { throw error("a property name without a closing brace") }
    guard let set = ScalarProperties.set(named: name) else {
      throw error(
        "the property \(name.prefix(40)), which is not known here (known: general categories, "
          + ScalarProperties.knownNames.joined(separator: ", ") + ")")
    }
    return isInverted ? set.inverted : set
  }

  /// Parses an escape that stands for one scalar.
  private mutating func parseScalarEscape() throws(PatternError) -> Unicode.Scalar {
    guard let scalar = peek(1) else { throw error("a backslash at the end") }
    position += 2
    switch scalar {
    case "t": return "\t"
    case "n": return "\n"
    case "r": return "\r"
    case "f": return "\u{0C}"
    case "v": return "\u{0B}"
    case "a": return "\u{07}"
    case "e": return "\u{1B}"
    case "x":
      if skip("{") {
        let value = try parseDigits(radix: 16, atMost: 8)
        guard skip("}") else { throw error("\\x{ without a closing brace") }
        return try validScalar(value)
      }
      return try validScalar(try parseDigits(radix: 16, atMost: 2))
    case "u": return try validScalar(try parseDigits(radix: 16, atMost: 4))
    case "0":
      return try validScalar((try? parseDigits(radix: 8, atMost: 2)) ?? 0)
    default: return scalar
    }
  }

  private mutating func parseDigits(radix: Int, atMost count: Int) throws(PatternError) -> UInt32 {
    var text = ""
    while text.utf8.count < count, let scalar = current, scalar.isASCII,
      Character(scalar).hexDigitValue.map({ $0 < radix }) ?? false
    {
      text.unicodeScalars.append(scalar)
      position += 1
    }
    guard let value = UInt32(text, radix: radix) else { throw error("an escape without digits") }
    return value
  }

  private func validScalar(_ value: UInt32) throws(PatternError) -> Unicode.Scalar {
    // Oniguruma takes \x80 to \xFF for single bytes, which no text in UTF-8 holds alone.
    guard let scalar = Unicode.Scalar(value) else {
      throw error("an escape that is no Unicode character")
    }
    return scalar
  }

  // MARK: Brackets

  /// Parses a bracket expression after its opening bracket.
  mutating func parseSet() throws(PatternError) -> ScalarSet {
    var expands = false
    let (set, isNegated) = try parseRawSet(depth: 0, expands: &expands)
    var result = set
    if options.ignoresCase {
      if expands, !isNegated {
        throw error(
          "a letter that several characters may stand for when case is ignored (as ss for ß), "
            + "which is not supported")
      }
      result = CaseFolding.shared.closure(of: set)
    }
    return isNegated ? result.inverted : result
  }

  /// Parses a bracket expression without applying its own negation.
  ///
  /// - Parameters:
  ///   - depth: Brackets around this one.
  ///   - expands: Set if a scalar is listed that folds to several ones.
  /// - Returns: What is listed, and whether the bracket stands for everything else.
  /// - Throws: ``PatternError``.
  private mutating func parseRawSet(
    depth: Int, expands: inout Bool
  ) throws(PatternError) -> (set: ScalarSet, isNegated: Bool) {
    guard depth < 50 else { throw error("brackets nested more than 50 deep") }
    let isNegated = skip("^")
    var whole: ScalarSet?
    var ranges: [Range<UInt32>] = []
    var sets = ScalarSet.empty
    func collected() -> ScalarSet { ScalarSet(ranges).union(sets) }
    var isFirst = true
    while true {
      guard let scalar = current else { throw error("a bracket without an end") }
      if scalar == "]", !isFirst || !hasLaterBracket() {
        guard !isFirst else { throw error("empty brackets") }
        position += 1
        break
      }
      isFirst = false
      if skip("&&") {
        let part = collected()
        whole = whole.map { $0.intersection(part) } ?? part
        (ranges, sets) = ([], .empty)
        continue
      }
      if let set = try parseBracketedSet(depth: depth, expands: &expands) {
        sets = sets.union(set)
        continue
      }
      let first = try parseSetScalar()
      var last = first
      if current == "-", let next = peek(1), next != "]" {
        let start = position
        position += 1
        if next == "[" || isSetEscape() {
          // A hyphen before a set is itself.
          position = start
        } else {
          last = try parseSetScalar()
          guard last.value >= first.value else { throw error("a range that runs backwards") }
        }
      }
      ranges.append(first.value..<last.value + 1)
      if options.ignoresCase, CaseFolding.shared.expands(within: first.value...last.value) {
        expands = true
      }
    }
    let part = collected()
    return (whole.map { $0.intersection(part) } ?? part, isNegated)
  }

  /// Whether a `]` comes after the one at hand, which is then a literal.
  private func hasLaterBracket() -> Bool { scalars[(position + 1)...].contains("]") }

  private func isSetEscape() -> Bool {
    guard current == "\\", let scalar = peek(1) else { return false }
    return "dDwWsShH".unicodeScalars.contains(scalar)
      || ((scalar == "p" || scalar == "P") && peek(2) == "{")
  }

  /// Parses `[…]`, `[:…:]` or a set's escape inside brackets; nothing is read if it is none.
  private mutating func parseBracketedSet(
    depth: Int, expands: inout Bool
  ) throws(PatternError) -> ScalarSet? {
    if current == "[", peek(1) == ":" {
      let start = position
      position += 2
      let isNegated = skip("^")
      var name = ""
      while let scalar = current, scalar.properties.isAlphabetic {
        name.unicodeScalars.append(scalar)
        position += 1
      }
      if skip(":]") {
        guard let set = ScalarProperties.posixSet(named: name), name != "any", name != "assigned"
        else { throw error("the bracket [:\(name.prefix(40)):], which is not known") }
        return isNegated ? set.inverted : set
      }
      position = start
    }
    if skip("[") {
      let (set, isNegated) = try parseRawSet(depth: depth + 1, expands: &expands)
      return isNegated ? set.inverted : set
    }
    return try isSetEscape() ? parseSetEscape(word: ScalarProperties.bracketedWord) : nil
  }

  private mutating func parseSetScalar() throws(PatternError) -> Unicode.Scalar {
    guard let scalar = current else { throw error("a bracket without an end") }
    guard scalar == "\\" else {
      position += 1
      return scalar
    }
    switch peek(1) {
    case "b":
      position += 2
      return "\u{08}"
    case "c", "C", "M", "R", "X", "N", "O":
      throw error("an escape in brackets that is not supported")
    default: return try parseScalarEscape()
    }
  }
}
