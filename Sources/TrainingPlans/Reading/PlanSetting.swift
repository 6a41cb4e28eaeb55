internal import Files
internal import HarnessCompatibility
internal import OrderedJSON
internal import YAMLDocuments

/// A change of a plan: the argument of `--set`, or a value put back.
struct PlanSetting {
  let source: PlanSource
  let path: PlanPath
  /// `nil` to remove the key.
  let value: PlanNode?

  /// Reads `key.path=value`.
  ///
  /// - Parameter text: The value is YAML: `8M`, `[a, b]`, `{english: 25%}`; nothing is null.
  /// - Throws: ``PlanProblem``.
  init(_ text: String) throws(PlanProblem) {
    source = .setting(text)
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
      throw PlanProblem(
        source, nil, "", "key.path=value is expected, such as runs.continual.phases.adapt.steps=500"
      )
    }
    guard let path = PlanPath(String(text[..<equals])) else {
      throw PlanProblem(source, nil, "", "the key is not complete")
    }
    self.path = path
    let bytes = Array(text.utf8[text.utf8.index(after: equals)...])
    if bytes.allSatisfy({ $0 == UInt8(ascii: " ") }) {
      value = PlanNode(content: .scalar(.none), line: 1, file: source)
      return
    }
    do throws(YAMLProblem) {
      value = try YAMLDocumentReader.read(bytes, file: source)
    } catch {
      throw PlanProblem(source, nil, path.segments.joined(separator: "."), error.message)
    }
  }

  /// Puts a value back to what it was.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - json: The value; `nil` for a key that was not there.
  init(puttingBack path: PlanPath, to json: JSONValue?) {
    source = .setting(path.segments.joined(separator: "."))
    self.path = path
    let source = source
    value = json.map { PlanNode($0, source: source) }
  }

  /// The plan with the change made.
  ///
  /// - Parameter root: A plan.
  /// - Returns: The changed plan; a key that is unknown is left for the reader to notice.
  /// - Throws: ``PlanProblem`` where the path leads nowhere.
  func applied(to root: PlanNode) throws(PlanProblem) -> PlanNode {
    try replacing(root, path.segments[...], above: [])
  }

  private func replacing(
    _ node: PlanNode, _ segments: ArraySlice<String>, above: [String]
  ) throws(PlanProblem) -> PlanNode {
    guard let first = segments.first else { return value ?? node }
    switch node.content {
    case .mapping(var entries):
      let names = entries.map { $0.key.pythonText }
      guard let match = PlanPath.match(segments, among: names) else {
        if value == nil { return node }
        try refuseNewName(segments, above: above, names)
        let empty = PlanNode(content: .mapping([]), line: 1, file: source)
        let inner = try replacing(empty, segments.dropFirst(), above: above + [first])
        // The whole value where the path ends here.
        let new = segments.count == 1 ? value ?? inner : inner
        entries.append(.init(key: .string(first), line: node.line, value: new))
        return PlanNode(content: .mapping(entries), line: node.line, file: node.file)
      }
      let rest = segments.dropFirst(match.count)
      if rest.isEmpty && value == nil {
        entries.remove(at: match.index)
      } else {
        entries[match.index].value = try replacing(
          entries[match.index].value, rest, above: above + [names[match.index]])
      }
      return PlanNode(content: .mapping(entries), line: node.line, file: node.file)
    case .sequence(var nodes):
      let (index, count) = try place(segments, in: nodes, above: above)
      nodes[index] = try replacing(
        nodes[index], segments.dropFirst(count), above: above + Array(segments.prefix(count)))
      return PlanNode(content: .sequence(nodes), line: node.line, file: node.file)
    case .scalar(.none):
      let empty = PlanNode(content: .mapping([]), line: node.line, file: node.file)
      return try replacing(empty, segments, above: above)
    default:
      throw PlanProblem(
        source, nil, above.joined(separator: "."),
        "it is \(node.kind), so there is no \"\(first)\" in it; set the whole of it")
    }
  }

  /// A mistyped name of a run or data set would otherwise make a new one, with puzzling complaints.
  private func refuseNewName(
    _ segments: ArraySlice<String>, above: [String], _ names: [String]
  ) throws(PlanProblem) {
    guard segments.count > 1, above == ["runs"] || above == ["data"], let first = segments.first
    else { return }
    let what = above == ["runs"] ? "run" : "data set"
    throw PlanProblem(source, nil, "", PlanReader().unknown(what, first, names))
  }

  private func place(
    _ segments: ArraySlice<String>, in nodes: [PlanNode], above: [String]
  ) throws(PlanProblem) -> (index: Int, count: Int) {
    let names = nodes.map { $0.value(of: "name")?.text ?? "" }
    if let match = PlanPath.match(segments, among: names) { return match }
    let first = segments.first ?? ""
    if let index = Int(first), nodes.indices.contains(index) { return (index, 1) }
    let known = names.filter { !$0.isEmpty }
    throw PlanProblem(
      source, nil, above.joined(separator: "."),
      known.isEmpty
        ? "there are \(nodes.count) entries, counted from 0, and none is \"\(first)\""
        : PlanReader().unknown("entry", first, known))
  }
}

extension YAMLDocumentNode<PlanSource> {
  /// The value as if it had been written.
  init(_ json: JSONValue, source: PlanSource) {
    let content: Content =
      switch json {
      case .array(let elements): .sequence(elements.map { Self($0, source: source) })
      case .object(let object):
        .mapping(
          object.members.map {
            Entry(key: .string($0.name), line: 1, value: Self($0.value, source: source))
          })
      default: .scalar(PythonValue(json))
      }
    self.init(content: content, line: 1, file: source)
  }
}
