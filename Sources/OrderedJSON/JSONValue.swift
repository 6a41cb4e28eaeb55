/// A JSON value that keeps what Foundation's decoders lose: the order of members, repeated names,
/// and whether a number was written as an integer.
///
/// All three matter here: results files are compared by hash with those of lm-evaluation-harness,
/// a repeated tensor name is an attack, and `5` and `5.0` render differently in a prompt.
public enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// An integer outside `Int`, as its digits with an optional leading minus.
  case bigInteger(String)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

/// The members of a JSON object in file order; a repeated name stays in the list.
public struct JSONObject: Sendable {
  /// One name with its value.
  public struct Member: Sendable {
    public var name: String
    public var value: JSONValue

    public init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  public var members: [Member]

  public init(_ members: [Member] = []) { self.members = members }

  /// The value of a name; the last one if the name is repeated, as Python's `json` has it.
  ///
  /// Names are compared by their UTF-8 bytes: Swift's `==` would take the composed and the
  /// decomposed spelling of a name for the same. Assigning replaces or appends; assigning `nil`
  /// removes.
  /// - Complexity: O(members).
  public subscript(name: String) -> JSONValue? {
    get { members.last { $0.name.hasSameBytes(as: name) }?.value }
    set {
      guard let newValue else {
        members.removeAll { $0.name.hasSameBytes(as: name) }
        return
      }
      if let index = members.lastIndex(where: { $0.name.hasSameBytes(as: name) }) {
        members[index].value = newValue
      } else {
        members.append(Member(name: name, value: newValue))
      }
    }
  }

  /// The first name that occurs twice, compared by bytes.
  /// - Complexity: O(members) expected.
  public var firstRepeatedName: String? {
    var seen = Set<ByteKey>(minimumCapacity: members.count)
    for member in members where !seen.insert(ByteKey(member.name)).inserted { return member.name }
    return nil
  }

  private struct ByteKey: Hashable {
    let bytes: ContiguousArray<UInt8>
    init(_ text: String) { bytes = ContiguousArray(text.utf8) }
  }
}

extension String {
  /// Whether both texts have the same UTF-8 bytes, which `==` does not ask.
  public func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}

extension JSONValue {
  /// The member of that name, if this is an object that has it.
  public subscript(name: String) -> JSONValue? {
    if case .object(let object) = self { object[name] } else { nil }
  }

  public var isNull: Bool { if case .null = self { true } else { false } }

  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The value of a number written as an integer that fits.
  public var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }

  /// The value of any number, rounded to double.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .bigInteger(let digits): Double(digits)
    case .double(let value): value
    default: nil
    }
  }

  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

  public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

  public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// What kind of value this is, for error messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .bigInteger: "an integer"
    case .double: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue: Equatable {
  /// Equality by content: strings by bytes, objects by members in order, integers and doubles apart.
  public static func == (a: JSONValue, b: JSONValue) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let x), .bool(let y)): x == y
    case (.integer(let x), .integer(let y)): x == y
    case (.bigInteger(let x), .bigInteger(let y)): x == y
    case (.double(let x), .double(let y)): x == y
    case (.string(let x), .string(let y)): x.hasSameBytes(as: y)
    case (.array(let x), .array(let y)): x == y
    case (.object(let x), .object(let y)): x == y
    default: false
    }
  }
}

extension JSONObject: Equatable {
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.members.count == b.members.count
      && zip(a.members, b.members).allSatisfy {
        $0.name.hasSameBytes(as: $1.name) && $0.value == $1.value
      }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(name: $0.0, value: $0.1) }))
  }
}
