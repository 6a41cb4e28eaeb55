internal import Files
internal import HarnessCompatibility
internal import YAMLDocuments

/// Interprets the keys of a task and collects everything that is wrong with them.
struct DefinitionReader {
  let raw: RawConfiguration
  var definition = TaskDefinition()
  var problems: [TaskProblem] = []
  var functions: [ResolvedFunction] = []
  var resultProcessor = ResultProcessor.standard
  var numFewshot: Int?
  var alias: String?

  init(_ raw: RawConfiguration) { self.raw = raw }

  /// Whether the task can be used.
  var isUsable: Bool { problems.allSatisfy { $0.kind == .warning } }

  /// Interprets all keys.
  mutating func read() {
    checkKeys()
    readNames()
    readOutputType()
    readDataset()
    readRendering()
    readFewshot()
    readMetrics()
    readProcessing()
    checkCompleteness()
  }

  // MARK: Helpers

  mutating func report(
    _ node: YAMLNode, _ key: String, _ message: String, line: Int? = nil,
    kind: TaskProblem.Kind = .mistake
  ) {
    problems.append(
      TaskProblem(node.file, line ?? node.line, message, key: key, kind: kind))
  }

  /// A text, or a problem for anything else that is not null.
  mutating func text(_ key: String) -> String? {
    guard let node = raw.value(key) else { return nil }
    if let text = node.text { return text }
    report(node, key, "\(node.kind), where a text should stand; put it into quotes if it is one")
    return nil
  }

  /// A name: a text, or a number that lm-eval's Python would use as one.
  mutating func name(_ key: String) -> String? {
    if let integer = raw.value(key)?.integer { return String(integer) }
    return text(key)
  }

  // MARK: Keys

  private mutating func checkKeys() {
    for entry in raw.entries {
      if let reason = TaskKeys.unsupported[entry.key] {
        guard !entry.value.isNull else { continue }
        if case .function(let reference) = entry.value.content {
          report(
            entry.value, entry.key, "\(reason) (\(reference))", line: entry.line,
            kind: .missingFunction)
        } else {
          report(entry.value, entry.key, reason, line: entry.line)
        }
      } else if !TaskKeys.interpreted.contains(entry.key), !TaskKeys.ignored.contains(entry.key) {
        reportUnknown(entry.key, entry.value, line: entry.line, known: TaskKeys.all)
      }
    }
  }

  mutating func reportUnknown(
    _ key: String, _ node: YAMLNode, line: Int, known: some Collection<String>
  ) {
    let near = suggestions(for: key, among: known.sorted())
    let hint = near.isEmpty ? "" : "; did you mean \(near.joined(separator: " or "))?"
    problems.append(
      TaskProblem(node.file, line, "lm-eval has no such key\(hint.withoutFullStop)", key: key))
  }

  private mutating func readNames() {
    definition.name = text("task") ?? ""
    alias = name("task_alias")
    if let tag = raw.value("tag"), tag.text == nil,
      tag.sequence?.allSatisfy({ $0.text != nil }) != true
    {
      report(tag, "tag", "\(tag.kind), where a text or a list of texts should stand")
    }
    if let metadata = raw.value("metadata"), metadata.mapping == nil {
      report(metadata, "metadata", "\(metadata.kind), where a mapping should stand")
    }
    if let node = raw.value("num_fewshot") {
      if let number = node.integer, 0...1000 ~= number {
        numFewshot = number
      } else {
        report(node, "num_fewshot", "\(node.kind), where a number from 0 to 1000 should stand")
      }
    }
  }

  private mutating func readOutputType() {
    guard let node = raw.value("output_type") else {
      problems.append(
        TaskProblem(
          raw.file, nil,
          "without it lm-eval lets the model write text, which is not scored here; write "
            + "multiple_choice, loglikelihood or loglikelihood_rolling", key: "output_type"))
      return
    }
    if let type = node.text.flatMap(OutputType.init(rawValue:)) {
      definition.outputType = type
    } else if node.text == "generate_until" {
      report(
        node, "output_type",
        "tasks in which the model writes text are not scored here; there are multiple_choice, "
          + "loglikelihood and loglikelihood_rolling")
    } else {
      report(
        node, "output_type",
        "unknown; there are multiple_choice, loglikelihood and loglikelihood_rolling")
    }
  }

  // MARK: Data

  private mutating func readDataset() {
    definition.dataset.path = text("dataset_path")
    definition.dataset.name = name("dataset_name")
    definition.trainingSplit = text("training_split")
    definition.validationSplit = text("validation_split")
    definition.testSplit = text("test_split")
    guard let arguments = raw.value("dataset_kwargs") else { return }
    guard arguments.mapping != nil else {
      report(arguments, "dataset_kwargs", "\(arguments.kind), where a mapping should stand")
      return
    }
    guard definition.dataset.path == "json" else { return }
    if let field = arguments.value(of: "field"), !field.isNull {
      report(
        field, "dataset_kwargs.field",
        "rows inside a field of one object are not supported; write a file with one row per line")
    }
    guard let files = arguments.value(of: "data_files"), !files.isNull else { return }
    definition.dataset.file = files.file
    if let entries = files.mapping {
      for entry in entries {
        let split = entry.key.pythonText
        if let paths = paths(entry.value) { definition.dataset.files.append((split, paths)) }
      }
    } else if let paths = paths(files) {
      // Without split names the library calls the split train.
      definition.dataset.files.append(("train", paths))
    }
  }

  private mutating func paths(_ node: YAMLNode) -> [String]? {
    let nodes = node.sequence ?? [node]
    let paths = nodes.compactMap(\.text)
    if paths.count == nodes.count, !paths.isEmpty { return paths }
    report(
      node, "dataset_kwargs.data_files", "\(node.kind), where paths of files should stand")
    return nil
  }

  private mutating func checkCompleteness() {
    if definition.name.isEmpty, raw.value("task") == nil {
      problems.append(TaskProblem(raw.file, nil, "the task needs a name", key: "task"))
    }
    if definition.evaluatedSplit == nil {
      problems.append(
        TaskProblem(
          raw.file, nil, "neither test_split nor validation_split says what is evaluated",
          key: "test_split"))
    }
    if definition.outputType == .multipleChoice, raw.value("doc_to_choice") == nil {
      problems.append(
        TaskProblem(raw.file, nil, "a multiple-choice task needs it", key: "doc_to_choice"))
    }
    for key in ["doc_to_text", "doc_to_target"] where raw.value(key) == nil {
      problems.append(TaskProblem(raw.file, nil, "every task needs it", key: key))
    }
  }
}
