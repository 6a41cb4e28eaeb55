internal import HarnessCompatibility

/// A value of a YAML file, and where it stands.
struct YAMLNode: Sendable {
  /// Kinds of values, as PyYAML's safe loader tells them apart.
  indirect enum Content: Sendable {
    /// Everything that is written as a scalar; timestamps stay texts.
    case scalar(PythonValue)
    case sequence([YAMLNode])
    case mapping([Entry])
    /// `!function module.name`, with the reference as written.
    case function(String)
  }

  /// A key with its value.
  struct Entry: Sendable {
    let key: PythonValue
    /// Line of the key, from 1.
    let line: Int
    var value: YAMLNode
  }

  var content: Content
  /// Line on which the value begins, from 1.
  let line: Int
  /// The file it stands in.
  let file: TaskFile

  var isNull: Bool { if case .scalar(.none) = content { true } else { false } }

  /// The text of a scalar that is one.
  var text: String? {
    if case .scalar(.string(let text)) = content { text } else { nil }
  }

  var integer: Int? {
    if case .scalar(.integer(let value)) = content { value } else { nil }
  }

  var sequence: [YAMLNode]? { if case .sequence(let nodes) = content { nodes } else { nil } }

  var mapping: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }

  /// The value of a key.
  func value(of key: String) -> YAMLNode? {
    mapping?.last { $0.key == .string(key) }?.value
  }

  /// The value without places, or `nil` where a `!function` stands inside.
  var pythonValue: PythonValue? {
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

  /// What kind of value this is, for error messages.
  var kind: String {
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
