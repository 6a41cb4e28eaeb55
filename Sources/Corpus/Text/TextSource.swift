public import Files
internal import Tokenization

/// Texts, tokenized once and cut into samples.
///
/// Every document's ids are followed by the end-of-document id, and all of them make one stream in
/// the order of the files. Sample i is the stream's ids i·T up to i·T + T, so the last id of a sample
/// is the first of the next, every id but the first is a target once, and what does not fill a
/// sample at the end is left out.
public struct TextSource: TokenSource {
  public let name: String
  public let sequenceLength: Int
  public let digest: SHA256Digest
  /// What became of the texts.
  public let statistics: TextStatistics
  /// Where the tokens lie.
  public let folder: String
  /// The id behind every document.
  public let endOfDocument: Int32

  private let tokens: TokenFile
  private let vocabularySize: Int

  public var sampleCount: Int { (tokens.count - 1) / sequenceLength }

  /// Which texts make a source.
  public struct Texts: Sendable {
    /// The data set's name.
    public var name: String
    /// Paths of files whose names tell a `DocumentFormat`, in order.
    public var files: [String]
    /// The records' member that holds the text.
    public var textField: String
    /// Bounds on records and on decompression.
    public var limits: ReadingLimits

    public init(
      name: String, files: [String], textField: String = "text",
      limits: ReadingLimits = ReadingLimits()
    ) {
      self.name = name
      self.files = files
      self.textField = textField
      self.limits = limits
    }
  }

  /// Opens texts, and tokenizes them if that was not done before.
  ///
  /// - Parameters:
  ///   - texts: The documents.
  ///   - tokenizer: Encodes them, without special tokens of its own; an added token that a text
  ///     spells out becomes its id.
  ///   - sequenceLength: T, at least 1.
  ///   - cacheFolder: Tokens are kept in a folder of their own below it, made if need be.
  ///   - digests: Remembers the files' digests, so that large ones are read once.
  ///   - threads: Most threads to use.
  ///   - isCancelled: Asked often, on several threads; answering true ends with
  ///     ``CorpusError/cancelled`` and leaves nothing behind.
  ///   - report: Gets the news, one at a time, on whatever thread.
  /// - Throws: ``CorpusError`` with file and line.
  /// - Complexity: O(bytes) the first time; later O(bytes) for files whose digest is not remembered.
  ///   Memory stays below about 100 MB and the longest document's share.
  public init(
    _ texts: Texts, tokenizer: DocumentTokenizer, sequenceLength: Int, cacheFolder: String,
    digests: DigestCache = DigestCache(path: nil), threads: Int = 1,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (TextEvent) -> Void = { _ in }
  ) throws(CorpusError) {
    precondition(sequenceLength >= 1)
    let tokenization = try TextTokenization(
      texts, tokenizer: tokenizer, cacheFolder: cacheFolder,
      digests: ContentDigest(cache: digests, isCancelled: isCancelled), threads: threads,
      isCancelled: isCancelled, report: report)
    let (index, tokens) = try tokenization.tokens()
    guard index.statistics.tokens > sequenceLength else {
      throw .tooFewTokens(
        source: texts.name, tokens: index.statistics.tokens, sequenceLength: sequenceLength)
    }
    name = texts.name
    self.sequenceLength = sequenceLength
    self.tokens = tokens
    statistics = index.statistics
    folder = tokenization.cache.folder
    endOfDocument = tokenizer.endOfDocument
    vocabularySize = tokenizer.tokenizer.vocabularySize
    digest = SHA256Digest(of: "cpteval text 1\n\(index.key) \(sequenceLength)\n")
  }

  public func copySample(
    _ id: Int, into ids: UnsafeMutableBufferPointer<Int32>
  ) throws(CorpusError) {
    precondition(id >= 0 && id < sampleCount && ids.count == sequenceLength + 1)
    let misfit = try reading { () throws(FileError) in
      try tokens.copy(from: id * sequenceLength, into: ids, vocabularySize: vocabularySize)
    }
    if let misfit {
      throw .idOutOfRange(
        path: tokens.file.path, row: 0, column: misfit.index, id: misfit.value,
        vocabularySize: vocabularySize)
    }
  }

  public func verifyUnchanged() throws(CorpusError) {
    try reading { () throws(FileError) in try tokens.file.verifyUnchanged() }
  }
}
