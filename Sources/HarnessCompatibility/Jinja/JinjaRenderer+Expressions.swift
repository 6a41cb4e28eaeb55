extension JinjaRenderer {
  mutating func evaluate(_ expression: JinjaExpression) throws(JinjaFailure) -> JinjaValue {
    switch expression {
    case .constant(let value): return .value(value)
    case .name(let name, let offset):
      try count(offset)
      return lookUp(name, offset: offset)
    case .list(let elements, let offset):
      return .value(try checked(.list(try values(elements, offset)), offset))
    case .tuple(let elements, let offset):
      return .value(try checked(.tuple(try values(elements, offset)), offset))
    case .dictionary(let entries, let offset):
      var dictionary = PythonDictionary()
      for (key, value) in entries {
        let key = try pythonValue(try evaluate(key), offset: offset)
        guard key.isHashable else {
          throw JinjaFailure("unhashable type: '\(key.typeName)'", at: offset)
        }
        dictionary[key] = try pythonValue(try evaluate(value), offset: offset)
      }
      return .value(try checked(.dictionary(dictionary), offset))
    case .attribute(let base, let name, let offset):
      return try attribute(name, of: try evaluate(base), offset: offset)
    case .item(let base, let key, let offset):
      let base = try evaluate(base)
      // Characters are found by counting from the start.
      if case .value(.string(let text)) = base { try charge(.string(text), offset: offset) }
      return try item(try pythonValue(try evaluate(key), offset: offset), of: base, offset: offset)
    case .slice(let base, let slice, let offset):
      return try evaluate(slice, of: base, offset: offset)
    case .call(let callee, let arguments, let offset):
      return try call(try evaluate(callee), arguments, offset: offset)
    case .filter(let input, let name, let arguments, let offset):
      return try filter(try evaluate(input), name, arguments, offset: offset)
    case .test(let input, let name, let arguments, let offset):
      return .value(.bool(try test(try evaluate(input), name, arguments, offset: offset)))
    case .arithmetic(let operation, let left, let right, let offset):
      let left = try pythonValue(try evaluate(left), offset: offset)
      let right = try pythonValue(try evaluate(right), offset: offset)
      try charge(left, offset: offset)
      try charge(right, offset: offset)
      let result = try python(offset) { () throws(PythonError) in
        try left.applying(operation, right)
      }
      return .value(try checked(result, offset))
    case .concatenation(let parts, let offset):
      var text = ""
      for part in parts { text += try self.text(of: try evaluate(part), offset: offset) }
      return .value(try checked(.string(text), offset))
    case .negated(let operand, let offset):
      let value = try pythonValue(try evaluate(operand), offset: offset)
      return .value(try python(offset) { () throws(PythonError) in try value.negated() })
    case .positive(let operand, let offset):
      let value = try pythonValue(try evaluate(operand), offset: offset)
      guard
        let number = value.integerValue.map({ PythonValue.integer($0) })
          ?? (value.floatValue != nil ? value : nil)
      else { throw JinjaFailure("bad operand type for unary +: '\(value.typeName)'", at: offset) }
      return .value(number)
    case .not(let operand): return .value(.bool(!(try isTruthy(operand))))
    case .and(let left, let right):
      let value = try evaluate(left)
      return try isTruthy(value, offset: 0) ? try evaluate(right) : value
    case .or(let left, let right):
      let value = try evaluate(left)
      return try isTruthy(value, offset: 0) ? value : try evaluate(right)
    case .comparison(let first, let rest, let offset):
      return .value(.bool(try compare(first, rest, offset: offset)))
    case .conditional(let test, let then, let otherwise, _):
      if try isTruthy(test) { return try evaluate(then) }
      return try otherwise.map { (other) throws(JinjaFailure) in try evaluate(other) } ?? .omitted
    }
  }

  private mutating func values(
    _ expressions: [JinjaExpression], _ offset: Int
  ) throws(JinjaFailure) -> [PythonValue] {
    var values: [PythonValue] = []
    for expression in expressions {
      values.append(try pythonValue(try evaluate(expression), offset: offset))
    }
    return values
  }

  // MARK: Conversions

  /// The Python value, or an error for what does not exist or has no value.
  func pythonValue(_ value: JinjaValue, offset: Int) throws(JinjaFailure) -> PythonValue {
    switch value {
    case .value(let value): return value
    case .undefined(let problem, let name):
      throw JinjaFailure(problem, at: offset, missingName: name)
    case .omitted:
      throw JinjaFailure("an inline if that was false and has no else", at: offset)
    case .method(let object, let name):
      throw JinjaFailure(
        "the method \(name) of a \(object.typeName) is not called; add ()", at: offset)
    case .function(let function):
      throw JinjaFailure("the function \(function.rawValue) is not called; add ()", at: offset)
    case .loop, .namespace:
      throw JinjaFailure("an object that has no value of its own", at: offset)
    }
  }

  mutating func text(of value: JinjaValue, offset: Int) throws(JinjaFailure) -> String {
    if case .omitted = value { return "" }
    let value = try pythonValue(value, offset: offset)
    if case .string(let text) = value { return text }
    return try checked(value, offset).pythonText
  }

  func isTruthy(_ value: JinjaValue, offset: Int) throws(JinjaFailure) -> Bool {
    switch value {
    case .value(let value): return value.isTruthy
    case .omitted: return false
    case .undefined: return try pythonValue(value, offset: offset).isTruthy
    default: return true
    }
  }

  mutating func isTruthy(_ expression: JinjaExpression) throws(JinjaFailure) -> Bool {
    try isTruthy(try evaluate(expression), offset: expression.offset)
  }

  func elements(of value: JinjaValue, offset: Int) throws(JinjaFailure) -> [PythonValue] {
    if case .omitted = value { return [] }
    let value = try pythonValue(value, offset: offset)
    return try python(offset) { () throws(PythonError) in try value.iterated() }
  }

  /// Runs Python's rule and adds the place to its error.
  func python<Result>(
    _ offset: Int, _ body: () throws(PythonError) -> Result
  ) throws(JinjaFailure) -> Result {
    do throws(PythonError) {
      return try body()
    } catch {
      throw JinjaFailure(error.problem, at: offset)
    }
  }

  /// Refuses values that share parts so often that writing them out would not end.
  ///
  /// The bytes are counted as work as well, because making and checking them took time.
  mutating func checked(_ value: PythonValue, _ offset: Int) throws(JinjaFailure) -> PythonValue {
    var remaining = JinjaRenderer.maximumOutput
    guard value.isSmall(&remaining) else {
      throw JinjaFailure(
        "a value of more than \(Self.maximumOutput) bytes, or nested more than "
          + "\(PythonValue.maximumNesting) deep", at: offset)
    }
    try charge(bytes: Self.maximumOutput - remaining, offset: offset)
    return value
  }

  // MARK: Comparisons

  private mutating func compare(
    _ first: JinjaExpression, _ rest: [(JinjaComparison, JinjaExpression)], offset: Int
  ) throws(JinjaFailure) -> Bool {
    var left = try pythonValue(try evaluate(first), offset: offset)
    for (comparison, expression) in rest {
      let right = try pythonValue(try evaluate(expression), offset: offset)
      try charge(left, offset: offset)
      try charge(right, offset: offset)
      let holds = try python(offset) { () throws(PythonError) -> Bool in
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: try PythonValue.isLess(left, right)
        case .greater: try PythonValue.isLess(right, left)
        case .lessOrEqual: try PythonValue.isLessOrEqual(left, right)
        case .greaterOrEqual: try PythonValue.isLessOrEqual(right, left)
        case .contained: try right.contains(left)
        case .notContained: try !right.contains(left)
        }
      }
      if !holds { return false }
      left = right
    }
    return true
  }

  // MARK: Members

  /// `value.name`: a method or attribute first, then a key.
  ///
  /// - SeeAlso: `jinja2/environment.py: getattr`.
  func attribute(_ name: String, of value: JinjaValue, offset: Int) throws(JinjaFailure)
    -> JinjaValue
  {
    switch value {
    case .loop(let state):
      if let value = state.attribute(name) { return value }
      return name == "cycle" || name == "changed"
        ? .method(.string(""), "loop.\(name)")
        : .undefined(problem: "loop has no attribute '\(name)'", name: nil)
    case .namespace(let namespace):
      return namespace.members[name].map { .value($0) }
        ?? .undefined(problem: "the namespace has no '\(name)'", name: nil)
    default: break
    }
    let object = try pythonValue(value, offset: offset)
    if object.methodNames.contains(name) || object.mutatingMethodNames.contains(name) {
      return .method(object, name)
    }
    if let found = object.dictionaryValue?[name] { return .value(found) }
    return .undefined(
      problem: "a \(object.typeName) has no attribute '\(name)'",
      name: object.dictionaryValue == nil ? nil : name)
  }

  /// `value[key]`: an element or key first, then a method.
  ///
  /// - SeeAlso: `jinja2/environment.py: getitem`.
  func item(_ key: PythonValue, of value: JinjaValue, offset: Int) throws(JinjaFailure)
    -> JinjaValue
  {
    if case .loop = value, case .string(let name) = key {
      return try attribute(name, of: value, offset: offset)
    }
    if case .namespace = value, case .string(let name) = key {
      return try attribute(name, of: value, offset: offset)
    }
    let object = try pythonValue(value, offset: offset)
    do throws(PythonError) {
      return .value(try object.element(at: key))
    } catch {
      if case .string(let name) = key, object.methodNames.contains(name) {
        return .method(object, name)
      }
      return .undefined(problem: error.problem, name: key.stringValue)
    }
  }

  private mutating func evaluate(
    _ slice: JinjaSlice, of base: JinjaExpression, offset: Int
  ) throws(JinjaFailure) -> JinjaValue {
    let object = try pythonValue(try evaluate(base), offset: offset)
    try charge(object, offset: offset)
    var bounds: [Int?] = []
    for bound in [slice.start, slice.stop, slice.step] {
      guard let bound else {
        bounds.append(nil)
        continue
      }
      let value = try pythonValue(try evaluate(bound), offset: offset)
      if case .none = value {
        bounds.append(nil)
      } else if let integer = value.integerValue {
        bounds.append(integer)
      } else {
        throw JinjaFailure("slice indices must be integers, not \(value.typeName)", at: offset)
      }
    }
    do throws(PythonError) {
      return .value(try object.slice(from: bounds[0], to: bounds[1], by: bounds[2]))
    } catch {
      if error.kind == .valueError { throw JinjaFailure(error.problem, at: offset) }
      return .undefined(problem: error.problem, name: nil)
    }
  }

  // MARK: Calls

  mutating func evaluate(
    _ arguments: JinjaCallArguments, offset: Int
  ) throws(JinjaFailure) -> PythonArguments {
    var named = PythonDictionary()
    let positional = try values(arguments.positional, offset)
    for (name, value) in arguments.named {
      named[name] = try pythonValue(try evaluate(value), offset: offset)
    }
    return PythonArguments(positional, named: named)
  }

  private mutating func call(
    _ callee: JinjaValue, _ arguments: JinjaCallArguments, offset: Int
  ) throws(JinjaFailure) -> JinjaValue {
    switch callee {
    case .function(let function):
      return try call(function, try evaluate(arguments, offset: offset), offset: offset)
    case .method(_, "loop.cycle"), .method(_, "loop.changed"):
      guard case .loop(let state) = lookUp("loop", offset: offset),
        case .method(_, let name) = callee
      else { throw JinjaFailure("loop is used outside a loop", at: offset) }
      let values = try evaluate(arguments, offset: offset).positional
      if name == "loop.changed" { return .value(.bool(state.changed(values))) }
      guard !values.isEmpty else { throw JinjaFailure("no items for cycling given", at: offset) }
      return .value(values[state.index % values.count])
    case .method(let object, let name):
      let arguments = try evaluate(arguments, offset: offset)
      try charge(object, offset: offset)
      for argument in arguments.positional { try charge(argument, offset: offset) }
      if object.mutatingMethodNames.contains(name) {
        throw JinjaFailure(
          "\(name)() changes its \(object.typeName), which is not supported; use a namespace",
          at: offset)
      }
      let result = try python(offset) { () throws(PythonError) in
        try object.call(name, arguments)
      }
      guard let result else {
        throw JinjaFailure("a \(object.typeName) has no method \(name)", at: offset)
      }
      return .value(try checked(result, offset))
    case .undefined, .omitted: return .value(try pythonValue(callee, offset: offset))
    case .value(let value):
      throw JinjaFailure("'\(value.typeName)' object is not callable", at: offset)
    case .loop, .namespace:
      throw JinjaFailure("an object that cannot be called", at: offset)
    }
  }

  private mutating func call(
    _ function: JinjaFunction, _ arguments: PythonArguments, offset: Int
  ) throws(JinjaFailure) -> JinjaValue {
    switch function {
    case .range:
      let bounds = arguments.positional.compactMap(\.integerValue)
      guard (1...3).contains(bounds.count), bounds.count == arguments.positional.count else {
        throw JinjaFailure("range takes one to three integers", at: offset)
      }
      let (start, stop) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
      let step = bounds.count == 3 ? bounds[2] : 1
      guard step != 0 else { throw JinjaFailure("range() arg 3 must not be zero", at: offset) }
      let width = (step > 0 ? Double(stop) - Double(start) : Double(start) - Double(stop))
      guard width / Double(step).magnitude <= 1_000_000 else {
        throw JinjaFailure("a range of more than 1000000 numbers", at: offset)
      }
      return .value(
        try checked(.list(stride(from: start, to: stop, by: step).map { .integer($0) }), offset))
    case .dict:
      return .value(.dictionary(arguments.named))
    case .namespace:
      let namespace = JinjaNamespace()
      if case .dictionary(let initial)? = arguments.positional.first { namespace.members = initial }
      for (key, value) in arguments.named.entries { namespace.members[key] = value }
      return .namespace(namespace)
    }
  }
}

extension JinjaExpression {
  /// Where the expression begins, as far as it knows.
  var offset: Int {
    switch self {
    case .constant: 0
    case .name(_, let offset), .list(_, let offset), .tuple(_, let offset),
      .dictionary(_, let offset), .attribute(_, _, let offset), .item(_, _, let offset),
      .slice(_, _, let offset), .call(_, _, let offset), .filter(_, _, _, let offset),
      .test(_, _, _, let offset), .arithmetic(_, _, _, let offset),
      .concatenation(_, let offset), .negated(_, let offset), .positive(_, let offset),
      .comparison(_, _, let offset), .conditional(_, _, _, let offset):
      offset
    case .not(let inner), .and(let inner, _), .or(let inner, _): inner.offset
    }
  }
}

extension PythonValue {
  /// Python's methods that change their object, which templates cannot do here.
  var mutatingMethodNames: [String] {
    switch self {
    case .list: ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"]
    case .dictionary: ["clear", "pop", "popitem", "setdefault", "update"]
    default: []
    }
  }

  /// Lists inside one another that a template may build; beyond what JSON may nest.
  static let maximumNesting = 256

  /// Whether the value stays within what remains of a budget of bytes, and is not nested too deeply
  /// for the recursion that reads it.
  func isSmall(_ remaining: inout Int, depth: Int = 0) -> Bool {
    remaining -= MemoryLayout<PythonValue>.size
    guard depth <= Self.maximumNesting else { return false }
    switch self {
    case .string(let text): remaining -= text.utf8.count
    case .list(let elements), .tuple(let elements):
      for element in elements where !element.isSmall(&remaining, depth: depth + 1) { return false }
    case .dictionary(let dictionary):
      for (key, value) in dictionary.entries
      where !key.isSmall(&remaining, depth: depth + 1)
        || !value.isSmall(&remaining, depth: depth + 1)
      { return false }
    default: break
    }
    return remaining >= 0
  }
}
