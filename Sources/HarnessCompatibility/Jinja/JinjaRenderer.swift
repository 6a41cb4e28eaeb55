/// Runs a template's statements over one document.
///
/// Every loop and every value is bounded, so that a hostile template ends in an error.
struct JinjaRenderer {
  let document: PythonDictionary
  private(set) var output = ""
  /// Local variables, innermost scope last; a list, because Swift's `String` keys would take composed
  /// and decomposed names for one.
  private var scopes: [[(name: String, value: JinjaValue)]] = [[]]
  private var steps = 0

  /// Loop rounds and expressions, together.
  static let maximumSteps = 5_000_000
  /// Bytes of the rendered text.
  static let maximumOutput = 64 << 20

  init(document: PythonDictionary) { self.document = document }

  mutating func run(_ body: [JinjaStatement]) throws(JinjaFailure) {
    for statement in body { try run(statement) }
  }

  private mutating func run(_ statement: JinjaStatement) throws(JinjaFailure) {
    switch statement {
    case .text(let text): try append(text, offset: 0)
    case .output(let expression, let tag):
      let offset = max(expression.offset, tag)
      try append(try text(of: try evaluate(expression), offset: offset), offset: offset)
    case .condition(let branches, let otherwise):
      for branch in branches where try isTruthy(branch.test) {
        try run(branch.body)
        return
      }
      try run(otherwise)
    case .loop(let loop): try run(loop)
    case .assignment(let target, let expression):
      try assign(try evaluate(expression), to: target)
    case .capture(let target, let steps, let body):
      let text = try captured(body, through: steps)
      try assign(text, to: target)
    case .with(let values, let body):
      // The values do not see one another.
      var evaluated: [(JinjaTarget, JinjaValue)] = []
      for (target, expression) in values { evaluated.append((target, try evaluate(expression))) }
      scopes.append([])
      defer { scopes.removeLast() }
      for (target, value) in evaluated { try assign(value, to: target) }
      try run(body)
    case .filtered(let steps, let body):
      let result = try captured(body, through: steps)
      try append(
        try text(of: result, offset: steps.first?.offset ?? 0), offset: steps.first?.offset ?? 0)
    }
  }

  private mutating func append(_ text: String, offset: Int) throws(JinjaFailure) {
    guard output.utf8.count + text.utf8.count <= Self.maximumOutput else {
      throw JinjaFailure("more than \(Self.maximumOutput) bytes of text", at: offset)
    }
    output += text
  }

  /// The text that statements print, run through filters; it is not printed itself.
  private mutating func captured(
    _ body: [JinjaStatement], through steps: [JinjaFilterStep]
  ) throws(JinjaFailure) -> JinjaValue {
    let outer = output
    output = ""
    scopes.append([])
    defer {
      output = outer
      scopes.removeLast()
    }
    try run(body)
    var value = JinjaValue.text(output)
    for step in steps {
      value = try filter(value, step.name, step.arguments, offset: step.offset)
    }
    return value
  }

  // MARK: Loops

  private mutating func run(_ loop: JinjaLoop) throws(JinjaFailure) {
    var items = try elements(of: try evaluate(loop.sequence), offset: loop.offset)
    if let condition = loop.condition {
      var kept: [PythonValue] = []
      for item in items {
        try count(loop.offset)
        scopes.append([])
        defer { scopes.removeLast() }
        try assign(.value(item), to: loop.target)
        if try isTruthy(condition) { kept.append(item) }
      }
      items = kept
    }
    if items.isEmpty {
      try run(loop.otherwise)
      return
    }
    let state = JinjaLoopState(items: items)
    for (index, item) in items.enumerated() {
      try count(loop.offset)
      state.index = index
      scopes.append([("loop", .loop(state))])
      defer { scopes.removeLast() }
      try assign(.value(item), to: loop.target)
      try run(loop.body)
    }
  }

  /// Counts a unit of work.
  mutating func count(_ offset: Int) throws(JinjaFailure) {
    steps += 1
    if steps > Self.maximumSteps {
      throw JinjaFailure("more than \(Self.maximumSteps) steps of work", at: offset)
    }
  }

  /// Counts work that grows with a value, so that large values are not worked on without end.
  mutating func charge(_ value: PythonValue, offset: Int) throws(JinjaFailure) {
    var remaining = Self.largestCharge
    _ = value.isSmall(&remaining)
    try charge(bytes: Self.largestCharge - max(remaining, 0), offset: offset)
  }

  mutating func charge(bytes: Int, offset: Int) throws(JinjaFailure) {
    steps += bytes / Self.bytesPerStep
    try count(offset)
  }

  /// Bytes or elements that are counted as one step.
  private static let bytesPerStep = 16
  private static let largestCharge = 64 << 20

  // MARK: Variables

  func lookUp(_ name: String, offset: Int) -> JinjaValue {
    for scope in scopes.reversed() {
      if let found = scope.last(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
        return found.value
      }
    }
    if let value = document[name] { return .value(value) }
    if let function = JinjaFunction(rawValue: name) { return .function(function) }
    return .undefined(problem: "the document has no field '\(name)'", name: name)
  }

  mutating func assign(_ value: JinjaValue, to target: JinjaTarget) throws(JinjaFailure) {
    switch target {
    case .name(let name, _):
      let last = scopes.count - 1
      if let index = scopes[last].firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
        scopes[last][index].value = value
      } else {
        scopes[last].append((name, value))
      }
    case .member(let name, let member, let offset):
      guard case .namespace(let namespace) = lookUp(name, offset: offset) else {
        throw JinjaFailure("cannot assign attribute on non-namespace object", at: offset)
      }
      namespace.members[member] = try pythonValue(value, offset: offset)
    case .several(let targets, let offset):
      let parts = try elements(of: value, offset: offset)
      guard parts.count == targets.count else {
        throw JinjaFailure(
          "\(parts.count) values for \(targets.count) names", at: offset)
      }
      for (target, part) in zip(targets, parts) { try assign(.value(part), to: target) }
    }
  }
}
