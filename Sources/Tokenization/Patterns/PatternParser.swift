/// Parses regular expressions as Oniguruma reads them in its Ruby syntax, which `tokenizers` uses.
///
/// Groups capture nothing here, because no component asks for captures.
struct PatternParser {
  /// Options that a group may switch.
  struct Options: Equatable {
    var ignoresCase = false
    /// `(?m)`: `.` matches newlines too.
    var dotMatchesNewline = false
    /// `(?x)`: white space and comments are passed over.
    var isExtended = false
  }

  static let maximumLength = 1 << 16
  private static let maximumDepth = 200
  /// Largest count in `{n,m}`.
  private static let maximumCount = 100_000

  let scalars: [Unicode.Scalar]
  var position = 0
  var options = Options()
  private var depth = 0

  /// Parses a whole expression.
  ///
  /// - Throws: ``PatternError``.
  static func parse(_ pattern: String) throws(PatternError) -> PatternNode {
    let scalars = Array(pattern.unicodeScalars)
    guard scalars.count <= maximumLength else {
      throw PatternError(
        problem: "a pattern of \(scalars.count) characters; at most \(maximumLength) are supported")
    }
    var parser = PatternParser(scalars: scalars)
    let node = try parser.parseAlternation()
    if parser.position < scalars.count {
      throw parser.error("a closing parenthesis without an opening one")
    }
    return node
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  func error(_ problem: String) -> PatternError {
    PatternError(problem: "\(problem), at character \(position + 1) of the pattern")
  }

  var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  func peek(_ offset: Int) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  /// Passes over an ASCII text if it comes next.
  mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard scalars.count - position >= count else { return false }
    for i in 0..<count where scalars[position + i].value != UInt32(text.utf8Start[i]) {
      return false
    }
    position += count
    return true
  }

  // MARK: Structure

  mutating func parseAlternation() throws(PatternError) -> PatternNode {
    guard depth < Self.maximumDepth else {
      throw error("groups nested more than \(Self.maximumDepth) deep")
    }
    depth += 1
    defer { depth -= 1 }
    var branches = [try parseSequence()]
    while skip("|") { branches.append(try parseSequence()) }
    return branches.count == 1 ? branches[0] : .alternation(branches)
  }

  private mutating func parseSequence() throws(PatternError) -> PatternNode {
    var parts: [PatternNode] = []
    // The literal scalar behind each part, where it is one and is not repeated.
    var literals: [Unicode.Scalar?] = []
    while let scalar = current, scalar != "|", scalar != ")" {
      if options.isExtended, skipExtendedSpace() { continue }
      if skip("(?#") {
        while let scalar = current, scalar != ")" { position += scalar == "\\" ? 2 : 1 }
        guard skip(")") else { throw error("a comment without an end") }
        continue
      }
      if let flags = try parseOptionSwitch() {
        // `(?i)` reaches to the end of the group, over all branches that follow.
        let before = options
        options = flags
        parts.append(try parseAlternation())
        options = before
        break
      }
      let start = position
      let atom = try parseAtom()
      let isLiteral = position == start + 1 && scalar != "." && scalar != "^" && scalar != "$"
      let end = position
      parts.append(try parseQuantifiers(of: atom))
      literals.append(isLiteral && position == end ? scalar : nil)
    }
    if options.ignoresCase { try rejectFoldedSequences(literals) }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  private mutating func skipExtendedSpace() -> Bool {
    guard let scalar = current else { return false }
    if scalar == "#" {
      while let scalar = current, scalar != "\n" { position += 1 }
      return true
    }
    guard scalar == " " || 0x09...0x0D ~= scalar.value else { return false }
    position += 1
    return true
  }

  // MARK: Quantifiers

  private mutating func parseQuantifiers(of atom: PatternNode) throws(PatternError) -> PatternNode {
    var node = atom
    var count = 0
    while true {
      if options.isExtended, skipExtendedSpace() { continue }
      guard let (minimum, maximum, isInterval) = try parseQuantifier() else { return node }
      count += 1
      guard count <= 16 else { throw error("more than 16 quantifiers in a row") }
      var greed = PatternNode.Greed.greedy
      if isInterval, minimum == maximum {
        // In Ruby's syntax {n}? is an optional {n}.
        node = .repetition(node, minimum: minimum, maximum: maximum, .greedy)
        if skip("?") { node = .repetition(node, minimum: 0, maximum: 1, .greedy) }
        continue
      }
      if skip("?") {
        greed = .lazy
      } else if !isInterval, skip("+") {
        greed = .possessive
      }
      if let maximum, maximum < minimum {
        // Oniguruma turns {n,m} with n > m round and makes it possessive.
        node = .repetition(node, minimum: maximum, maximum: minimum, .possessive)
      } else {
        node = .repetition(node, minimum: minimum, maximum: maximum, greed)
      }
    }
  }

  private mutating func parseQuantifier() throws(PatternError)
    -> (minimum: Int, maximum: Int?, isInterval: Bool)?
  {
    if skip("*") { return (0, nil, false) }
    if skip("+") { return (1, nil, false) }
    if skip("?") { return (0, 1, false) }
    guard current == "{" else { return nil }
    let start = position
    position += 1
    let minimum = try parseCount()
    var maximum = minimum
    let hasComma = skip(",")
    if hasComma { maximum = try parseCount() }
    // Anything else in braces is a text.
    guard skip("}"), minimum != nil || (hasComma && maximum != nil) else {
      position = start
      return nil
    }
    return (minimum ?? 0, maximum, true)
  }

  private mutating func parseCount() throws(PatternError) -> Int? {
    var value: Int?
    while let scalar = current, "0"..."9" ~= scalar {
      let next = (value ?? 0) * 10 + Int(scalar.value - 0x30)
      guard next <= Self.maximumCount else {
        throw error("a count above \(Self.maximumCount)")
      }
      value = next
      position += 1
    }
    return value
  }

  // MARK: Groups

  /// Parses `(?i)` and its like, which have no colon.
  private mutating func parseOptionSwitch() throws(PatternError) -> Options? {
    guard current == "(", peek(1) == "?" else { return nil }
    let start = position
    position += 2
    if let flags = parseFlags(), skip(")") { return flags }
    position = start
    return nil
  }

  private mutating func parseFlags() -> Options? {
    var flags = options
    var turnsOn = true
    while let scalar = current {
      switch scalar {
      case "i": flags.ignoresCase = turnsOn
      case "m": flags.dotMatchesNewline = turnsOn
      case "x": flags.isExtended = turnsOn
      case "-": turnsOn = false
      case ":", ")": return flags
      default: return nil
      }
      position += 1
    }
    return nil
  }

  private mutating func parseAtom() throws(PatternError) -> PatternNode {
    guard let scalar = current else { throw error("the pattern ends too early") }
    switch scalar {
    case "(": return try parseGroup()
    case "[":
      position += 1
      return .set(try parseSet())
    case ".":
      position += 1
      return .set(options.dotMatchesNewline ? .all : ScalarProperties.newline.inverted)
    case "^":
      position += 1
      return .assertion(.lineStart)
    case "$":
      position += 1
      return .assertion(.lineEnd)
    case "*", "+", "?": throw error("a quantifier without anything to repeat")
    case "\\": return try parseEscape()
    default:
      position += 1
      return try literal(scalar)
    }
  }

  private mutating func parseGroup() throws(PatternError) -> PatternNode {
    let start = position
    position += 1
    let before = options
    defer { options = before }
    var wrap: (PatternNode) -> PatternNode = { $0 }
    if skip("?") {
      if skip(":") {
      } else if skip("=") {
        wrap = { .look($0, behind: false, negated: false) }
      } else if skip("!") {
        wrap = { .look($0, behind: false, negated: true) }
      } else if skip("<=") {
        wrap = { .look($0, behind: true, negated: false) }
      } else if skip("<!") {
        wrap = { .look($0, behind: true, negated: true) }
      } else if skip(">") {
        wrap = { .atomic($0) }
      } else if current == "<" || current == "'" {
        try skipGroupName()
      } else if let flags = parseFlags(), skip(":") {
        options = flags
      } else {
        position = start
        throw error("a kind of group that is not supported")
      }
    }
    let body = try parseAlternation()
    guard skip(")") else { throw error("a group without a closing parenthesis") }
    let node = wrap(body)
    if case .look(_, behind: true, negated: _) = node,
      body.lengths.most.map({ $0 > 255 }) ?? true
    {
      throw error("a look-behind without a bound of 255 characters, which is not supported")
    }
    return node
  }

  private mutating func skipGroupName() throws(PatternError) {
    let close: Unicode.Scalar = current == "<" ? ">" : "'"
    position += 1
    let start = position
    while let scalar = current, scalar != close, scalar != ")" { position += 1 }
    guard current == close, position > start else { throw error("a group name without an end") }
    position += 1
  }

  // MARK: Case

  /// One scalar as itself, in all its cases where case is ignored.
  func literal(_ scalar: Unicode.Scalar) throws(PatternError) -> PatternNode {
    guard options.ignoresCase else { return .set(ScalarSet(scalar.value)) }
    let folding = CaseFolding.shared
    if folding.expands(scalar.value) {
      throw error(
        "a letter that several characters may stand for when case is ignored (as ss for ß), "
          + "which is not supported")
    }
    return .set(folding.closure(of: ScalarSet(scalar.value)))
  }

  /// Letters in a row that some single scalar folds to, such as `ss` for `ß`, match that scalar too
  /// in Oniguruma; this is refused rather than done wrongly.
  private func rejectFoldedSequences(
    _ literals: [Unicode.Scalar?]
  ) throws(PatternError) {
    for case (let first?, let second?) in zip(literals, literals.dropFirst())
    where CaseFolding.shared.foldTogether(first.value, second.value) {
      throw error(
        "letters that a single character may stand for when case is ignored (as ß for ss), "
          + "which is not supported")
    }
  }
}
