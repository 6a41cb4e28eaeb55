internal import HarnessCompatibility
internal import Yams

/// Converts the library's nodes, within the bounds of ``YAMLDocumentReader``.
struct NodeReader<Source: Sendable> {
  let file: Source
  let keys: RepeatedKeys
  private var remaining = YAMLDocumentReader.maximumNodes

  init(file: Source, keys: RepeatedKeys) {
    self.file = file
    self.keys = keys
  }

  /// Converts a value and all below it.
  mutating func convert(
    _ node: Node, depth: Int
  ) throws(YAMLProblem) -> YAMLDocumentNode<Source> {
    let line = node.mark?.line ?? 1
    remaining -= 1
    guard remaining > 0 else {
      throw YAMLProblem(
        line, "more than \(YAMLDocumentReader.maximumNodes) values, aliases written out")
    }
    guard depth < YAMLDocumentReader.maximumDepth else {
      throw YAMLProblem(line, "nested more than \(YAMLDocumentReader.maximumDepth) deep")
    }
    switch node {
    case .scalar(let scalar):
      return YAMLDocumentNode(
        content: try resolve(scalar, line: line), line: line, file: file)
    case .sequence(let sequence):
      try checkTag(sequence.tag, "tag:yaml.org,2002:seq", line: line)
      var nodes: [YAMLDocumentNode<Source>] = []
      for element in sequence {
        nodes.append(
          try convert(element, depth: depth + 1))
      }
      return YAMLDocumentNode(content: .sequence(nodes), line: line, file: file)
    case .mapping(let mapping):
      try checkTag(mapping.tag, "tag:yaml.org,2002:map", line: line)
      return YAMLDocumentNode(
        content: .mapping(try convertEntries(mapping, depth: depth)), line: line, file: file)
    case .alias: throw YAMLProblem(line, "an alias that is not resolved")
    }
  }

  private mutating func convertEntries(
    _ mapping: Node.Mapping, depth: Int
  ) throws(YAMLProblem) -> [YAMLDocumentNode<Source>.Entry] {
    guard mapping.count <= YAMLDocumentReader.maximumKeys else {
      throw YAMLProblem(
        mapping.mark?.line, "more than \(YAMLDocumentReader.maximumKeys) keys in one mapping")
    }
    var merged: [YAMLDocumentNode<Source>.Entry] = []
    var own: [YAMLDocumentNode<Source>.Entry] = []
    for (key, value) in mapping {
      let line = key.mark?.line ?? 1
      guard case .scalar(let scalar) = key else {
        throw YAMLProblem(line, "a key that is not a scalar")
      }
      let node = try convert(value, depth: depth + 1)
      if scalar.style == .plain && scalar.string == "<<" {
        merged = overriding(merged, with: try entriesToMerge(node))
        continue
      }
      // The library hashes keys, and by that gives those without a tag the tag of texts.
      let isPlainText = scalar.style == .plain && scalar.tag.rawValue == "tag:yaml.org,2002:str"
      let content =
        isPlainText
        ? .scalar(YAMLScalar.resolve(scalar.string))
        : try resolve(scalar, line: line)
      guard case .scalar(let name) = content else {
        throw YAMLProblem(line, "a key that is not a scalar")
      }
      own.append(YAMLDocumentNode<Source>.Entry(key: name, line: line, value: node))
    }
    return overriding(merged, with: try keys.resolved(own))
  }

  /// Entries that give way to others of the same key, which take their places as in a Python dict.
  private func overriding(
    _ entries: [YAMLDocumentNode<Source>.Entry], with others: [YAMLDocumentNode<Source>.Entry]
  ) -> [YAMLDocumentNode<Source>.Entry] {
    var result = entries
    for other in others {
      if let index = result.firstIndex(where: { $0.key == other.key }) {
        result[index] = other
      } else {
        result.append(other)
      }
    }
    return result
  }

  private func entriesToMerge(
    _ node: YAMLDocumentNode<Source>
  ) throws(YAMLProblem) -> [YAMLDocumentNode<Source>.Entry] {
    if let entries = node.mapping { return entries }
    guard let sequence = node.sequence else {
      throw YAMLProblem(node.line, "<< needs a mapping or a list of them")
    }
    var merged: [YAMLDocumentNode<Source>.Entry] = []
    // Earlier mappings of the list win, and PyYAML begins with the last.
    for element in sequence.reversed() {
      guard let entries = element.mapping else {
        throw YAMLProblem(node.line, "<< needs a mapping or a list of them")
      }
      merged = overriding(merged, with: entries)
    }
    return merged
  }

  private func resolve(
    _ scalar: Node.Scalar, line: Int
  ) throws(YAMLProblem) -> YAMLDocumentNode<Source>.Content {
    let text = scalar.string
    let tag = scalar.tag.rawValue
    let isPlain = scalar.style == .plain || scalar.style == .any
    switch tag {
    case "", "!": return .scalar(isPlain ? YAMLScalar.resolve(text) : .string(text))
    case "tag:yaml.org,2002:str": return .scalar(.string(text))
    case "!function": return .function(text)
    case "tag:yaml.org,2002:null": return .scalar(.none)
    case "tag:yaml.org,2002:int":
      if let value = YAMLScalar.integer(text) { return .scalar(value) }
    case "tag:yaml.org,2002:float":
      if let value = YAMLScalar.float(text) ?? YAMLScalar.integer(text)?.floatValue {
        return .scalar(.float(value))
      }
    case "tag:yaml.org,2002:bool":
      if case .bool(let value) = YAMLScalar.resolve(text) { return .scalar(.bool(value)) }
    default:
      throw YAMLProblem(
        line,
        "the tag \(shown(tag)), which is not allowed; there are !function and YAML's own scalars")
    }
    throw YAMLProblem(line, "\"\(text)\" does not fit the tag \(shown(tag))")
  }

  private func checkTag(
    _ tag: Tag, _ expected: String, line: Int
  ) throws(YAMLProblem) {
    guard ["", "!", expected].contains(tag.rawValue) else {
      throw YAMLProblem(
        line, "the tag \(shown(tag.rawValue)), which is not allowed on a collection")
    }
  }

  private func shown(_ tag: String) -> String {
    tag.hasPrefix("tag:yaml.org,2002:") ? "!!" + tag.dropFirst(18) : tag
  }
}
