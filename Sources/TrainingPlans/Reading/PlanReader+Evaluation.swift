internal import HarnessCompatibility
internal import OrderedJSON
internal import YAMLDocuments

extension PlanReader {
  private static let evaluationKeys = [
    "tasks", "every", "validation_tokens", "data_path", "include_path", "limit", "num_fewshot",
    "margin", "loss_margin", "bos", "compat",
  ]

  func evaluation(_ top: MappingReader) -> EvaluationSettings {
    let fallback = EvaluationSettings()
    guard let value = top.value("evaluation"),
      let reader = MappingReader(value, path: "evaluation", problems: problems)
    else { return fallback }
    reader.refuseUnknown(Self.evaluationKeys, "the evaluation")
    var every = fallback.every
    if let value = reader.value("every"), value.text != "phase" {
      if value.text.map({ PlanAmount.count($0) == nil }) == true {
        reader.expect("phase or a number of steps", "every", value)
      } else if let steps = reader.count("every", in: 1...Self.maximumSteps, default: nil) {
        every = .steps(steps)
      }
    }
    let lossMargin = reader.number(
      "loss_margin", "a number of nats above 0", default: fallback.lossMargin
    ) { $0 > 0 }
    let bos: BeginningOfSequence = reader.choice("bos", default: .tokenizer)
    let compat: HarnessVersion = reader.choice("compat", default: .v0_4_9_2)
    return EvaluationSettings(
      tasks: reader.texts("tasks", limit: 1000), every: every,
      validationTokens: reader.count(
        "validation_tokens", in: 1...Self.maximumTokens, default: fallback.validationTokens)
        ?? fallback.validationTokens,
      dataPath: reader.text("data_path"), includePaths: reader.texts("include_path", limit: 100),
      limit: reader.count("limit", in: 1...Self.maximumTokens, default: nil),
      fewshotCount: reader.count("num_fewshot", in: 0...10_000, default: nil),
      margin: margin(reader) ?? fallback.margin, lossMargin: lossMargin ?? fallback.lossMargin,
      bos: reader.value("bos") == nil ? nil : bos.rawValue, compat: compat.rawValue)
  }

  /// A share between 0 and 1 that may be written in percent; `nil` if it is absent or wrong, which is
  /// noted.
  private func margin(_ reader: MappingReader) -> Double? {
    guard let value = reader.value("margin") else { return nil }
    let percent = value.text.flatMap(PlanAmount.percent).map { $0 / 100 }
    guard let margin = percent ?? value.number else {
      reader.expect("a share such as 0.01 or 1 %", "margin", value)
      return nil
    }
    guard margin > 0, margin < 1 else {
      reader.report("margin", "\(margin) is not between 0 and 1; one point is 0.01 or 1 %")
      return nil
    }
    return margin
  }

  func baseline(_ top: MappingReader) -> Baseline? {
    guard let value = top.value("baseline") else { return nil }
    let expected = "a run's name, {checkpoint: path} or {results: path}"
    if value.mapping == nil {
      guard value.text != nil else {
        top.expect(expected, "baseline", value)
        return nil
      }
      return top.text("baseline").flatMap { baselineRun($0, top, key: "baseline", in: top) }
    }
    guard
      let reader = MappingReader(value, path: "baseline", problems: problems, expected: expected)
    else { return nil }
    let keys = ["run", "checkpoint", "results"]
    reader.refuseUnknown(keys, "the baseline")
    let given = keys.filter { reader.value($0) != nil }
    guard given.count == 1 else {
      reader.report(nil, "exactly one of \(MappingReader.alternatives(keys)) is needed")
      return nil
    }
    switch given[0] {
    case "run":
      return reader.text("run").flatMap { baselineRun($0, top, key: "run", in: reader) }
    case "checkpoint": return reader.text("checkpoint").map { .checkpoint(path: $0) }
    default: return reader.text("results").map { .results(path: $0) }
    }
  }

  private func baselineRun(
    _ name: String, _ top: MappingReader, key: String, in reader: MappingReader
  ) -> Baseline? {
    let names = runNames(top)
    guard names.contains(where: { $0.hasSameBytes(as: name) }) else {
      reader.report(key, unknown("run", name, names))
      return nil
    }
    return .run(name)
  }
}
