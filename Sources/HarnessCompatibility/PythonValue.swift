public import OrderedJSON

/// A value as Python has it after `json.load`: what templates compute with.
///
/// Integers go up to 64 bits; a larger one is carried along as its digits but not computed with.
public enum PythonValue: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer outside `Int`, as its digits with an optional leading minus.
  case bigInteger(String)
  case float(Double)
  case string(String)
  case list([PythonValue])
  case tuple([PythonValue])
  case dictionary(PythonDictionary)

  /// The value that Python's `json` makes of a JSON text; of a repeated name the last value counts.
  ///
  /// - Complexity: O(size of the value).
  public init(_ json: JSONValue) {
    switch json {
    case .null: self = .none
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .bigInteger(let digits): self = .bigInteger(digits)
    case .double(let value): self = .float(value)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .list(elements.map { PythonValue($0) })
    case .object(let object):
      var dictionary = PythonDictionary()
      for member in object.members {
        dictionary[.string(member.name)] = PythonValue(member.value)
      }
      self = .dictionary(dictionary)
    }
  }

  /// The JSON value that Python's `json.dumps` would write.
  ///
  /// Tuples become arrays, keys become text.
  /// - Complexity: O(size of the value).
  public var json: JSONValue {
    switch self {
    case .none: .null
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .bigInteger(let digits): .bigInteger(digits)
    case .float(let value): .double(value)
    case .string(let text): .string(text)
    case .list(let elements), .tuple(let elements): .array(elements.map(\.json))
    case .dictionary(let dictionary): .object(dictionary.jsonObject)
    }
  }

  /// Python's name of the type.
  public var typeName: String {
    switch self {
    case .none: "NoneType"
    case .bool: "bool"
    case .integer, .bigInteger: "int"
    case .float: "float"
    case .string: "str"
    case .list: "list"
    case .tuple: "tuple"
    case .dictionary: "dict"
    }
  }

  /// Python's `bool(value)`.
  public var isTruthy: Bool {
    switch self {
    case .none: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .bigInteger: true
    case .float(let value): value != 0
    case .string(let text): !text.isEmpty
    case .list(let elements), .tuple(let elements): !elements.isEmpty
    case .dictionary(let dictionary): dictionary.count > 0
    }
  }

  /// The text of a string.
  public var stringValue: String? { if case .string(let text) = self { text } else { nil } }

  /// The integer, also of a boolean, which is one in Python.
  public var integerValue: Int? {
    switch self {
    case .integer(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  /// The number as double; of booleans 0 or 1.
  public var floatValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .bigInteger(let digits): Double(digits)
    case .float(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  /// The elements of a list or tuple.
  public var elements: [PythonValue]? {
    switch self {
    case .list(let elements), .tuple(let elements): elements
    default: nil
    }
  }

  public var dictionaryValue: PythonDictionary? {
    if case .dictionary(let dictionary) = self { dictionary } else { nil }
  }

  /// What a `for` loop goes through.
  ///
  /// - Returns: Elements, characters or keys.
  /// - Throws: ``PythonError`` for what cannot be iterated.
  public func iterated() throws(PythonError) -> [PythonValue] {
    switch self {
    case .list(let elements), .tuple(let elements): elements
    case .string(let text): text.unicodeScalars.map { .string(String($0)) }
    case .dictionary(let dictionary): dictionary.keys
    default: throw PythonError(.typeError, "'\(typeName)' object is not iterable")
    }
  }

  /// Python's `len(value)`.
  ///
  /// - Returns: Code points, elements or entries.
  /// - Throws: ``PythonError`` for what has no length.
  public func length() throws(PythonError) -> Int {
    switch self {
    case .string(let text): text.pythonLength
    case .list(let elements), .tuple(let elements): elements.count
    case .dictionary(let dictionary): dictionary.count
    default: throw PythonError(.typeError, "object of type '\(typeName)' has no len()")
    }
  }
}
