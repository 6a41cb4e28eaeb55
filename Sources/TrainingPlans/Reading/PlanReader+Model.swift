internal import Files
internal import LanguageModel
internal import OrderedJSON
internal import YAMLDocuments

extension PlanReader {
  /// Keys that transformers writes into every config.json and that shape nothing.
  private static let harmlessKeys = [
    "architectures", "torch_dtype", "dtype", "transformers_version", "_name_or_path",
  ]

  func model(
    _ top: MappingReader, tokenizer: TokenizerSource?, sequenceLength: Int?, data: [DataSet]
  ) -> ModelSource? {
    guard let value = top.value("model") else {
      top.report(nil, "model is missing: {init: …} for a new one or {checkpoint: path}")
      return nil
    }
    guard
      let reader = MappingReader(
        value, path: "model", problems: problems, expected: "{init: …} or {checkpoint: path}")
    else { return nil }
    reader.refuseUnknown(["init", "initialization", "checkpoint"], "the model")
    let given = ["init", "checkpoint"].filter { reader.value($0) != nil }
    guard given.count == 1 else {
      reader.report(nil, "exactly one of init and checkpoint is needed")
      return nil
    }
    if given == ["checkpoint"] {
      if reader.value("initialization") != nil {
        reader.report("initialization", "a checkpoint has its weights already; remove it")
      }
      return reader.text("checkpoint").map { .checkpoint(path: $0) }
    }
    guard let node = reader.value("init"),
      let keys = MappingReader(
        node, path: "model.init", problems: problems, expected: "the keys of a config.json")
    else { return nil }
    checkModel(keys, sequenceLength: sequenceLength)
    checkTokenizer(top, keys, tokenizer: tokenizer, data: data)
    return .initialize(
      keys: node.json.objectValue ?? JSONObject(),
      initialization: initialization(
        reader, deviation: keys.value("initializer_range")?.number ?? 0.02))
  }

  private func initialization(_ model: MappingReader, deviation: Double) -> Initialization {
    let range = deviation > 0 && deviation.isFinite ? deviation : 0.02
    guard let value = model.value("initialization"),
      let reader = MappingReader(value, path: "model.initialization", problems: problems)
    else { return Initialization(deviation: range) }
    reader.refuseUnknown(["weights", "outputs", "deviation"], "the initialization")
    return Initialization(
      weights: reader.choice("weights", default: .normal),
      outputs: reader.choice("outputs", default: .scaled),
      deviation: reader.number("deviation", "above 0", default: range) { $0 > 0 } ?? range)
  }

  /// Lets the model's own reader judge the keys, and refuses those that nothing would read.
  private func checkModel(_ keys: MappingReader, sequenceLength: Int?) {
    guard let object = keys.node.json.objectValue else { return }
    let configuration: ModelConfiguration
    do throws(ModelConfigurationError) {
      configuration = try ModelConfiguration(.object(object), path: "")
    } catch {
      let key = keys.entries.first { error.description.contains($0.key) }
      var text = error.description
      // The place stands in front already.
      if text.hasPrefix(": ") { text.removeFirst(2) }
      if text.utf8.last == UInt8(ascii: ".") { text.removeLast() }
      problems.add(PlanProblem(keys.node.file, key?.line ?? keys.node.line, keys.path, text))
      return
    }
    let known = configuration.family.knownKeys
    for entry in keys.entries where !(known + Self.harmlessKeys).contains(entry.key) {
      let near = suggestions(for: entry.key, among: known, limit: 1).first
      keys.report(
        entry.key,
        "\(configuration.family.rawValue) has no such key"
          + (near.map { ". Did you mean \($0)?" } ?? ""))
    }
    for entry in keys.entries
    where entry.key.contains("dropout") || entry.key.hasSuffix("_pdrop") {
      if let rate = entry.value.number, rate != 0 {
        keys.report(entry.key, "there is no dropout in training; write 0 or leave it out")
      }
    }
    if let sequenceLength, sequenceLength > configuration.maximumPositions {
      let name = configuration.family == .gpt2 ? "n_positions" : "max_position_embeddings"
      keys.report(
        keys[name] == nil ? nil : name,
        "the model is for \(configuration.maximumPositions) positions, but sequence_length is "
          + "\(sequenceLength); set \(name) to that or more")
    }
  }

  /// A new model takes its vocabulary from a tokenizer, and texts need one.
  private func checkTokenizer(
    _ top: MappingReader, _ keys: MappingReader, tokenizer: TokenizerSource?, data: [DataSet]
  ) {
    guard tokenizer == nil, top.value("tokenizer") == nil else { return }
    if let text = data.first(where: { $0.format == .text }) {
      top.report(
        nil,
        "tokenizer is missing: the data set \(text.name) holds texts; give the path of a "
          + "tokenizer.json, or {train: …}")
    } else if keys.value("vocab_size") == nil {
      keys.report(nil, "vocab_size is missing, and there is no tokenizer that says it")
    }
  }
}
