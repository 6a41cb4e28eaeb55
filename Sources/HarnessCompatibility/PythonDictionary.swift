public import OrderedJSON

/// A Python `dict`: keys in the order in which they were first set.
public struct PythonDictionary: Sendable {
  public private(set) var keys: [PythonValue] = []
  public private(set) var values: [PythonValue] = []
  /// Positions by key, kept only where searching the list would be slower.
  private var positions: [PythonValue: Int] = [:]

  private static let indexedFrom = 12

  public init() {}

  public init(_ entries: some Sequence<(PythonValue, PythonValue)>) {
    for (key, value) in entries { self[key] = value }
  }

  public var count: Int { keys.count }

  /// The value of a key; assigning keeps the place of a key that exists, assigning `nil` removes.
  public subscript(key: PythonValue) -> PythonValue? {
    get { position(of: key).map { values[$0] } }
    set {
      guard let newValue else {
        guard let position = position(of: key) else { return }
        keys.remove(at: position)
        values.remove(at: position)
        positions = [:]
        if keys.count >= Self.indexedFrom { index() }
        return
      }
      if let position = position(of: key) {
        values[position] = newValue
        return
      }
      keys.append(key)
      values.append(newValue)
      if keys.count == Self.indexedFrom {
        index()
      } else if keys.count > Self.indexedFrom {
        positions[key] = keys.count - 1
      }
    }
  }

  /// The value of a key that is a text.
  public subscript(name: String) -> PythonValue? {
    get { self[.string(name)] }
    set { self[.string(name)] = newValue }
  }

  /// Keys with their values, in order.
  public var entries: Zip2Sequence<[PythonValue], [PythonValue]> { zip(keys, values) }

  /// The object that `json.dumps` would write.
  public var jsonObject: JSONObject {
    JSONObject(entries.map { JSONObject.Member(name: $0.jsonName, value: $1.json) })
  }

  private func position(of key: PythonValue) -> Int? {
    keys.count < Self.indexedFrom ? keys.firstIndex(of: key) : positions[key]
  }

  private mutating func index() {
    for (position, key) in keys.enumerated() { positions[key] = position }
  }
}

extension PythonDictionary: Equatable {
  /// Python's equality: the same keys with equal values, whatever the order.
  public static func == (a: PythonDictionary, b: PythonDictionary) -> Bool {
    a.count == b.count && a.entries.allSatisfy { b[$0] == $1 }
  }
}

extension PythonDictionary: Hashable {
  /// A hash that does not depend on the order of keys.
  public func hash(into hasher: inout Hasher) { hasher.combine(count) }
}

extension PythonValue {
  /// The member name that `json.dumps` makes of a key.
  fileprivate var jsonName: String {
    switch self {
    case .string(let text): text
    case .bool(let value): value ? "true" : "false"
    case .none: "null"
    case .float(let value): value.pythonDescription
    default: pythonText
    }
  }
}
