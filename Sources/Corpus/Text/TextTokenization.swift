internal import Documents
internal import Files
internal import Tokenization

/// Finds a text's tokens in the cache, or makes them.
struct TextTokenization {
  let texts: TextSource.Texts
  let tokenizer: DocumentTokenizer
  let digests: ContentDigest
  let threads: Int
  let isCancelled: @Sendable () -> Bool
  let report: @Sendable (TextEvent) -> Void
  let cache: TokenCache

  private let cacheFolder: String
  private let identities: [FileIdentity]

  /// Looks at the files and works out the key.
  ///
  /// - Throws: ``CorpusError``.
  init(
    _ texts: TextSource.Texts, tokenizer: DocumentTokenizer, cacheFolder: String,
    digests: ContentDigest, threads: Int, isCancelled: @escaping @Sendable () -> Bool,
    report: @escaping @Sendable (TextEvent) -> Void
  ) throws(CorpusError) {
    guard !texts.files.isEmpty else { throw .noFiles(source: texts.name) }
    var hasher = SHA256Hasher()
    hasher.update("cpteval tokens \(TokenCache.Index.format)\n\(tokenizer.digest)\n")
    hasher.update("\(tokenizer.tokenType.rawValue) \(texts.files.count)\n")
    hasher.update("\(texts.textField.utf8.count) \(texts.textField)\n")
    var identities: [FileIdentity] = []
    for path in texts.files {
      guard let format = DocumentFormat(path: path) else {
        throw .document(.unknownFormat(path: path))
      }
      let file = try reading { () throws(FileError) in try MappedFile(path: path) }
      identities.append(file.identity)
      let word =
        switch format {
        case .records: "records"
        case .plainText: "text"
        // Rises with every change of what becomes of such a document.
        case .html, .xml, .warc: "\(format.rawValue) 1"
        }
      hasher.update("\(word) \(try digests.digest(of: file))\n")
    }
    self.texts = texts
    self.tokenizer = tokenizer
    self.digests = digests
    self.threads = threads
    self.isCancelled = isCancelled
    self.report = report
    self.cacheFolder = cacheFolder
    self.identities = identities
    cache = TokenCache(in: cacheFolder, name: texts.name, key: hasher.finalize())
  }

  /// The tokens, from the cache if they are there and sound.
  ///
  /// - Returns: What the cache says, and the ids.
  /// - Throws: ``CorpusError``.
  func tokens() throws(CorpusError) -> (index: TokenCache.Index, tokens: TokenFile) {
    switch try cache.open(digests: digests) {
    case .sound(let index, let tokens):
      report(.reusing(source: texts.name, folder: cache.folder))
      return (index, tokens)
    case .broken(let reason):
      report(.discarding(source: texts.name, folder: cache.folder, reason: reason))
      cache.discard()
    case .absent: break
    }
    do throws(CorpusError) {
      try build()
    } catch {
      // Another process may have been faster; what it made is as good.
      guard case .file = error,
        case .sound(let index, let tokens) = try cache.open(digests: digests)
      else { throw error }
      return (index, tokens)
    }
    guard case .sound(let index, let tokens) = try cache.open(digests: digests) else {
      throw .file(.changed(path: cache.folder))
    }
    return (index, tokens)
  }

  private func build() throws(CorpusError) {
    let writer = try reading { () throws(FileError) in
      try TokenCacheWriter(for: cache, type: tokenizer.tokenType)
    }
    let total = identities.reduce(0) { $0 + $1.size }
    report(.tokenizing(source: texts.name, bytesDone: 0, bytesTotal: total))
    var options = DocumentOptions()
    options.textField = texts.textField
    options.limits = texts.limits
    let encoding = DocumentEncoding(
      reader: DocumentReader(files: texts.files, options: options),
      extractor: DocumentExtractor(files: texts.files, options: options), tokenizer: tokenizer,
      isCancelled: isCancelled
    ) { [report, texts] (portion, bytesDone) throws(CorpusError) in
      try reading { () throws(FileError) in try writer.append(portion) }
      report(
        .tokenizing(source: texts.name, bytesDone: min(bytesDone, total), bytesTotal: total))
    }
    try encoding.run(threads: threads)
    // The key was worked out before, so the texts must be what they were then.
    for (path, identity) in zip(texts.files, identities) {
      let now = try reading { () throws(FileError) in try MappedFile(path: path).identity }
      guard now == identity else { throw .file(.changed(path: path)) }
    }
    try reading { () throws(FileError) in try writer.commit() }
  }
}
