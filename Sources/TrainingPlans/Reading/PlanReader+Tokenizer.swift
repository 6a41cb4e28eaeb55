internal import OrderedJSON
internal import Tokenization
internal import YAMLDocuments

extension PlanReader {
  /// Every byte and the end of text have a token.
  private static let vocabularySizes = 257...BytePairTrainer.maximumVocabularySize

  /// Reads where the tokenizer comes from.
  ///
  /// - Parameters:
  ///   - top: The plan's keys.
  ///   - data: The data sets.
  /// - Returns: `nil` if the plan says nothing of it, or something wrong, which is noted.
  func tokenizer(_ top: MappingReader, data: [DataSet]) -> TokenizerSource? {
    guard let value = top.value("tokenizer") else { return nil }
    guard value.mapping != nil else { return top.text("tokenizer").map { .file(path: $0) } }
    guard let reader = MappingReader(value, path: "tokenizer", problems: problems) else {
      return nil
    }
    reader.refuseUnknown(["train"], "the tokenizer")
    let form = "{on: [names of data sets], vocab_size: …}"
    guard let node = reader.value("train") else {
      reader.report(nil, "give the path of a tokenizer.json, or {train: \(form)}")
      return nil
    }
    guard
      let training = MappingReader(
        node, path: "tokenizer.train", problems: problems, expected: form, trueKey: "on")
    else { return nil }
    training.refuseUnknown(["on", "vocab_size", "pattern"], "a tokenizer's training")
    if top.value("model")?.value(of: "checkpoint") != nil {
      training.report(
        nil,
        "the checkpoint knows the tokens of its own tokenizer only; leave tokenizer out to take it")
    }
    let names = trainedOn(training, data, known: self.names(top, "data"))
    guard let size = training.requiredCount("vocab_size", in: Self.vocabularySizes) else {
      return nil
    }
    return .trained(
      TokenizerTraining(
        dataSets: names, vocabularySize: size,
        pattern: training.choice("pattern", default: .gpt2)))
  }

  private func trainedOn(
    _ training: MappingReader, _ data: [DataSet], known: [String]
  ) -> [String] {
    guard training.value("on") != nil else {
      training.report(nil, "on is missing: the names of the data sets to learn from")
      return []
    }
    var names: [String] = []
    for name in training.texts("on", limit: Self.maximumDataSets) {
      if names.contains(name) {
        training.report("on", "the data set \(name) is named twice")
      } else if !known.contains(name) {
        training.report("on", unknown("data set", name, known))
      } else if let set = data.first(where: { $0.name == name }), set.format != .text {
        training.report("on", "the data set \(name) holds ids, which no words can be learnt from")
      }
      names.append(name)
    }
    if names.isEmpty, training.value("on")?.sequence?.isEmpty == true {
      training.report("on", "no data set is named")
    }
    return names
  }
}
