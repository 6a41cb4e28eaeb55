internal import Files
internal import HarnessCompatibility
internal import YAMLDocuments

extension DefinitionReader {
  /// Interprets `fewshot_split` and `fewshot_config`.
  ///
  /// - SeeAlso: `lm_eval/config/task.py: FewshotConfig.from_dict`, commit 4e7e0d4: what the
  ///   configuration does not hold is the task's own.
  mutating func readFewshot() {
    definition.fewshot.split = text("fewshot_split")
    if let node = raw.value("process_docs"),
      case .function(let reference) = node.content
    {
      // Problems with it are reported where the task's own rows are concerned.
      definition.fewshot.processDocuments = resolve(reference, in: node.file)
    }
    guard let configuration = raw.value("fewshot_config") else { return }
    guard let entries = configuration.mapping else {
      report(configuration, "fewshot_config", "\(configuration.kind), where keys should stand")
      return
    }
    for entry in entries {
      guard case .string(let key) = entry.key, TaskKeys.fewshot.contains(key) else {
        reportUnknown(
          "fewshot_config.\(entry.key.pythonText)", entry.value, line: entry.line,
          known: TaskKeys.fewshot.map { "fewshot_config.\($0)" })
        continue
      }
      readFewshot(key, entry.value)
    }
  }

  private mutating func readFewshot(_ key: String, _ node: YAMLNode) {
    let path = "fewshot_config.\(key)"
    if node.isNull {
      // A null takes back what the task itself has.
      if key == "split" { definition.fewshot.split = nil }
      if key == "process_docs" { definition.fewshot.processDocuments = nil }
      return
    }
    switch key {
    case "sampler": readSampler(path, node)
    case "split": definition.fewshot.split = plainText(path, node)
    case "process_docs": definition.fewshot.processDocuments = documentFunction(path, node)
    case "samples": readSamples(path, node)
    case "doc_to_text": definition.fewshot.text = source(path, node)
    case "doc_to_choice": definition.fewshot.choice = choice(path, node)
    case "doc_to_target": definition.fewshot.target = source(path, node)
    case "gen_prefix": definition.fewshot.genPrefix = source(path, node)
    case "fewshot_delimiter": definition.fewshot.fewshotDelimiter = plainText(path, node)
    case "target_delimiter": definition.fewshot.targetDelimiter = plainText(path, node)
    default:
      // lm-eval reads fewshot_indices and hands them to nobody.
      report(node, path, "lm-eval ignores it, and so does this program", kind: .warning)
    }
  }

  private mutating func plainText(_ path: String, _ node: YAMLNode) -> String? {
    if let text = node.text { return text }
    report(node, path, "\(node.kind), where a text should stand")
    return nil
  }

  private mutating func readSampler(_ path: String, _ node: YAMLNode) {
    if case .function(let reference) = node.content {
      reportMissing(reference, path, node)
    } else if let sampler = node.text.flatMap(FewshotDefinition.Sampler.init(rawValue:)) {
      definition.fewshot.sampler = sampler
    } else {
      let names = FewshotDefinition.Sampler.allCases.map(\.rawValue).joined(separator: " and ")
      report(node, path, "unknown; there are \(names)")
    }
  }

  private mutating func readSamples(_ path: String, _ node: YAMLNode) {
    if case .function(let reference) = node.content {
      reportMissing(reference, path, node)
      return
    }
    guard let nodes = node.sequence else {
      report(node, path, "\(node.kind), where a list of examples should stand")
      return
    }
    var samples: [PythonDictionary] = []
    for sample in nodes {
      if case .dictionary(let row)? = sample.pythonValue {
        samples.append(row)
      } else {
        report(sample, path, "\(sample.kind), where an example with fields should stand")
      }
    }
    definition.fewshot.samples = samples
  }
}
