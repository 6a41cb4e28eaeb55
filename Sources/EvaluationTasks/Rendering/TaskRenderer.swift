internal import HarnessCompatibility
internal import OrderedJSON

/// Makes documents of rows: contexts, continuations, right answers.
///
/// Source: `lm_eval/api/task.py: ConfigurableTask.fewshot_context, construct_requests,
/// process_results`, commit 4e7e0d4.
struct TaskRenderer {
  let task: TaskDefinition
  let resultProcessor: ResultProcessor
  let evaluator: FieldEvaluator
  /// Number of examples.
  let numFewshot: Int
  /// Whether contexts differ and the continuation is common (Winogrande); document 0 decides.
  private(set) var hasMultipleInputs = false
  /// Whether the target is a list; document 0 decides.
  private(set) var hasMultipleTargets = false
  private var sampler: FewshotSampler?
  private let excludesDocument: Bool

  init(
    task: TaskDefinition, resultProcessor: ResultProcessor, fieldNames: Set<ByteString>,
    numFewshot: Int, sampler: FewshotSampler?
  ) {
    self.task = task
    self.resultProcessor = resultProcessor
    evaluator = FieldEvaluator(fieldNames: fieldNames, hasChoices: task.choice != nil)
    self.numFewshot = numFewshot
    self.sampler = sampler
    // Also where both are missing: HellaSwag and PIQA have no test split and no fewshot_split.
    excludesDocument = task.fewshot.split == task.testSplit
  }

  /// Lets document 0 decide what kind of task this is.
  ///
  /// - Parameter row: The first row of the evaluated split.
  mutating func decideKind(by row: DataRow) {
    if let text = try? evaluator.text(task.text, "doc_to_text", row), task.choice != nil {
      hasMultipleInputs = text.integerValue != nil
    }
    if let target = try? evaluator.target(task.target, "doc_to_target", row),
      case .list(let elements) = target
    {
      hasMultipleTargets = !elements.isEmpty
    }
  }

  /// Draws the examples of the next document.
  ///
  /// Called for every document in order, also for those that turn out broken, so that the stream of
  /// random numbers stays lm-eval's.
  mutating func drawExamples(for row: DataRow) throws(TaskError) -> [DataRow] {
    guard numFewshot > 0, sampler != nil else { return [] }
    let excluded = excludesDocument ? row.fields : nil
    guard let drawn = sampler?.draw(numFewshot, excluding: excluded) else {
      throw .tooFewExamples(
        task: task.name, split: task.fewshot.split ?? "its examples",
        wanted: numFewshot + (excludesDocument && task.fewshot.sampler == .random ? 1 : 0),
        available: sampler?.pool.count ?? 0)
    }
    return drawn
  }

  /// Renders one row.
  func document(
    _ row: DataRow, id: Int, examples: [DataRow]
  ) throws(RowError) -> EvaluationDocument {
    let shared = try sharedContext(row, examples: examples)
    let text = try evaluator.text(task.text, "doc_to_text", row)
    let target = try evaluator.target(task.target, "doc_to_target", row)
    let prefix = try task.genPrefix.map { (source) throws(RowError) in
      try evaluator.plain(source, "gen_prefix", row)
    }
    switch task.outputType {
    case .rollingLogLikelihood:
      let whole = try self.text(of: target, "doc_to_target", row)
      return try document(
        row, id,
        requests: [
          LogLikelihoodRequest(role: .rolling, context: "", continuation: whole)
        ], target: target, shared: shared)
    case .logLikelihood:
      let question = PromptParts.question(
        try self.text(of: text, "doc_to_text", row), prefix: prefix,
        targetDelimiter: task.targetDelimiter)
      let continuation = try self.text(of: target, "doc_to_target", row)
      return try document(
        row, id,
        requests: [
          LogLikelihoodRequest(
            role: .target, context: shared + question, continuation: continuation)
        ], target: target, shared: shared)
    case .multipleChoice:
      return try multipleChoice(
        row, id, text: text, target: target, prefix: prefix, shared: shared)
    }
  }

  // MARK: Multiple choice

  private func multipleChoice(
    _ row: DataRow, _ id: Int, text: PythonValue, target: PythonValue, prefix: String?,
    shared: String
  ) throws(RowError) -> EvaluationDocument {
    guard let source = task.choice else { throw row.error(nil, "doc_to_choice is missing") }
    let choices = try evaluator.choices(source, "doc_to_choice", row)
    var requests: [LogLikelihoodRequest] = []
    if hasMultipleInputs {
      let continuation = task.targetDelimiter + target.pythonText
      for (index, choice) in choices.enumerated() {
        // Between a context and the prefix stands nothing in this kind of task.
        let question = PromptParts.question(choice, prefix: prefix, targetDelimiter: "")
        requests.append(
          LogLikelihoodRequest(
            role: .choice(index), context: shared + question, continuation: continuation))
      }
    } else {
      let question = PromptParts.question(
        try self.text(of: text, "doc_to_text", row), prefix: prefix,
        targetDelimiter: task.targetDelimiter)
      for (index, choice) in choices.enumerated() {
        requests.append(
          LogLikelihoodRequest(
            role: .choice(index), context: shared + question,
            continuation: task.targetDelimiter + choice))
      }
    }
    if task.asksUnconditionally {
      for (index, choice) in choices.enumerated() {
        requests.append(
          LogLikelihoodRequest(
            role: .unconditionalChoice(index), context: "",
            continuation: task.targetDelimiter + choice))
      }
    }
    let answer = hasMultipleInputs ? text : target
    return EvaluationDocument(
      id: id, fields: .object(row.fields.jsonObject), requests: requests, choices: choices,
      gold: try gold(answer, among: choices, row), hasMultipleTargets: hasMultipleTargets,
      target: target.pythonText,
      trueChoices: try trueChoices(row, count: choices.count), fewshotContext: shared)
  }

  /// The indices of the right choices.
  private func gold(
    _ answer: PythonValue, among choices: [String], _ row: DataRow
  ) throws(RowError) -> [Int] {
    let key = hasMultipleInputs ? "doc_to_text" : "doc_to_target"
    if hasMultipleTargets {
      guard case .list(let elements) = answer else {
        throw row.error(
          nil, "\(key) gives \(answer.described), where document 0 has a list of answers")
      }
      var indices: [Int] = []
      for element in elements { indices.append(try index(element, among: choices, key, row)) }
      return indices
    }
    if case .string(let text) = answer {
      // The first equal choice, equal by code points.
      guard let index = choices.firstIndex(where: { $0.hasSameBytes(as: text) }) else {
        throw row.error(nil, "\(key) gives \(answer.described), which is none of the choices")
      }
      return [index]
    }
    return [try index(answer, among: choices, key, row)]
  }

  private func index(
    _ value: PythonValue, among choices: [String], _ key: String, _ row: DataRow
  ) throws(RowError) -> Int {
    guard let index = value.integerValue else {
      throw row.error(
        nil, "\(key) gives \(value.described), where the index of a choice should stand")
    }
    guard choices.indices.contains(index) else {
      throw row.error(
        nil, "\(key) gives the index \(index), but there are \(choices.count) choices, from 0")
    }
    return index
  }

  /// Which choices are true, for TruthfulQA's mc2: `doc["mc2_targets"]["labels"]`.
  private func trueChoices(_ row: DataRow, count: Int) throws(RowError) -> [Bool] {
    guard resultProcessor == .probabilityOfTrueChoices else { return [] }
    let field = "mc2_targets"
    guard let labels = row.fields[field]?.dictionaryValue?["labels"]?.elements else {
      throw row.error(field, "no list of labels")
    }
    guard labels.count == count else {
      throw row.error(field, "\(labels.count) labels for \(count) choices")
    }
    var flags: [Bool] = []
    for label in labels {
      guard label.floatValue != nil else {
        throw row.error(field, "the label \(label.described), where 0 or 1 should stand")
      }
      flags.append(label == .integer(1))
    }
    return flags
  }

  // MARK: Context

  /// Description and examples.
  private func sharedContext(_ row: DataRow, examples: [DataRow]) throws(RowError) -> String {
    var context = ""
    if let description = task.description {
      context = try evaluator.plain(description, "description", row)
    }
    for example in examples { context += try render(example) }
    return context
  }

  private func render(_ row: DataRow) throws(RowError) -> String {
    let fewshot = task.fewshot
    var text = try evaluator.text(fewshot.text ?? task.text, "doc_to_text", row)
    let target = try evaluator.target(fewshot.target ?? task.target, "doc_to_target", row)
    var choices: [String]?
    if let source = fewshot.choice ?? task.choice {
      choices = try evaluator.choices(source, "doc_to_choice", row)
    }
    let prefix = try (fewshot.genPrefix ?? task.genPrefix).map { (source) throws(RowError) in
      try evaluator.plain(source, "gen_prefix", row)
    }
    if hasMultipleInputs, let all = choices {
      text = .string(all[try index(text, among: all, "doc_to_text", row)])
      choices = nil
    }
    return PromptParts.example(
      try self.text(of: text, "doc_to_text", row),
      answer: try answer(target, choices, row), prefix: prefix,
      targetDelimiter: fewshot.targetDelimiter ?? task.targetDelimiter,
      fewshotDelimiter: fewshot.fewshotDelimiter ?? task.fewshotDelimiter)
  }

  /// The answer of an example: the choice of that index, the first of several, or the text.
  private func answer(
    _ target: PythonValue, _ choices: [String]?, _ row: DataRow
  ) throws(RowError) -> String? {
    switch target {
    case .none, .string(""): return nil
    case .string(let text): return text
    case .list(let elements):
      guard let first = elements.first else {
        throw row.error(nil, "doc_to_target gives an empty list")
      }
      return try text(of: first, "doc_to_target", row)
    default:
      guard let choices else {
        throw row.error(
          nil, "doc_to_target gives \(target.described), where a text should stand")
      }
      return choices[try index(target, among: choices, "doc_to_target", row)]
    }
  }

  private func text(
    of value: PythonValue, _ key: String, _ row: DataRow
  ) throws(RowError) -> String {
    if case .string(let text) = value { return text }
    throw row.error(nil, "\(key) gives \(value.described), where a text should stand")
  }

  private func document(
    _ row: DataRow, _ id: Int, requests: [LogLikelihoodRequest], target: PythonValue,
    shared: String
  ) throws(RowError) -> EvaluationDocument {
    let counted = try task.countedField.map { (field) throws(RowError) in
      guard case .string(let text)? = row.fields[field] else {
        throw row.error(field, "no text, whose words and bytes are counted")
      }
      return text
    }
    return EvaluationDocument(
      id: id, fields: .object(row.fields.jsonObject), requests: requests, choices: [], gold: [],
      hasMultipleTargets: hasMultipleTargets, target: target.pythonText, countedText: counted,
      fewshotContext: shared)
  }
}
