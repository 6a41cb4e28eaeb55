/// Reads expressions by recursive descent, with Jinja's precedence.
///
/// Source: `jinja2/parser.py` (3.1). Recursion is bounded.
struct JinjaParser {
  let tokens: [JinjaToken]
  var position = 0
  /// Expressions and blocks inside one another.
  var depth = 0

  /// Operators, members and filters in a row within one whole expression; each makes it one deeper.
  var links = 0
  /// Expressions inside one another, blocks left out.
  private var expressionDepth = 0

  static let maximumDepth = 60
  static let maximumLinks = 500

  init(_ tokens: [JinjaToken]) { self.tokens = tokens }

  var current: JinjaToken { tokens[position] }

  var next: JinjaToken { tokens[min(position + 1, tokens.count - 1)] }

  mutating func advance() { if position < tokens.count - 1 { position += 1 } }

  func isName(_ name: String) -> Bool { current.kind == .name(name) }

  func isSymbol(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }

  mutating func skip(name: String) -> Bool {
    guard isName(name) else { return false }
    advance()
    return true
  }

  mutating func skip(symbol: String) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func expect(symbol: String) throws(JinjaFailure) {
    guard skip(symbol: symbol) else { throw unexpected("'\(symbol)'") }
  }

  mutating func expectName() throws(JinjaFailure) -> String {
    guard case .name(let name) = current.kind else { throw unexpected("a name") }
    advance()
    return name
  }

  func unexpected(_ wanted: String) -> JinjaFailure {
    JinjaFailure("\(wanted) is expected, not \(current.described)", at: current.offset)
  }

  mutating func enter() throws(JinjaFailure) {
    depth += 1
    guard depth <= Self.maximumDepth else {
      throw JinjaFailure("nested more than \(Self.maximumDepth) deep", at: current.offset)
    }
  }

  /// Counts a step of a chain such as `a + b + c`, which is read in a loop but evaluated and freed by
  /// recursion.
  mutating func link() throws(JinjaFailure) {
    links += 1
    guard links <= Self.maximumLinks else {
      throw JinjaFailure(
        "an expression of more than \(Self.maximumLinks) operators and filters", at: current.offset)
    }
  }

  // MARK: From weak to strong

  mutating func parseExpression(withCondition: Bool = true) throws(JinjaFailure) -> JinjaExpression
  {
    try enter()
    expressionDepth += 1
    if expressionDepth == 1 { links = 0 }
    defer {
      depth -= 1
      expressionDepth -= 1
    }
    return withCondition ? try parseConditional() : try parseOr()
  }

  private mutating func parseConditional() throws(JinjaFailure) -> JinjaExpression {
    var expression = try parseOr()
    while isName("if") {
      try link()
      let offset = current.offset
      advance()
      let test = try parseOr()
      var otherwise: JinjaExpression?
      if skip(name: "else") {
        try enter()
        otherwise = try parseConditional()
        depth -= 1
      }
      expression = .conditional(
        test: test, then: expression, otherwise: otherwise, offset: offset)
    }
    return expression
  }

  private mutating func parseOr() throws(JinjaFailure) -> JinjaExpression {
    var left = try parseAnd()
    while skip(name: "or") {
      try link()
      left = .or(left, try parseAnd())
    }
    return left
  }

  private mutating func parseAnd() throws(JinjaFailure) -> JinjaExpression {
    var left = try parseNot()
    while skip(name: "and") {
      try link()
      left = .and(left, try parseNot())
    }
    return left
  }

  private mutating func parseNot() throws(JinjaFailure) -> JinjaExpression {
    guard skip(name: "not") else { return try parseComparison() }
    try enter()
    defer { depth -= 1 }
    return .not(try parseNot())
  }

  private mutating func parseComparison() throws(JinjaFailure) -> JinjaExpression {
    let offset = current.offset
    let first = try parseSum()
    var rest: [(JinjaComparison, JinjaExpression)] = []
    while let comparison = takeComparison() { rest.append((comparison, try parseSum())) }
    return rest.isEmpty ? first : .comparison(first, rest, offset: offset)
  }

  private mutating func takeComparison() -> JinjaComparison? {
    let symbols: [(String, JinjaComparison)] = [
      ("==", .equal), ("!=", .notEqual), ("<=", .lessOrEqual), (">=", .greaterOrEqual),
      ("<", .less), (">", .greater),
    ]
    for (symbol, comparison) in symbols where skip(symbol: symbol) { return comparison }
    if skip(name: "in") { return .contained }
    if isName("not"), next.kind == .name("in") {
      advance()
      advance()
      return .notContained
    }
    return nil
  }

  private mutating func parseSum() throws(JinjaFailure) -> JinjaExpression {
    var left = try parseConcatenation()
    while isSymbol("+") || isSymbol("-") {
      let (operation, offset): (PythonOperator, Int) =
        (isSymbol("+") ? .add : .subtract, current.offset)
      try link()
      advance()
      left = .arithmetic(operation, left, try parseConcatenation(), offset: offset)
    }
    return left
  }

  private mutating func parseConcatenation() throws(JinjaFailure) -> JinjaExpression {
    let offset = current.offset
    var parts = [try parseProduct()]
    while skip(symbol: "~") { parts.append(try parseProduct()) }
    return parts.count == 1 ? parts[0] : .concatenation(parts, offset: offset)
  }

  private mutating func parseProduct() throws(JinjaFailure) -> JinjaExpression {
    var left = try parsePower()
    while case .symbol(let symbol) = current.kind,
      let operation = PythonOperator(rawValue: symbol),
      [.multiply, .divide, .floorDivide, .remainder].contains(operation)
    {
      try link()
      let offset = current.offset
      advance()
      left = .arithmetic(operation, left, try parsePower(), offset: offset)
    }
    return left
  }

  /// Powers group to the left here, unlike in Python.
  private mutating func parsePower() throws(JinjaFailure) -> JinjaExpression {
    var left = try parseUnary()
    while isSymbol("**") {
      try link()
      let offset = current.offset
      advance()
      left = .arithmetic(.power, left, try parseUnary(), offset: offset)
    }
    return left
  }

  private mutating func parseUnary(withFilter: Bool = true) throws(JinjaFailure) -> JinjaExpression
  {
    try enter()
    defer { depth -= 1 }
    let offset = current.offset
    var expression: JinjaExpression
    if skip(symbol: "-") {
      expression = .negated(try parseUnary(withFilter: false), offset: offset)
    } else if skip(symbol: "+") {
      expression = .positive(try parseUnary(withFilter: false), offset: offset)
    } else {
      expression = try parsePrimary()
    }
    expression = try parsePostfix(expression)
    return withFilter ? try parseFilters(expression) : expression
  }

  // MARK: Primary expressions

  private mutating func parsePrimary() throws(JinjaFailure) -> JinjaExpression {
    let token = current
    switch token.kind {
    case .name(let name):
      advance()
      switch name {
      case "true", "True": return .constant(.bool(true))
      case "false", "False": return .constant(.bool(false))
      case "none", "None": return .constant(.none)
      default: return .name(name, offset: token.offset)
      }
    case .string:
      var text = ""
      while case .string(let part) = current.kind {
        text += part
        advance()
      }
      return .constant(.string(text))
    case .integer(let value):
      advance()
      return .constant(.integer(value))
    case .float(let value):
      advance()
      return .constant(.float(value))
    case .symbol("("):
      advance()
      let expression = try parseTuple(isParenthesised: true)
      try expect(symbol: ")")
      return expression
    case .symbol("["):
      advance()
      var elements: [JinjaExpression] = []
      while !isSymbol("]") {
        if !elements.isEmpty { try expect(symbol: ",") }
        if isSymbol("]") { break }
        elements.append(try parseExpression())
      }
      advance()
      return .list(elements, offset: token.offset)
    case .symbol("{"):
      advance()
      var entries: [(key: JinjaExpression, value: JinjaExpression)] = []
      while !isSymbol("}") {
        if !entries.isEmpty { try expect(symbol: ",") }
        if isSymbol("}") { break }
        let key = try parseExpression()
        try expect(symbol: ":")
        entries.append((key, try parseExpression()))
      }
      advance()
      return .dictionary(entries, offset: token.offset)
    default: throw unexpected("an expression")
    }
  }

  /// One expression, or several between commas that make a tuple.
  ///
  /// - Parameters:
  ///   - withCondition: Whether `a if b` may stand inside; a loop's sequence takes its `if` itself.
  ///   - isParenthesised: Whether nothing at all makes the empty tuple.
  /// - Returns: The expression or tuple.
  /// - Throws: ``JinjaFailure`` for syntax that Jinja refuses.
  mutating func parseTuple(
    withCondition: Bool = true, isParenthesised: Bool = false
  ) throws(JinjaFailure) -> JinjaExpression {
    let offset = current.offset
    var elements: [JinjaExpression] = []
    var isTuple = false
    while true {
      if !elements.isEmpty { try expect(symbol: ",") }
      if isTupleEnd { break }
      elements.append(try parseExpression(withCondition: withCondition))
      guard isSymbol(",") else { break }
      isTuple = true
    }
    if !isTuple {
      if let only = elements.first { return only }
      if !isParenthesised { throw unexpected("an expression") }
    }
    return .tuple(elements, offset: offset)
  }

  private var isTupleEnd: Bool {
    switch current.kind {
    case .outputEnd, .blockEnd, .symbol(")"), .end: true
    default: false
    }
  }

  // MARK: What follows an expression

  private mutating func parsePostfix(
    _ expression: JinjaExpression
  ) throws(JinjaFailure) -> JinjaExpression {
    var expression = expression
    while true {
      let offset = current.offset
      if skip(symbol: ".") {
        try link()
        switch current.kind {
        case .name(let name): expression = .attribute(expression, name, offset: offset)
        case .integer(let index):
          expression = .item(expression, .constant(.integer(index)), offset: offset)
        default: throw unexpected("a name or number")
        }
        advance()
      } else if skip(symbol: "[") {
        try link()
        expression = try parseSubscript(of: expression, offset: offset)
      } else if isSymbol("(") {
        try link()
        expression = .call(expression, try parseCallArguments(), offset: offset)
      } else {
        return expression
      }
    }
  }

  private mutating func parseSubscript(
    of expression: JinjaExpression, offset: Int
  ) throws(JinjaFailure) -> JinjaExpression {
    var keys: [JinjaExpression] = []
    while !isSymbol("]") {
      if !keys.isEmpty { try expect(symbol: ",") }
      var first: JinjaExpression?
      if !isSymbol(":") { first = try parseExpression() }
      if skip(symbol: ":") {
        var slice = JinjaSlice(start: first)
        if !isSymbol(":"), !isSymbol("]") { slice.stop = try parseExpression() }
        if skip(symbol: ":"), !isSymbol("]") { slice.step = try parseExpression() }
        guard keys.isEmpty, skip(symbol: "]") else { throw unexpected("']'") }
        return .slice(expression, slice, offset: offset)
      }
      if let first { keys.append(first) }
    }
    advance()
    if keys.count == 1 { return .item(expression, keys[0], offset: offset) }
    return .item(expression, .tuple(keys, offset: offset), offset: offset)
  }

  private mutating func parseFilters(
    _ expression: JinjaExpression
  ) throws(JinjaFailure) -> JinjaExpression {
    var expression = expression
    while true {
      let offset = current.offset
      if skip(symbol: "|") {
        try link()
        let step = try parseFilterStep(offset: offset)
        expression = .filter(expression, step.name, step.arguments, offset: offset)
      } else if isName("is") {
        try link()
        expression = try parseTest(of: expression)
      } else if isSymbol("(") {
        try link()
        expression = .call(expression, try parseCallArguments(), offset: offset)
      } else {
        return expression
      }
    }
  }

  mutating func parseFilterStep(offset: Int) throws(JinjaFailure) -> JinjaFilterStep {
    let name = try expectName()
    let arguments = isSymbol("(") ? try parseCallArguments() : JinjaCallArguments()
    return JinjaFilterStep(name: name, arguments: arguments, offset: offset)
  }

  private mutating func parseTest(
    of expression: JinjaExpression
  ) throws(JinjaFailure) -> JinjaExpression {
    let offset = current.offset
    advance()
    let isNegated = skip(name: "not")
    let name = try expectName()
    var arguments = JinjaCallArguments()
    if isSymbol("(") {
      arguments = try parseCallArguments()
    } else if startsTestArgument {
      if isName("is") { throw JinjaFailure("tests cannot be chained with is", at: current.offset) }
      try enter()
      arguments.positional = [try parsePostfix(try parsePrimary())]
      depth -= 1
    }
    let test = JinjaExpression.test(expression, name, arguments, offset: offset)
    return isNegated ? .not(test) : test
  }

  private var startsTestArgument: Bool {
    switch current.kind {
    case .name(let name): !["else", "or", "and"].contains(name)
    case .string, .integer, .float: true
    case .symbol(let symbol): symbol == "(" || symbol == "[" || symbol == "{"
    default: false
    }
  }

  private mutating func parseCallArguments() throws(JinjaFailure) -> JinjaCallArguments {
    try expect(symbol: "(")
    var arguments = JinjaCallArguments()
    var isFirst = true
    while !isSymbol(")") {
      if !isFirst {
        try expect(symbol: ",")
        if isSymbol(")") { break }
      }
      isFirst = false
      if isSymbol("*") || isSymbol("**") {
        throw JinjaFailure("arguments with * are not supported", at: current.offset)
      }
      if case .name(let name) = current.kind, next.kind == .symbol("=") {
        advance()
        advance()
        arguments.named.append((name, try parseExpression()))
      } else if arguments.named.isEmpty {
        arguments.positional.append(try parseExpression())
      } else {
        throw JinjaFailure("an argument without a name after one with a name", at: current.offset)
      }
    }
    advance()
    return arguments
  }
}
