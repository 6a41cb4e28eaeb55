internal import Documents
internal import Files
internal import OrderedJSON
internal import Tokenization

/// The passes of a preparation, and the state between them.
final class PreparationWork {
  private let preparation: CorpusPreparation
  private let folder: PreparationFolder
  private let request: PreparationRequest
  private(set) var state: PreparationState

  private let clock = ContinuousClock()
  private var lastSave: ContinuousClock.Instant

  private var options: PreparationOptions { preparation.options }
  private var means: PreparationMeans { preparation.means }

  /// Problems that are listed in the file; further ones are only counted.
  private static let maximumListedBytes = 64 << 20

  init(
    _ preparation: CorpusPreparation, folder: PreparationFolder, state: PreparationState,
    request: PreparationRequest
  ) {
    self.preparation = preparation
    self.folder = folder
    self.request = request
    self.state = state
    lastSave = clock.now
  }

  /// Does what is left to do.
  ///
  /// - Throws: ``CorpusError``.
  func run() throws(CorpusError) {
    if state.stage == .reading {
      try read()
      state.stage = .writing
      state.report.files = preparation.files.count
      state.report.fileBytes = request.fileBytes
      try state.save(to: folder.statePath)
    }
    try write(without: try frequentParagraphs())
  }

  private var isTimeToSave: Bool {
    (clock.now - lastSave) >= .seconds(means.secondsBetweenStates)
  }

  // MARK: Reading

  /// The files that grow while documents are read.
  private struct Spools {
    let texts: GrowingFile
    let hashes: GrowingFile
    let problems: GrowingFile
    let buckets: ParagraphBuckets
    var known = HashSet64()

    init(_ folder: PreparationFolder, _ state: PreparationState) throws(CorpusError) {
      let documents = state.spooled.documents
      (texts, hashes, problems) = try reading { () throws(FileError) in
        (
          try GrowingFile(path: folder.textsPath, keeping: state.spooled.bytes),
          try GrowingFile(path: folder.hashesPath, keeping: documents * 8),
          try GrowingFile(
            path: folder.problemsPath, keeping: state.problemBytes, bufferSize: 1 << 16)
        )
      }
      buckets = try ParagraphBuckets(in: folder.path, keeping: state.buckets)
      guard documents > 0 else { return }
      let path = folder.hashesPath
      let file = try reading { () throws(FileError) in try MappedFile(path: path) }
      for start in stride(from: 0, to: documents * 8, by: 1 << 20) {
        let bytes = try reading { () throws(FileError) in
          try file.copiedBytes(in: start..<min(start + (1 << 20), documents * 8))
        }
        bytes.withUnsafeBytes { bytes in
          for offset in stride(from: 0, to: bytes.count, by: 8) {
            let hash = UInt64(
              littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            // A file that somebody changed costs duplicates, not the process.
            _ = known.insert(max(1, hash))
          }
        }
      }
    }
  }

  private func read() throws(CorpusError) {
    var spools = try Spools(folder, state)
    let reader = DocumentReader(files: preparation.files, options: options.documents)
    reader.skip(to: state.position)
    let extractor = DocumentExtractor(files: preparation.files, options: options.documents)
    let (options, hash) = (options, state.hash)
    let pipeline = OrderedPipeline<DocumentReader.Portion, CleanedPortion>(
      isCancelled: means.isCancelled,
      take: { () throws(CorpusError) in reader.nextPortion().map { ($0, $0.byteCount) } },
      work: { (portion) throws(CorpusError) in
        CleanedPortion(portion, extractor: extractor, options: options, hash: hash)
      },
      receive: { [self] (portion) throws(CorpusError) in
        try lay(portion, into: &spools)
        if isTimeToSave { try save(spools) }
      })
    do throws(CorpusError) {
      try pipeline.run(threads: means.threads)
    } catch {
      // What was received before is whole; only a disk's errors forbid another try.
      if error == .cancelled { try save(spools) }
      throw error
    }
    try save(spools)
  }

  private func lay(_ portion: CleanedPortion, into spools: inout Spools) throws(CorpusError) {
    state.report.add(portion.report)
    for problem in portion.problems { try note(problem, in: spools.problems) }
    var (start, firstParagraph) = (0, 0)
    // Texts in a row that are kept go out in one piece.
    var kept = 0..<0
    var hashes: [UInt8] = []
    for document in portion.documents {
      let text = start..<document.end
      let paragraphs = firstParagraph..<document.paragraphsEnd
      (start, firstParagraph) = (text.upperBound, paragraphs.upperBound)
      guard !options.dropsDuplicates || spools.known.insert(document.hash) else {
        state.report.duplicates.add(document.byteCount)
        continue
      }
      if kept.upperBound == text.lowerBound {
        kept = kept.lowerBound..<text.upperBound
      } else {
        try append(portion.texts[kept], to: spools.texts)
        kept = text
      }
      appendLittleEndian(document.hash, to: &hashes)
      try spools.buckets.add(portion.paragraphs[paragraphs], document: state.spooled.documents)
      state.spooled.documents += 1
      state.spooled.bytes += text.count
    }
    try append(portion.texts[kept], to: spools.texts)
    try append(hashes[...], to: spools.hashes)
    state.position = portion.end
    means.report(
      .reading(
        bytesDone: min(portion.fileBytesRead, request.fileBytes), bytesTotal: request.fileBytes,
        documents: state.report.read.documents))
  }

  private func append(_ bytes: ArraySlice<UInt8>, to file: GrowingFile) throws(CorpusError) {
    guard !bytes.isEmpty else { return }
    try bytes.withUnsafeBufferPointer { (bytes) throws(CorpusError) in
      try reading { () throws(FileError) in try file.append(UnsafeRawBufferPointer(bytes)) }
    }
  }

  private func note(
    _ problem: CleanedPortion.Problem, in list: GrowingFile
  ) throws(CorpusError) {
    if problem.endsFile { state.report.brokenFiles += 1 }
    means.report(.skipping(problem.error))
    guard list.byteCount < Self.maximumListedBytes else { return }
    let line: JSONValue = [
      "file": .string(preparation.files[problem.file]), "place": .string("\(problem.place)"),
      "kind": .string(problem.error.kind), "rest_of_file": .bool(problem.endsFile),
      "problem": .string("\(problem.error)"),
    ]
    try reading { () throws(FileError) in try list.append(Array((line.serialized() + "\n").utf8)) }
    state.problemBytes = list.byteCount
  }

  private func save(_ spools: Spools) throws(CorpusError) {
    try reading { () throws(FileError) in
      try spools.texts.sync()
      try spools.hashes.sync()
      try spools.problems.sync()
    }
    state.buckets = try spools.buckets.sync()
    try state.save(to: folder.statePath)
    lastSave = clock.now
  }

  // MARK: Counting

  private func frequentParagraphs() throws(CorpusError) -> FrequentParagraphs? {
    guard let limit = options.paragraphLimit else { return nil }
    let path = folder.frequentPath
    if (try? FileIdentity(ofFile: path)) == nil {
      means.report(.counting(paragraphs: state.buckets.reduce(0, +) / 16))
      let file = try reading { () throws(FileError) in try AtomicFile(path: path) }
      try ParagraphBuckets.findFrequent(
        in: folder.path, sizes: state.buckets, above: limit, threads: means.threads,
        isCancelled: means.isCancelled
      ) { (frequent) throws(CorpusError) in try FrequentParagraphs.append(frequent, to: file) }
      try reading { () throws(FileError) in try file.commit() }
    }
    let frequent = try FrequentParagraphs(path: path)
    state.report.frequentParagraphs = frequent.count
    return frequent
  }

  // MARK: Writing

  /// What grows while texts are written.
  private enum Output {
    case ids(IndexedDataSetWriter)
    case lines(GrowingFile)
  }

  private func output() throws(CorpusError) -> Output {
    if let tokenizer = options.tokenizer {
      let type = IndexedLayout.type(forVocabulary: tokenizer.tokenizer.vocabularySize)
      return .ids(
        try IndexedDataSetWriter(
          prefix: preparation.prefix, workingIn: folder.path, type: type, from: state.output))
    }
    let (path, count) = (folder.linesPath, state.lineBytes)
    let place = preparation.prefix + ".jsonl"
    return .lines(
      try reading { () throws(FileError) in
        try GrowingFile(path: path, keeping: count, orFrom: place)
      })
  }

  private func write(without frequent: FrequentParagraphs?) throws(CorpusError) {
    let output = try output()
    var texts = try TextSpool.Reader(
      path: folder.textsPath, end: state.spooled.bytes, from: state.taken)
    let (options, hash) = (options, state.hash)
    let pipeline = OrderedPipeline<TextSpool.Portion, WrittenPortion>(
      isCancelled: means.isCancelled,
      take: { () throws(CorpusError) in try texts.next().map { ($0, $0.bytes.count) } },
      work: { (portion) throws(CorpusError) in
        WrittenPortion(portion, options: options, frequent: frequent, hash: hash)
      },
      receive: { [self] (portion) throws(CorpusError) in
        try lay(portion, into: output)
        if isTimeToSave { try save(output) }
      })
    do throws(CorpusError) {
      try pipeline.run(threads: means.threads)
    } catch {
      if error == .cancelled { try save(output) }
      throw error
    }
    try save(output)
    switch output {
    case .ids(let writer): try writer.finish()
    case .lines(let file):
      let place = preparation.prefix + ".jsonl"
      try reading { () throws(FileError) in try Folder.moveFile(file.path, to: place) }
    }
  }

  private func lay(_ portion: WrittenPortion, into output: Output) throws(CorpusError) {
    switch output {
    case .ids(let writer):
      try writer.append(portion.ids, lengths: portion.lengths)
      state.output = writer.position
    case .lines(let file):
      try reading { () throws(FileError) in try file.append(portion.lines) }
      state.lineBytes = file.byteCount
    }
    state.report.add(portion.report)
    state.taken = portion.end
    means.report(
      .writing(
        bytesDone: portion.end.bytes, bytesTotal: state.spooled.bytes,
        tokens: state.report.tokens))
  }

  private func save(_ output: Output) throws(CorpusError) {
    switch output {
    case .ids(let writer): try writer.sync()
    case .lines(let file): try reading { () throws(FileError) in try file.sync() }
    }
    try state.save(to: folder.statePath)
    lastSave = clock.now
  }
}
