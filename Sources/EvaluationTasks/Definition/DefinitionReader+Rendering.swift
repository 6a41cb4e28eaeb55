internal import HarnessCompatibility
internal import YAMLDocuments

extension DefinitionReader {
  mutating func readRendering() {
    if let source = source("doc_to_text") { definition.text = source }
    if let source = source("doc_to_target") { definition.target = source }
    definition.choice = choice("doc_to_choice", raw.value("doc_to_choice"))
    // An empty description is none.
    if let text = text("description"), !text.isEmpty {
      definition.description = source("description")
    }
    definition.genPrefix = source("gen_prefix")
    definition.targetDelimiter = text("target_delimiter") ?? definition.targetDelimiter
    definition.fewshotDelimiter = text("fewshot_delimiter") ?? definition.fewshotDelimiter
  }

  mutating func readProcessing() {
    if let node = raw.value("process_docs") {
      definition.processDocuments = documentFunction("process_docs", node)
    }
    guard let node = raw.value("process_results") else { return }
    guard let function = function("process_results", node) else { return }
    switch function.work {
    case .results(let processor): resultProcessor = processor
    case .countedField(let field): definition.countedField = field
    case .documents, .value:
      report(node, "process_results", "\(function.name) does not compute results")
    }
  }

  private mutating func source(_ key: String) -> FieldSource? {
    raw.value(key).flatMap { source(key, $0) }
  }

  /// Where a text or target comes from.
  mutating func source(_ key: String, _ node: YAMLNode) -> FieldSource? {
    switch node.content {
    case .function:
      guard let function = function(key, node) else { return nil }
      guard case .value = function.work else {
        report(node, key, "\(function.name) does not make a value of one row")
        return nil
      }
      return .function(function)
    case .scalar(.string(let text)): return template(key, node, text)
    case .scalar(.integer), .scalar(.bool):
      if let value = node.pythonValue { return .constant(value) }
    case .sequence where key.hasSuffix("doc_to_target"):
      if let value = node.pythonValue { return .constant(value) }
    default: break
    }
    report(node, key, "\(node.kind), where a template or a field's name should stand")
    return nil
  }

  private mutating func template(_ key: String, _ node: YAMLNode, _ text: String) -> FieldSource {
    do throws(JinjaError) {
      let template = try JinjaTemplate(text)
      if text.contains("\\n") {
        report(
          node, key,
          "the two characters \\ and n, which stay as they are in single quotes and without "
            + "quotes; write double quotes if a new line is meant", kind: .warning)
      }
      return .text(text, template: .success(template))
    } catch {
      report(node, key, "not a template: \(error)")
      return .text(text, template: .failure(error))
    }
  }

  /// Where the choices come from.
  mutating func choice(_ key: String, _ node: YAMLNode?) -> FieldSource? {
    guard let node else { return nil }
    var elements: [YAMLNode]
    switch node.content {
    case .sequence(let nodes): elements = nodes
    // A mapping stands for its values.
    case .mapping(let entries): elements = entries.map(\.value)
    default: return source(key, node)
    }
    elements.removeAll { element in
      guard element.text == nil else { return false }
      report(
        element, key, "\(element.kind), where a choice should stand; put it into quotes")
      return true
    }
    if elements.isEmpty { report(node, key, "no choices") }
    return .constant(.list(elements.compactMap { $0.text.map { .string($0) } }))
  }

  // MARK: Functions

  mutating func documentFunction(_ key: String, _ node: YAMLNode) -> NativeFunction? {
    guard let function = function(key, node) else { return nil }
    if case .documents = function.work { return function }
    report(node, key, "\(function.name) does not process rows")
    return nil
  }

  /// Resolves a `!function`, or reports it.
  mutating func function(_ key: String, _ node: YAMLNode) -> NativeFunction? {
    guard case .function(let reference) = node.content else {
      report(node, key, "\(node.kind), where a !function should stand")
      return nil
    }
    guard let function = resolve(reference, in: node.file) else {
      reportMissing(reference, key, node)
      return nil
    }
    if NativeFunction.find(reference, in: node.file) == nil {
      report(
        node, key,
        "the folder names no family that has \(reference), so the task's own name decided for "
          + "\(function.name); write lm_eval.tasks.\(function.family).\(reference) to be sure",
        kind: .warning)
    }
    functions.append(
      ResolvedFunction(key: key, reference: reference, processor: function.name))
    return function
  }

  /// The counterpart of a function: by the folder it is written in, as in lm-eval, else by the names
  /// that the task gives itself, so that a task file works wherever its author put it.
  func resolve(_ reference: String, in file: TaskFile) -> NativeFunction? {
    if let function = NativeFunction.find(reference, in: file) { return function }
    return namesOfItsOwn.lazy.compactMap { name in
      NativeFunction.find(reference, inFamily: name)
    }.first
  }

  /// Names that may be a family's: the data set's, the task's and its beginnings, the tags.
  private var namesOfItsOwn: [String] {
    var names: [String] = []
    for key in ["dataset_path", "dataset_name"] {
      guard let last = raw.value(key)?.text?.split(separator: "/").last else { continue }
      names.append(String(last))
      // Okapi's translations are m_arc and the like, their family arc_multilingual.
      if last.hasPrefix("m_") { names.append("\(last.dropFirst(2))_multilingual") }
    }
    var parts = (raw.value("task")?.text ?? "").split(separator: "_")
    while !parts.isEmpty {
      names.append(parts.joined(separator: "_"))
      parts.removeLast()
    }
    return names + TaskIndex.tags(of: raw)
  }

  mutating func reportMissing(_ reference: String, _ key: String, _ node: YAMLNode) {
    let family = node.file.folders.last ?? ""
    let known = NativeFunction.known(near: node.file)
    report(
      node, key,
      "\(reference) names Python code of the family \"\(family)\", which is not run and has no "
        + "native counterpart; \(known)", kind: .missingFunction)
  }
}
