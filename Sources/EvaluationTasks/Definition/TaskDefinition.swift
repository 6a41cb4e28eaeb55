internal import HarnessCompatibility

/// Where a text, target or list of choices comes from.
enum FieldSource: Sendable {
  /// A field's name if the data has such a field, else a template; the error is why it is none.
  case text(String, template: Result<JinjaTemplate, JinjaError>)
  /// A value that is the same for every document.
  case constant(PythonValue)
  /// A function that lm-eval has in Python, as its native counterpart.
  case function(NativeFunction)
}

/// A task as its YAML says, interpreted: what `ConfigurableTask` holds in lm-eval.
///
/// Source: `lm_eval/config/task.py: TaskConfig`, commit 4e7e0d4.
struct TaskDefinition: Sendable {
  var name = ""
  var outputType = OutputType.multipleChoice
  var dataset = DatasetReference()
  var trainingSplit: String?
  var validationSplit: String?
  var testSplit: String?
  var processDocuments: NativeFunction?
  /// The field whose words and bytes perplexities count, where it is not the text that is scored.
  var countedField: String?
  var text = FieldSource.constant(.string(""))
  var target = FieldSource.constant(.string(""))
  var choice: FieldSource?
  /// A field's name or a template, put once before everything.
  var description: FieldSource?
  var genPrefix: FieldSource?
  var targetDelimiter = " "
  var fewshotDelimiter = "\n\n"
  var fewshot = FewshotDefinition()
  var metrics: [MetricSpecification] = []

  /// The split whose rows are the documents.
  var evaluatedSplit: String? { testSplit ?? validationSplit }

  /// Whether unconditional requests are made, for `acc_mutual_info`.
  var asksUnconditionally: Bool {
    outputType == .multipleChoice && metrics.contains { $0.name == "acc_mutual_info" }
  }
}

/// Which data a task is made of.
struct DatasetReference: Sendable {
  /// `dataset_path`, a name on the Hub or `json`.
  var path: String?
  /// `dataset_name`, a configuration of it.
  var name: String?
  /// `dataset_kwargs.data_files` per split, for `dataset_path: json`; relative to `file`.
  var files: [(split: String, paths: [String])] = []
  /// The YAML file that names them.
  var file = TaskFile.embedded("")
}

/// How examples are drawn and rendered.
///
/// Source: `lm_eval/config/task.py: FewshotConfig`, commit 4e7e0d4; what is `nil` falls back to the
/// task's own.
struct FewshotDefinition: Sendable {
  enum Sampler: String, Sendable, CaseIterable {
    /// At random, without replacement.
    case random = "default"
    case first = "first_n"
  }

  var sampler = Sampler.random
  var split: String?
  /// Examples written into the YAML.
  var samples: [PythonDictionary]?
  var processDocuments: NativeFunction?
  var text: FieldSource?
  var choice: FieldSource?
  var target: FieldSource?
  var genPrefix: FieldSource?
  var targetDelimiter: String?
  var fewshotDelimiter: String?
}
