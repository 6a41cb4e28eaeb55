/// Turns `Encodable` values into ``JSONValue``, members in the order in which they are encoded.
///
/// Foundation's encoder sorts or scrambles members and refuses NaN; results need neither.
public struct JSONValueEncoder {
  public init() {}

  /// Encodes a value.
  ///
  /// - Parameter value: Anything encodable.
  /// - Returns: Its JSON; an optional without value is left out of objects, as synthesised coding has it.
  /// - Throws: What the value throws.
  public func encode(_ value: some Encodable) throws -> JSONValue {
    let encoder = TreeEncoder(codingPath: [])
    try value.encode(to: encoder)
    return encoder.node.json
  }
}

/// A value under construction; containers share it by reference.
private final class Node {
  enum Content {
    case value(JSONValue)
    case array([Node])
    case object([(name: String, node: Node)])
  }

  var content: Content = .object([])

  var json: JSONValue {
    switch content {
    case .value(let value): value
    case .array(let nodes): .array(nodes.map(\.json))
    case .object(let members):
      .object(
        JSONObject(members.map { JSONObject.Member(name: $0.name, value: $0.node.json) }))
    }
  }

  func append() -> Node {
    let node = Node()
    if case .array(var nodes) = content {
      content = .value(.null)
      nodes.append(node)
      content = .array(nodes)
    } else {
      content = .array([node])
    }
    return node
  }

  func member(_ name: String) -> Node {
    let node = Node()
    if case .object(var members) = content {
      content = .value(.null)
      members.append((name, node))
      content = .object(members)
    } else {
      content = .object([(name, node)])
    }
    return node
  }

  /// Stores a leaf, or hands another type its own encoder.
  func set(_ value: some Encodable, codingPath: [any CodingKey]) throws {
    if let json = Self.leaf(value) {
      content = .value(json)
    } else {
      try value.encode(to: TreeEncoder(codingPath: codingPath, node: self))
    }
  }

  private static func leaf(_ value: some Encodable) -> JSONValue? {
    switch value {
    case let value as Bool: .bool(value)
    case let value as String: .string(value)
    case let value as Double: .double(value)
    case let value as Float: .double(Double(value))
    case let value as any FixedWidthInteger:
      Int(exactly: value).map { .integer($0) } ?? .bigInteger(String(describing: value))
    default: nil
    }
  }
}

private struct TreeEncoder: Encoder {
  let codingPath: [any CodingKey]
  var node = Node()
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(KeyedContainer(codingPath: codingPath, node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.content = .array([])
    return UnkeyedContainer(codingPath: codingPath, node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SingleContainer(codingPath: codingPath, node: node)
  }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let codingPath: [any CodingKey]
  let node: Node

  func encodeNil(forKey key: Key) throws { node.member(key.stringValue).content = .value(.null) }

  func encode(_ value: some Encodable, forKey key: Key) throws {
    try node.member(key.stringValue).set(value, codingPath: codingPath + [key])
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type, forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    KeyedEncodingContainer(
      KeyedContainer<NestedKey>(
        codingPath: codingPath + [key], node: node.member(key.stringValue)))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    TreeEncoder(codingPath: codingPath + [key], node: node.member(key.stringValue))
      .unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    TreeEncoder(codingPath: codingPath, node: node.member("super"))
  }

  func superEncoder(forKey key: Key) -> any Encoder {
    TreeEncoder(codingPath: codingPath + [key], node: node.member(key.stringValue))
  }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
  let codingPath: [any CodingKey]
  let node: Node

  var count: Int { if case .array(let nodes) = node.content { nodes.count } else { 0 } }

  func encodeNil() throws { node.append().content = .value(.null) }

  func encode(_ value: some Encodable) throws {
    try node.append().set(value, codingPath: codingPath)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    KeyedEncodingContainer(KeyedContainer<NestedKey>(codingPath: codingPath, node: node.append()))
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    TreeEncoder(codingPath: codingPath, node: node.append()).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { TreeEncoder(codingPath: codingPath, node: node.append()) }
}

private struct SingleContainer: SingleValueEncodingContainer {
  let codingPath: [any CodingKey]
  let node: Node

  func encodeNil() throws { node.content = .value(.null) }

  func encode(_ value: some Encodable) throws { try node.set(value, codingPath: codingPath) }
}
