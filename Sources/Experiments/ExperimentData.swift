public import Corpus
internal import Files
internal import Tokenization
internal import Training
public import TrainingPlans

/// The data sets of a plan, opened; texts are tokenized on the way if that was not done before.
struct ExperimentData {
  /// By name.
  private(set) var sources: [String: any TokenSource] = [:]
  /// In the plan's order.
  private(set) var validation: [ValidationSet] = []
  /// By name.
  private(set) var endOfDocument: [String: Int32] = [:]

  /// What data is opened with.
  struct Means {
    var folder: String
    var cacheFolder: String
    var tokenizer: PlanTokenizer?
    var vocabularySize: Int
    var threads: Int
    var isCancelled: @Sendable () -> Bool
    var report: @Sendable (TextEvent) -> Void
  }

  /// Opens data sets.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - runs: Those that are trained; data sets that none of them uses are opened for validation
  ///     alone.
  ///   - means: Folders, tokenizer and the like.
  /// - Throws: `CorpusError`, ``ExperimentError``, `DataFilesProblems`.
  init(_ plan: TrainingPlan, runs: [Run], means: Means) throws {
    let used = Set(runs.flatMap(\.phases).flatMap { $0.sources.map(\.name) })
    let byteLengths = means.tokenizer?.tokenizer.byteLengths()
    for (dataSet, files) in try plan.dataFiles(in: means.folder) {
      if let end = Self.endOfDocument(of: dataSet, tokenizer: means.tokenizer?.tokenizer) {
        endOfDocument[dataSet.name] = end
      }
      if used.contains(dataSet.name) {
        sources[dataSet.name] = try open(dataSet, files.train, plan, means)
      }
      if !files.validation.isEmpty {
        let source = try open(dataSet, files.validation, plan, means)
        validation.append(
          try ValidationSet(
            source, tokens: plan.evaluation.validationTokens, byteLengths: byteLengths))
      }
    }
  }

  /// The same bytes for the same tokens.
  var identity: [UInt8] {
    let trained = sources.values.map(\.identity).map {
      "\($0.name) \($0.digest) \($0.sampleCount) \($0.sequenceLength)"
    }
    let measured = validation.map { "\($0.source.name) \($0.digest.hex)" }
    return Array((trained.sorted() + measured).joined(separator: "\n").utf8)
  }

  private func open(
    _ dataSet: DataSet, _ files: [String], _ plan: TrainingPlan, _ means: Means
  ) throws -> any TokenSource {
    switch dataSet.format {
    case .packed(let type):
      let source = try PackedSource(
        name: dataSet.name, files: files, type: TokenType(type),
        sequenceLength: plan.sequenceLength, vocabularySize: means.vocabularySize,
        isCancelled: means.isCancelled)
      try source.checkIDs(threads: means.threads, isCancelled: means.isCancelled)
      return source
    case .megatron:
      let source = try IndexedSource(
        name: dataSet.name, files: files, sequenceLength: plan.sequenceLength,
        vocabularySize: means.vocabularySize, isCancelled: means.isCancelled)
      try source.checkIDs(threads: means.threads, isCancelled: means.isCancelled)
      return source
    case .text:
      guard let tokenizer = means.tokenizer, let end = endOfDocument[dataSet.name] else {
        preconditionFailure("tokenizers are checked before data is opened")
      }
      return try TextSource(
        TextSource.Texts(name: dataSet.name, files: files, textField: dataSet.textField),
        tokenizer: try DocumentTokenizer(
          tokenizer: tokenizer.tokenizer, files: tokenizer.files.map(\.bytes), endOfDocument: end),
        sequenceLength: plan.sequenceLength, cacheFolder: means.cacheFolder,
        threads: means.threads, isCancelled: means.isCancelled, report: means.report)
    }
  }

  private static func endOfDocument(of dataSet: DataSet, tokenizer: Tokenizer?) -> Int32? {
    switch dataSet.endOfDocument {
    case .token(let id): Int32(exactly: id)
    case .tokenizer: tokenizer?.specialTokens.eos?.id
    }
  }
}

extension TokenType {
  init(_ type: DataSet.PackedType) {
    switch type {
    case .int32: self = .int32
    case .uint16: self = .uint16
    case .int64: self = .int64
    case .uint32: self = .uint32
    }
  }
}

extension DataSet {
  /// Checks every id of a data set of ids; texts are not looked at.
  ///
  /// - Parameters:
  ///   - files: Those of the data set.
  ///   - sequenceLength: Of the plan.
  ///   - vocabularySize: Of the model.
  /// - Throws: `CorpusError` with file and place.
  public func checkIDs(
    of files: [String], sequenceLength: Int, vocabularySize: Int
  ) throws(CorpusError) {
    switch format {
    case .text: return
    case .packed(let type):
      let source = try PackedSource(
        name: name, files: files, type: TokenType(type), sequenceLength: sequenceLength,
        vocabularySize: vocabularySize)
      try source.checkIDs(threads: 1)
    case .megatron:
      let source = try IndexedSource(
        name: name, files: files, sequenceLength: sequenceLength, vocabularySize: vocabularySize)
      try source.checkIDs(threads: 1)
    }
  }
}
