internal import HarnessCompatibility
internal import Yams

/// Reads one YAML file into nodes, within bounds: the file is not trusted.
enum YAMLReader {
  /// Largest file, in bytes.
  static let maximumSize = 1 << 20
  /// Collections inside one another.
  static let maximumDepth = 64
  /// Values in a file, those that aliases repeat included.
  static let maximumNodes = 200_000
  /// Aliases in a file.
  ///
  /// The library hashes keys that are collections, aliases in them unfolded, so
  /// their number is bounded before it reads.
  static let maximumAliases = 20

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: Its content.
  ///   - file: Where it lies, for errors and nodes.
  /// - Returns: The single document.
  /// - Throws: ``TaskProblem`` with the line.
  /// - Complexity: O(size) for a file without aliases.
  static func read(_ bytes: [UInt8], file: TaskFile) throws(TaskProblem) -> YAMLNode {
    guard bytes.count <= maximumSize else {
      throw TaskProblem(
        file, nil, "\(bytes.count) bytes, more than the \(maximumSize) that a task file may have")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw TaskProblem(file, invalidUTF8Line(bytes), "not valid UTF-8; convert the file to UTF-8")
    }
    if let line = lineOfExcessAlias(text) {
      throw TaskProblem(
        file, line, "more than \(maximumAliases) aliases; write repeated values out")
    }
    let root: Node?
    do {
      // No resolver: plain scalars keep their text, and `YAMLScalar` resolves them.
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      root = try parser.singleRoot()
    } catch let error as YamlError {
      throw problem(from: error, file: file)
    } catch {
      throw TaskProblem(file, nil, "cannot be read as YAML")
    }
    guard let root else { throw TaskProblem(file, nil, "an empty file, where keys should stand") }
    var remaining = maximumNodes
    return try convert(root, file: file, depth: 0, remaining: &remaining)
  }

  // MARK: Conversion

  private static func convert(
    _ node: Node, file: TaskFile, depth: Int, remaining: inout Int
  ) throws(TaskProblem) -> YAMLNode {
    let line = node.mark?.line ?? 1
    remaining -= 1
    guard remaining > 0 else {
      throw TaskProblem(file, line, "more than \(maximumNodes) values, aliases written out")
    }
    guard depth < maximumDepth else {
      throw TaskProblem(file, line, "nested more than \(maximumDepth) deep")
    }
    switch node {
    case .scalar(let scalar):
      return YAMLNode(
        content: try resolve(scalar, line: line, file: file), line: line, file: file)
    case .sequence(let sequence):
      try checkTag(sequence.tag, "tag:yaml.org,2002:seq", line: line, file: file)
      var nodes: [YAMLNode] = []
      for element in sequence {
        nodes.append(
          try convert(element, file: file, depth: depth + 1, remaining: &remaining))
      }
      return YAMLNode(content: .sequence(nodes), line: line, file: file)
    case .mapping(let mapping):
      try checkTag(mapping.tag, "tag:yaml.org,2002:map", line: line, file: file)
      return YAMLNode(
        content: .mapping(
          try convertEntries(mapping, file: file, depth: depth, remaining: &remaining)),
        line: line, file: file)
    case .alias: throw TaskProblem(file, line, "an alias that is not resolved")
    }
  }

  private static func convertEntries(
    _ mapping: Node.Mapping, file: TaskFile, depth: Int, remaining: inout Int
  ) throws(TaskProblem) -> [YAMLNode.Entry] {
    var merged: [YAMLNode.Entry] = []
    var own: [YAMLNode.Entry] = []
    for (key, value) in mapping {
      let line = key.mark?.line ?? 1
      guard case .scalar(let scalar) = key else {
        throw TaskProblem(file, line, "a key that is not a scalar")
      }
      let node = try convert(value, file: file, depth: depth + 1, remaining: &remaining)
      if scalar.style == .plain && scalar.string == "<<" {
        merged = overriding(merged, with: try entriesToMerge(node))
        continue
      }
      // The library hashes keys, and by that gives those without a tag the tag of texts.
      let isPlainText = scalar.style == .plain && scalar.tag.rawValue == "tag:yaml.org,2002:str"
      let content =
        isPlainText
        ? .scalar(YAMLScalar.resolve(scalar.string))
        : try resolve(scalar, line: line, file: file)
      guard case .scalar(let name) = content else {
        throw TaskProblem(file, line, "a key that is not a scalar")
      }
      if let first = own.first(where: { $0.key == name }) {
        throw TaskProblem(
          file, line, "the key stands a second time; it stood in line \(first.line) already",
          key: name.pythonText)
      }
      own.append(YAMLNode.Entry(key: name, line: line, value: node))
    }
    return overriding(merged, with: own)
  }

  /// Entries that give way to others of the same key, which take their places as in a Python dict.
  private static func overriding(
    _ entries: [YAMLNode.Entry], with others: [YAMLNode.Entry]
  ) -> [YAMLNode.Entry] {
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

  private static func entriesToMerge(_ node: YAMLNode) throws(TaskProblem) -> [YAMLNode.Entry] {
    if let entries = node.mapping { return entries }
    guard let sequence = node.sequence else {
      throw TaskProblem(node.file, node.line, "<< needs a mapping or a list of them")
    }
    var merged: [YAMLNode.Entry] = []
    // Earlier mappings of the list win, and PyYAML begins with the last.
    for element in sequence.reversed() {
      guard let entries = element.mapping else {
        throw TaskProblem(node.file, node.line, "<< needs a mapping or a list of them")
      }
      merged = overriding(merged, with: entries)
    }
    return merged
  }

  private static func resolve(
    _ scalar: Node.Scalar, line: Int, file: TaskFile
  ) throws(TaskProblem) -> YAMLNode.Content {
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
      throw TaskProblem(
        file, line,
        "the tag \(shown(tag)), which is not allowed; there are !function and YAML's own scalars")
    }
    throw TaskProblem(file, line, "\"\(text)\" does not fit the tag \(shown(tag))")
  }

  private static func checkTag(
    _ tag: Tag, _ expected: String, line: Int, file: TaskFile
  ) throws(TaskProblem) {
    guard ["", "!", expected].contains(tag.rawValue) else {
      throw TaskProblem(
        file, line, "the tag \(shown(tag.rawValue)), which is not allowed on a collection")
    }
  }

  private static func shown(_ tag: String) -> String {
    tag.hasPrefix("tag:yaml.org,2002:") ? "!!" + tag.dropFirst(18) : tag
  }

  // MARK: Errors and bounds

  private static func problem(from error: YamlError, file: TaskFile) -> TaskProblem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return TaskProblem(file, mark.line, "not valid YAML: \(problem)")
    case .reader(let problem, _, _, _):
      return TaskProblem(file, nil, "not valid YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
      return TaskProblem(
        file, context.mark.line, "the key \(keys) stands twice in one mapping",
        key: duplicates.first)
    default: return TaskProblem(file, nil, "cannot be read as YAML")
    }
  }

  private static func invalidUTF8Line(_ bytes: [UInt8]) -> Int {
    var line = 1
    for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if String(validating: part, as: UTF8.self) == nil { return line }
      line += 1
    }
    return line
  }

  /// The line of the first alias beyond the limit.
  ///
  /// Stars in running text count only if an anchor of
  /// that name stands in the file.
  private static func lineOfExcessAlias(_ text: String) -> Int? {
    guard text.utf8.contains(UInt8(ascii: "*")), text.utf8.contains(UInt8(ascii: "&")) else {
      return nil
    }
    let bytes = Array(text.utf8)
    let anchors = Set(names(after: UInt8(ascii: "&"), in: bytes).map(\.name))
    let aliases = names(after: UInt8(ascii: "*"), in: bytes).filter { anchors.contains($0.name) }
    return aliases.count > maximumAliases ? aliases[maximumAliases].line : nil
  }

  private static func names(
    after mark: UInt8, in bytes: [UInt8]
  ) -> [(name: ArraySlice<UInt8>, line: Int)] {
    var found: [(name: ArraySlice<UInt8>, line: Int)] = []
    var line = 1
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0A { line += 1 }
      guard byte == mark else { continue }
      let name = bytes[(index + 1)...].prefix { byte in
        48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || byte == 45 || byte == 95
      }
      if !name.isEmpty { found.append((name, line)) }
    }
    return found
  }
}
