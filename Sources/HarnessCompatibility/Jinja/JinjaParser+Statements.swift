extension JinjaParser {
  /// Reads a whole template.
  mutating func parseTemplate() throws(JinjaFailure) -> [JinjaStatement] {
    let body = try parseBody(until: [])
    if current.kind != .end { throw unexpected("the end of the template") }
    return body
  }

  /// Reads statements up to a block that one of the words begins; stops on that word.
  private mutating func parseBody(until words: Set<String>) throws(JinjaFailure)
    -> [JinjaStatement]
  {
    try enter()
    defer { depth -= 1 }
    var body: [JinjaStatement] = []
    while true {
      switch current.kind {
      case .end:
        if words.isEmpty { return body }
        throw JinjaFailure(
          "a block that is not closed with {% \(words.sorted().joined(separator: " or ")) %}",
          at: current.offset)
      case .text(let text):
        body.append(.text(text))
        advance()
      case .outputBegin:
        let offset = current.offset
        advance()
        body.append(.output(try parseTuple(), offset: offset))
        guard current.kind == .outputEnd else { throw unexpected("}}") }
        advance()
      case .blockBegin:
        advance()
        if case .name(let word) = current.kind, words.contains(word) { return body }
        body.append(try parseStatement())
        try expectBlockEnd()
      default: throw unexpected("text or a tag")
      }
    }
  }

  private mutating func expectBlockEnd() throws(JinjaFailure) {
    guard current.kind == .blockEnd else { throw unexpected("%}") }
    advance()
  }

  private mutating func parseStatement() throws(JinjaFailure) -> JinjaStatement {
    let offset = current.offset
    let word = try expectName()
    switch word {
    case "if": return try parseCondition()
    case "for": return try parseLoop(offset: offset)
    case "set": return try parseAssignment()
    case "with": return try parseWith()
    case "filter":
      let steps = try parseFilterSteps(startsInline: true, offset: offset)
      try expectBlockEnd()
      let body = try parseBody(until: ["endfilter"])
      advance()
      return .filtered(steps, body)
    case "autoescape", "block", "call", "extends", "from", "import", "include", "macro", "do",
      "break", "continue", "trans":
      throw JinjaFailure(
        "the tag {% \(word) %} is not supported; there are if, for, set, with, filter and raw",
        at: offset)
    default: throw JinjaFailure("the unknown tag {% \(word) %}", at: offset)
    }
  }

  private mutating func parseCondition() throws(JinjaFailure) -> JinjaStatement {
    var branches: [(test: JinjaExpression, body: [JinjaStatement])] = []
    while true {
      let test = try parseTuple(withCondition: false)
      try expectBlockEnd()
      branches.append((test, try parseBody(until: ["elif", "else", "endif"])))
      if skip(name: "elif") { continue }
      var otherwise: [JinjaStatement] = []
      if skip(name: "else") {
        try expectBlockEnd()
        otherwise = try parseBody(until: ["endif"])
      }
      advance()
      return .condition(branches, otherwise: otherwise)
    }
  }

  private mutating func parseLoop(offset: Int) throws(JinjaFailure) -> JinjaStatement {
    let target = try parseTargets(stopsAt: "in")
    guard skip(name: "in") else { throw unexpected("'in'") }
    let sequence = try parseTuple(withCondition: false)
    var condition: JinjaExpression?
    if skip(name: "if") { condition = try parseExpression() }
    if isName("recursive") {
      throw JinjaFailure("recursive loops are not supported", at: current.offset)
    }
    try expectBlockEnd()
    let body = try parseBody(until: ["endfor", "else"])
    var otherwise: [JinjaStatement] = []
    if skip(name: "else") {
      try expectBlockEnd()
      otherwise = try parseBody(until: ["endfor"])
    }
    advance()
    return .loop(
      JinjaLoop(
        target: target, sequence: sequence, condition: condition, body: body,
        otherwise: otherwise, offset: offset))
  }

  private mutating func parseAssignment() throws(JinjaFailure) -> JinjaStatement {
    let target = try parseTargets(stopsAt: "=")
    if skip(symbol: "=") { return .assignment(target, try parseTuple()) }
    let steps = try parseFilterSteps(startsInline: false, offset: current.offset)
    try expectBlockEnd()
    let body = try parseBody(until: ["endset"])
    advance()
    return .capture(target, steps, body)
  }

  private mutating func parseWith() throws(JinjaFailure) -> JinjaStatement {
    var values: [(JinjaTarget, JinjaExpression)] = []
    while current.kind != .blockEnd {
      if !values.isEmpty { try expect(symbol: ",") }
      let target = try parseTarget()
      try expect(symbol: "=")
      values.append((target, try parseExpression()))
    }
    try expectBlockEnd()
    let body = try parseBody(until: ["endwith"])
    advance()
    return .with(values, body)
  }

  private mutating func parseFilterSteps(
    startsInline: Bool, offset: Int
  ) throws(JinjaFailure) -> [JinjaFilterStep] {
    var steps: [JinjaFilterStep] = []
    if startsInline { steps.append(try parseFilterStep(offset: offset)) }
    while isSymbol("|") {
      let offset = current.offset
      advance()
      steps.append(try parseFilterStep(offset: offset))
    }
    return steps
  }

  /// A name, a member of a namespace, or names between commas, in parentheses or not.
  private mutating func parseTargets(stopsAt end: String) throws(JinjaFailure) -> JinjaTarget {
    let offset = current.offset
    var targets = [try parseTarget()]
    var isTuple = false
    while skip(symbol: ",") {
      isTuple = true
      if isName(end) || isSymbol(end) || isSymbol(")") { break }
      targets.append(try parseTarget())
    }
    return isTuple ? .several(targets, offset: offset) : targets[0]
  }

  private mutating func parseTarget() throws(JinjaFailure) -> JinjaTarget {
    let offset = current.offset
    if skip(symbol: "(") {
      try enter()
      defer { depth -= 1 }
      let inner = try parseTargets(stopsAt: ")")
      try expect(symbol: ")")
      return inner
    }
    let name = try expectName()
    guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
      throw JinjaFailure("can't assign to '\(name)'", at: offset)
    }
    if skip(symbol: ".") { return .member(name, try expectName(), offset: offset) }
    return .name(name, offset: offset)
  }
}
