internal import HarnessCompatibility
internal import LanguageModel
internal import OrderedJSON
internal import YAMLDocuments

/// Checks every key of a plan and fills in every default.
///
/// It goes on after a mistake, with a value that makes no further ones, so that all are found.
struct PlanReader {
  static let maximumRuns = 100
  static let maximumPhases = 1000
  static let maximumDataSets = 1000
  static let maximumSteps = 1_000_000_000
  static let maximumBatch = 1 << 20
  static let maximumSequenceLength = 1 << 24
  /// Tokens of a phase and of anything else; the sum over all phases stays inside `Int`.
  static let maximumTokens = 1_000_000_000_000_000

  private static let keys = [
    "name", "seed", "model", "tokenizer", "sequence_length", "batch", "activation_recomputation",
    "optimizer", "data", "runs", "baseline", "evaluation",
  ]

  let problems = ProblemList()

  /// Reads a plan.
  ///
  /// - Parameter root: The whole document.
  /// - Returns: The plan.
  /// - Throws: ``PlanProblems`` with all that was found.
  /// - Complexity: O(size), and O(runs · phases) for replay.
  static func read(_ root: PlanNode) throws(PlanProblems) -> TrainingPlan {
    let reader = PlanReader()
    let plan = reader.plan(root)
    guard let plan, reader.problems.problems.isEmpty else {
      throw PlanProblems(problems: reader.problems.sorted)
    }
    return plan
  }

  private func plan(_ root: PlanNode) -> TrainingPlan? {
    guard let top = MappingReader(root, path: "", problems: problems, expected: "a plan's keys")
    else { return nil }
    top.refuseUnknown(Self.keys, "a plan")
    let name = top.name("name")
    let length = top.requiredCount("sequence_length", in: 1...Self.maximumSequenceLength)
    let data = dataSets(top)
    let tokenizer = tokenizer(top, data: data)
    let model = model(top, tokenizer: tokenizer, sequenceLength: length, data: data)
    let batch = top.value("batch").flatMap { self.batch($0, path: "batch", default: nil) }
    let settings = RunSettings(
      sequenceLength: length, batch: batch, hasBatch: top.value("batch") != nil,
      dataSets: names(top, "data"))
    let runs = runs(top, settings)
    let plan = TrainingPlan(
      name: name ?? "", seed: top.seed("seed") ?? 0, model: model ?? .checkpoint(path: ""),
      tokenizer: tokenizer, sequenceLength: length ?? 1, batch: batch,
      activationRecomputation: top.flag("activation_recomputation", default: false),
      optimizer: optimizer(top), data: data, runs: runs,
      baseline: baseline(top), evaluation: evaluation(top))
    return name == nil || model == nil ? nil : plan
  }

  private func optimizer(_ top: MappingReader) -> OptimizerSettings {
    let fallback = OptimizerSettings()
    guard let value = top.value("optimizer"),
      let reader = MappingReader(value, path: "optimizer", problems: problems)
    else { return fallback }
    reader.refuseUnknown(["name", "betas", "eps", "weight_decay", "clip_norm"], "the optimizer")
    if let name = reader.text("name"), !name.hasSameBytes(as: "adamw") {
      reader.report("name", "\"\(name)\" is not possible; there is adamw")
    }
    var betas = [fallback.beta1, fallback.beta2]
    if let value = reader.value("betas") {
      let numbers = (value.sequence ?? []).compactMap(\.number).filter { (0..<1).contains($0) }
      if numbers.count == 2 && value.sequence?.count == 2 {
        betas = numbers
      } else {
        reader.expect("a list of two numbers from 0 to below 1", "betas", value)
      }
    }
    let clip =
      reader["clip_norm"].map(\.isNull) == true
      ? nil
      : reader.number("clip_norm", "above 0; write null for no clipping", default: 1) { $0 > 0 }
    return OptimizerSettings(
      beta1: betas[0], beta2: betas[1],
      epsilon: reader.number("eps", "above 0", default: fallback.epsilon) { $0 > 0 }
        ?? fallback.epsilon,
      weightDecay: reader.number("weight_decay", "0 or above", default: fallback.weightDecay) {
        $0 >= 0
      } ?? fallback.weightDecay,
      clipNorm: clip)
  }

  /// The names in a mapping, those of unsound entries included, so that one mistake stays one.
  func names(_ top: MappingReader, _ key: String) -> [String] {
    top.value(key)?.mapping?.compactMap { entry in
      if case .string(let name) = entry.key { name } else { nil }
    } ?? []
  }

  /// Reads the sizes of a batch, those of the plan standing in for what a phase leaves out.
  func batch(_ node: PlanNode, path: String, default fallback: Batch?) -> Batch? {
    guard let reader = MappingReader(node, path: path, problems: problems) else { return nil }
    reader.refuseUnknown(["sequences", "micro_sequences"], "a batch")
    let range = 1...Self.maximumBatch
    let given =
      fallback == nil
      ? reader.requiredCount("sequences", in: range)
      : reader.count("sequences", in: range, default: fallback?.sequences)
    guard let sequences = given,
      let micro = reader.count(
        "micro_sequences", in: range, default: fallback?.microSequences ?? sequences)
    else { return nil }
    guard sequences.isMultiple(of: micro) else {
      reader.report(
        reader["micro_sequences"] == nil ? nil : "micro_sequences",
        "\(sequences) sequences cannot be divided into parts of \(micro)")
      return nil
    }
    return Batch(sequences: sequences, microSequences: micro)
  }
}
