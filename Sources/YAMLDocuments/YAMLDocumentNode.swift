package import HarnessCompatibility
package import OrderedJSON

/// A value of a YAML file, and where it stands; `Source` names the file.
package struct YAMLDocumentNode<Source: Sendable>: Sendable {
  /// Kinds of values, as PyYAML's safe loader tells them apart.
  package indirect enum Content: Sendable {
    /// Everything that is written as a scalar; timestamps stay texts.
    case scalar(PythonValue)
    case sequence([YAMLDocumentNode])
    case mapping([Entry])
    /// `!function module.name`, with the reference as written.
    case function(String)
  }

  /// A key with its value.
  package struct Entry: Sendable {
    package let key: PythonValue
    /// Line of the key, from 1.
    package let line: Int
    package var value: YAMLDocumentNode

    package init(key: PythonValue, line: Int, value: YAMLDocumentNode) {
      self.key = key
      self.line = line
      self.value = value
    }
  }

  package var content: Content
  /// Line on which the value begins, from 1.
  package let line: Int
  /// The file it stands in.
  package let file: Source

  package init(content: Content, line: Int, file: Source) {
    self.content = content
    self.line = line
    self.file = file
  }

  package var isNull: Bool { if case .scalar(.none) = content { true } else { false } }

  /// The text of a scalar that is one.
  package var text: String? {
    if case .scalar(.string(let text)) = content { text } else { nil }
  }

  package var integer: Int? {
    if case .scalar(.integer(let value)) = content { value } else { nil }
  }

  package var sequence: [YAMLDocumentNode]? {
    if case .sequence(let nodes) = content { nodes } else { nil }
  }

  package var mapping: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }

  /// The value of a key.
  ///
  /// - Parameter key: The key as a text.
  /// - Returns: Its value in a mapping that has the key.
  package func value(of key: String) -> YAMLDocumentNode? {
    mapping?.last { $0.key == .string(key) }?.value
  }

  /// The value without places, or `nil` where a `!function` stands inside.
  package var pythonValue: PythonValue? {
    switch content {
    case .scalar(let value): return value
    case .function: return nil
    case .sequence(let nodes):
      let values = nodes.compactMap(\.pythonValue)
      return values.count == nodes.count ? .list(values) : nil
    case .mapping(let entries):
      var dictionary = PythonDictionary()
      for entry in entries {
        guard let value = entry.value.pythonValue else { return nil }
        dictionary[entry.key] = value
      }
      return .dictionary(dictionary)
    }
  }

  /// The value as JSON, with functions as `!function` and their name.
  package var json: JSONValue {
    switch content {
    case .scalar(let value): value.json
    case .function(let reference): .string("!function \(reference)")
    case .sequence(let nodes): .array(nodes.map(\.json))
    case .mapping(let entries):
      .object(
        JSONObject(
          entries.map { JSONObject.Member(name: $0.key.pythonText, value: $0.value.json) }))
    }
  }

  /// What kind of value this is, for error messages.
  package var kind: String {
    switch content {
    case .scalar(.none): "null"
    case .scalar(.bool(let value)): "the truth value \(value)"
    case .scalar(.integer), .scalar(.bigInteger): "an integer"
    case .scalar(.float): "a number"
    case .scalar: "a text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .function: "a !function"
    }
  }
}
