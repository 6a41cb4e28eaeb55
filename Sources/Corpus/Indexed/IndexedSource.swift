internal import Dispatch
public import Files

/// Indexed data sets of Megatron's format, cut into samples.
///
/// All sequences of a data set make one stream in the order of the file. Sample i is the stream's ids
/// i·T up to i·T + T, as in a ``TextSource``; what does not fill a sample at the end of each data set
/// is left out, so no sample reaches from one file into the next.
public struct IndexedSource: TokenSource {
  public let name: String
  public let sampleCount: Int
  public let sequenceLength: Int
  public let digest: SHA256Digest
  /// Ids are below this.
  public let vocabularySize: Int
  public let dataSets: [IndexedDataSet]

  /// Samples before each data set.
  private let firstSamples: [Int]

  /// Opens data sets.
  ///
  /// - Parameters:
  ///   - name: The data set's name in the plan.
  ///   - files: Paths of .idx or .bin files, or without ending, at least one.
  ///   - sequenceLength: T, at least 1.
  ///   - vocabularySize: Ids must be below this.
  ///   - digests: Remembers the files' digests, so that large ones are read once.
  ///   - isCancelled: Asked while files are read for their digest.
  /// - Throws: ``CorpusError``.
  /// - Complexity: O(bytes) for files whose digest is not known yet. Ids are checked whenever a
  ///   sample is copied, and all at once by ``checkIDs(threads:isCancelled:)``.
  public init(
    name: String, files: [String], sequenceLength: Int, vocabularySize: Int,
    digests: DigestCache = DigestCache(path: nil), isCancelled: @escaping () -> Bool = { false }
  ) throws(CorpusError) {
    precondition(sequenceLength >= 1 && vocabularySize >= 1)
    guard !files.isEmpty else { throw .noFiles(source: name) }
    var opened: [IndexedDataSet] = []
    var firstSamples: [Int] = []
    var samples = 0
    var tokens = 0
    var hasher = SHA256Hasher()
    hasher.update("cpteval indexed 1\n\(sequenceLength)\n")
    let contents = ContentDigest(cache: digests, isCancelled: isCancelled)
    for path in files {
      let dataSet = try IndexedDataSet(path: path)
      hasher.update(try dataSet.digest(by: contents).hex + "\n")
      opened.append(dataSet)
      firstSamples.append(samples)
      samples += max(0, dataSet.tokenCount - 1) / sequenceLength
      tokens += dataSet.tokenCount
    }
    guard samples > 0 else {
      throw .tooFewTokens(source: name, tokens: tokens, sequenceLength: sequenceLength)
    }
    self.name = name
    self.sequenceLength = sequenceLength
    self.vocabularySize = vocabularySize
    self.firstSamples = firstSamples
    dataSets = opened
    sampleCount = samples
    digest = hasher.finalize()
  }

  public func copySample(
    _ id: Int, into ids: UnsafeMutableBufferPointer<Int32>
  ) throws(CorpusError) {
    precondition(id >= 0 && id < sampleCount && ids.count == sequenceLength + 1)
    let index = firstSamples.lastIndex { $0 <= id } ?? 0
    let dataSet = dataSets[index]
    let misfit = try reading { () throws(FileError) in
      try dataSet.tokens.copy(
        from: (id - firstSamples[index]) * sequenceLength, into: ids,
        vocabularySize: vocabularySize)
    }
    if let misfit { throw error(for: misfit, in: dataSet.tokens) }
  }

  /// Checks every id of every file.
  ///
  /// - Parameters:
  ///   - threads: Most threads to use.
  ///   - isCancelled: Asked between blocks; answering true ends the check.
  /// - Throws: ``CorpusError/idOutsideVocabulary(path:index:id:vocabularySize:)`` for the first id that
  ///   is none, ``CorpusError/cancelled``, or an error of reading.
  /// - Complexity: O(ids).
  public func checkIDs(
    threads: Int, isCancelled: @Sendable () -> Bool = { false }
  ) throws(CorpusError) {
    for dataSet in dataSets {
      let tokens = dataSet.tokens
      try TokenFileCheck.run(
        tokens, vocabularySize: vocabularySize, threads: threads, isCancelled: isCancelled
      ) { error(for: $0, in: tokens) }
    }
  }

  public func verifyUnchanged() throws(CorpusError) {
    for dataSet in dataSets { try dataSet.verifyUnchanged() }
  }

  private func error(for misfit: TokenFile.Misfit, in file: TokenFile) -> CorpusError {
    .idOutsideVocabulary(
      path: file.file.path, index: misfit.index, id: misfit.value, vocabularySize: vocabularySize)
  }
}
