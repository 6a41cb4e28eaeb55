internal import Corpus
internal import Files
internal import OrderedJSON
internal import Tokenization
internal import TrainingPlans

/// The tokenizer that a plan asks to be trained, in a folder of its own below the plan's output.
///
/// The folder holds what transformers reads, and `training.json`, which tells of what was learnt. It
/// appears whole, and is used again while plan and texts are the same. Once a run has begun, it stays:
/// weights know no other tokens.
struct TokenizerTrainingRun {
  private let training: TokenizerTraining
  private let folder: String
  /// The training files of each data set that is learnt from.
  private let texts: [(dataSet: DataSet, files: [String])]

  private static let recordName = "training.json"
  private static let maximumRecordSize = 1 << 20

  /// Prepares.
  ///
  /// - Parameters:
  ///   - training: What the plan asks for.
  ///   - output: Of the plan; the tokenizer lies in `tokenizer` below it.
  ///   - files: The plan's data files.
  init(
    _ training: TokenizerTraining, in output: String,
    files: [(dataSet: DataSet, files: DataFiles)]
  ) {
    self.training = training
    folder = output + "/tokenizer"
    texts = training.dataSets.compactMap { name in
      files.first { $0.dataSet.name == name }.map { ($0.dataSet, $0.files.train) }
    }
  }

  /// Who trains, and who wants to know.
  struct Means {
    var threads: Int
    var isCancelled: @Sendable () -> Bool
    var report: @Sendable (TextEvent) -> Void
  }

  /// The tokenizer, trained unless that was done before.
  ///
  /// - Parameters:
  ///   - isBegun: Whether a run has saved anything.
  ///   - means: Threads and news.
  /// - Returns: The tokenizer as it lies in the folder.
  /// - Throws: ``ExperimentError/tokenizerChanged(folder:)`` if a run was begun with another one;
  ///   `CorpusError`, `TokenizerTrainingError`, `FileError`.
  func tokenizer(isBegun: Bool, _ means: Means) throws -> PlanTokenizer {
    let record = readRecord()
    if isBegun, let record {
      guard record["request"] == request else {
        throw ExperimentError.tokenizerChanged(folder: folder)
      }
      if let tokenizer = try tokenizer(of: record) { return tokenizer }
    }
    let digests = try texts.flatMap(\.files).map { path in
      guard let digest = try SHA256Digest.digest(ofFile: path, shouldStop: means.isCancelled) else {
        throw CorpusError.cancelled
      }
      return JSONValue.string(digest.hex)
    }
    if let record, record["request"] == request, record["texts"] == .array(digests),
      let tokenizer = try tokenizer(of: record)
    {
      return tokenizer
    }
    let trained = try train(means)
    let newRecord: JSONValue = [
      "request": request, "texts": .array(digests),
      "tokenizer_sha256": .string(SHA256Digest(of: trained.tokenizerJSON).hex),
    ]
    let atomic = try AtomicFolder(path: folder)
    for (name, text) in [
      ("tokenizer.json", trained.tokenizerJSON),
      ("tokenizer_config.json", trained.configurationJSON),
      (Self.recordName, newRecord.serialized(indent: 2) + "\n"),
    ] {
      try AtomicFile.write(text, to: "\(atomic.temporaryPath)/\(name)")
    }
    try atomic.commit(replacing: true)
    means.report(.trained(tokens: trained.vocabularySize, folder: folder))
    return try PlanTokenizer(path: folder)
  }

  /// All of the plan that decides the tokenizer, but the texts.
  private var request: JSONValue {
    let sets = texts.map { (dataSet, _) -> JSONValue in
      ["name": .string(dataSet.name), "text_field": .string(dataSet.textField)]
    }
    return [
      "on": .array(sets),
      "vocab_size": .integer(training.vocabularySize),
      "pattern": .string(training.pattern.rawValue),
    ]
  }

  private func train(_ means: Means) throws -> TrainedTokenizer {
    let trainer = try BytePairTrainer(
      BytePairTrainer.Options(vocabularySize: training.vocabularySize))
    var words = WordCounter(pattern: training.pattern)
    for (dataSet, files) in texts {
      words.add(
        try CorpusTexts(files: files, textField: dataSet.textField).words(
          by: training.pattern, threads: means.threads, isCancelled: means.isCancelled
        ) { progress in
          means.report(
            .counting(
              source: dataSet.name, bytesDone: progress.bytesDone,
              bytesTotal: progress.bytesTotal))
        })
    }
    guard words.textCount > 0 else {
      throw ExperimentError.noTextForTokenizer(dataSets: training.dataSets)
    }
    let size = training.vocabularySize
    return try trainer.train(on: words, isCancelled: means.isCancelled) { tokens in
      means.report(.merging(tokens: tokens, of: size))
    }
  }

  // MARK: What was trained before

  /// What a folder tells of its tokenizer; `nil` for one that is not whole.
  private func readRecord() -> JSONValue? {
    guard let file = try? MappedFile(path: "\(folder)/\(Self.recordName)"),
      file.size <= Self.maximumRecordSize, let bytes = try? file.copiedBytes(in: 0..<file.size)
    else { return nil }
    return try? JSONValue(parsing: bytes)
  }

  /// The tokenizer that a record tells of; `nil` if it is not what was written.
  private func tokenizer(of record: JSONValue) throws -> PlanTokenizer? {
    guard let tokenizer = try? PlanTokenizer(path: folder),
      let file = tokenizer.files.first(where: { $0.name == "tokenizer.json" }),
      record["tokenizer_sha256"]?.stringValue == SHA256Digest(of: file.bytes).hex,
      tokenizer.tokenizer.specialTokens.eos != nil
    else { return nil }
    return tokenizer
  }
}
