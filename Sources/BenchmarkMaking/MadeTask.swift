internal import Documents
internal import OrderedJSON

/// A multiple-choice task made of documents, with a report on how hard it is.
public struct MadeTask: Sendable {
  public let items: [MadeItem]
  public let options: TaskMaker.Options
  /// Documents that were read.
  public let documents: Int
  /// Sentences found in them.
  public let sentences: Int
  /// Sentences among them that could have been asked for.
  public let passages: Int
  public let difficulty: TaskDifficulty

  /// The rows, one JSON object per line: `ind`, `ctx`, `endings`, `label`, and where they are from.
  ///
  /// - Parameter fileNames: Of the files that were read.
  /// - Returns: The text of a .jsonl file.
  public func jsonl(fileNames: [String]) -> String {
    var text = ""
    for (index, item) in items.enumerated() {
      var row = JSONObject()
      row["ind"] = .integer(index)
      row["ctx"] = .string(item.context)
      row["endings"] = .array(item.choices.map { .string($0) })
      row["label"] = .integer(item.label)
      row["source"] = .string(Self.source(of: item, in: fileNames[item.file]))
      text += JSONValue.object(row).serialized() + "\n"
    }
    return text
  }

  /// A file and a place in it, such as `a.jsonl:7` or `a.warc, byte 512`.
  private static func source(of item: MadeItem, in name: String) -> String {
    if case .line(let line) = item.place { return "\(name):\(line)" }
    return "\(name), \(item.place)"
  }

  /// The task file, which lm-evaluation-harness reads too.
  ///
  /// - Parameters:
  ///   - name: The task's name, in letters, digits, `_`, `-` and `.`; the data file is `<name>.jsonl`
  ///     beside it.
  ///   - program: What made it, for a comment.
  /// - Returns: YAML.
  public func yaml(name: String, program: String) -> String {
    // No blank is scored where the language writes none between sentences.
    let unspaced = items.count { PassageLimits.joiner($0.context).isEmpty }
    let delimiter = 2 * unspaced > items.count ? "target_delimiter: \"\"\n" : ""
    return """
      # Which sentence comes next? Made by \(program), tasks make, seed \(options.seed), from \
      \(documents) documents.
      task: \(name)
      dataset_path: json
      dataset_kwargs:
        data_files:
          test: \(name).jsonl
      output_type: multiple_choice
      test_split: test
      doc_to_text: "{{ctx}}"
      doc_to_target: "{{label}}"
      doc_to_choice: endings
      \(delimiter)metric_list:
        - metric: acc
          aggregation: mean
          higher_is_better: true
        - metric: acc_norm
          aggregation: mean
          higher_is_better: true
      metadata:
        version: 1.0

      """
  }

  /// How hard the task is, as JSON.
  public var report: String {
    var report = JSONObject()
    report["items"] = .integer(items.count)
    report["choices"] = .integer(options.choices)
    report["seed"] = .string("\(options.seed)")
    report["documents"] = .integer(documents)
    report["sentences"] = .integer(sentences)
    report["passages"] = .integer(passages)
    report["chance"] = .double(difficulty.chance)
    report["baselines"] = .array(
      difficulty.baselines.map { baseline in
        var row = JSONObject()
        row["rule"] = .string(baseline.name)
        row["acc"] = .double(baseline.accuracy)
        row["acc_stderr"] = .double(baseline.standardError)
        row["interval_95"] = .array([.double(baseline.low), .double(baseline.high)])
        return .object(row)
      })
    return JSONValue.object(report).serialized(indent: 2) + "\n"
  }
}
