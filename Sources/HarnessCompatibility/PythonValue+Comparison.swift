import OrderedJSON

extension PythonValue: Hashable {
  /// Python's `==`: numbers by value (`True == 1 == 1.0`), text by code points, a list never a tuple.
  public static func == (a: PythonValue, b: PythonValue) -> Bool {
    switch (a, b) {
    case (.none, .none): true
    case (.string(let x), .string(let y)): x.hasSameBytes(as: y)
    case (.list(let x), .list(let y)), (.tuple(let x), .tuple(let y)): x == y
    case (.dictionary(let x), .dictionary(let y)): x == y
    case (.bigInteger(let x), .bigInteger(let y)): x == y
    case (.bigInteger(let digits), .float(let y)), (.float(let y), .bigInteger(let digits)):
      Double(digits) == y
    case (.float(let x), .float(let y)): x == y
    case (.float(let x), _):
      b.integerValue.map { x == Double($0) && Int(exactly: x) == $0 } ?? false
    case (_, .float): b == a
    default:
      if let x = a.integerValue, let y = b.integerValue { x == y } else { false }
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .none: hasher.combine(0)
    case .string(let text):
      hasher.combine(1)
      for byte in text.utf8 { hasher.combine(byte) }
    case .list(let elements), .tuple(let elements): hasher.combine(elements)
    case .dictionary(let dictionary): hasher.combine(dictionary)
    case .bool, .integer, .bigInteger, .float: hasher.combine(floatValue)
    }
  }

  /// Python's `a < b`.
  ///
  /// - Parameters:
  ///   - a: Left side.
  ///   - b: Right side.
  /// - Returns: Whether the left side comes first.
  /// - Throws: ``PythonError`` where the types have no order.
  public static func isLess(_ a: PythonValue, _ b: PythonValue) throws(PythonError) -> Bool {
    switch (a, b) {
    case (.string(let x), .string(let y)):
      return x.unicodeScalars.lexicographicallyPrecedes(y.unicodeScalars)
    case (.list(let x), .list(let y)), (.tuple(let x), .tuple(let y)):
      for (left, right) in zip(x, y) where left != right { return try isLess(left, right) }
      return x.count < y.count
    default:
      if let x = a.integerValue, let y = b.integerValue { return x < y }
      if let x = a.floatValue, let y = b.floatValue { return x < y }
      throw PythonError(
        .typeError,
        "'<' not supported between instances of '\(a.typeName)' and '\(b.typeName)'")
    }
  }

  /// Python's `a <= b`.
  ///
  /// - Parameters:
  ///   - a: Left side.
  ///   - b: Right side.
  /// - Returns: Whether the left side comes first or is equal.
  /// - Throws: ``PythonError`` where the types have no order.
  static func isLessOrEqual(_ a: PythonValue, _ b: PythonValue) throws(PythonError) -> Bool {
    if try isLess(a, b) { return true }
    return a == b
  }

  /// Python's `element in self`.
  ///
  /// - Parameter element: What is looked for.
  /// - Returns: Whether it is an element, a key, or a part of the text.
  /// - Throws: ``PythonError`` where the question has no meaning.
  public func contains(_ element: PythonValue) throws(PythonError) -> Bool {
    switch self {
    case .list(let elements), .tuple(let elements): return elements.contains(element)
    case .dictionary(let dictionary): return dictionary[element] != nil
    case .string(let text):
      guard case .string(let part) = element else {
        throw PythonError(
          .typeError, "'in <string>' requires string as left operand, not \(element.typeName)")
      }
      return text.pythonFind(part) != nil
    default: throw PythonError(.typeError, "argument of type '\(typeName)' is not iterable")
    }
  }
}
