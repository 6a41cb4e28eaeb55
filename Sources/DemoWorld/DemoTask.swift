internal import OrderedJSON

/// A task about the world, in the YAML that lm-evaluation-harness reads.
struct DemoTask {
  let form: QuestionForm
  let language: WorldLanguage

  var name: String { "\(form.rawValue)_\(language.code)" }

  /// A line of the task's data.
  func row(_ question: Question) -> String {
    let row: JSONValue = [
      "prompt": .string(question.prompt),
      "choices": .array(question.choices.map { .string($0) }),
      "label": .integer(question.label),
    ]
    return row.serialized()
  }

  var yaml: String {
    let prompt =
      switch (form, language) {
      case (.endings, _): "{{prompt}}"
      case (_, .english): "Question: {{prompt}}\\nAnswer:"
      case (_, .german): "Frage: {{prompt}}\\nAntwort:"
      }
    return """
      task: \(name)
      dataset_path: json
      dataset_kwargs:
        data_files:
          test: \(name).jsonl
      output_type: multiple_choice
      test_split: test
      doc_to_text: "\(prompt)"
      doc_to_target: "{{label}}"
      doc_to_choice: choices
      metric_list:
        - metric: acc
          aggregation: mean
          higher_is_better: true
      metadata:
        version: 1.0

      """
  }

  /// All tasks in a language as one.
  static func group(_ language: WorldLanguage) -> (name: String, yaml: String) {
    let name = "world_\(language.code)"
    let tasks = QuestionForm.allCases.map { "  - \(DemoTask(form: $0, language: language).name)" }
    return (
      name,
      """
      group: \(name)
      task:
      \(tasks.joined(separator: "\n"))
      aggregate_metric_list:
        - metric: acc
          aggregation: mean
          weight_by_size: true
      metadata:
        version: 1.0

      """
    )
  }
}
