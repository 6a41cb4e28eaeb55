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
  /// What was read, until it is on the disk with a state that says so.
  ///
  /// Work that is done before the next state is due never waits for that.
  private var unsavedSpools: PreparationSpools?

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
      unsavedSpools = try read()
      state.stage = .writing
      state.report.files = preparation.files.count
      state.report.fileBytes = request.fileBytes
    }
    let frequent: FrequentParagraphs?
    do throws(CorpusError) {
      frequent = try frequentParagraphs()
    } catch {
      if error == .cancelled { try saveSpools() }
      throw error
    }
    try write(without: frequent)
  }

  private var isTimeToSave: Bool {
    (clock.now - lastSave) >= .seconds(means.secondsBetweenStates)
  }

  // MARK: Reading

  private func read() throws(CorpusError) -> PreparationSpools {
    var spools = try PreparationSpools(folder, state)
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
    state.buckets = try spools.flush()
    return spools
  }

  private func lay(_ portion: CleanedPortion, into spools: inout PreparationSpools)
    throws(CorpusError)
  {
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

  private func save(_ spools: PreparationSpools) throws(CorpusError) {
    state.buckets = try spools.sync()
    try state.save(to: folder.statePath)
    lastSave = clock.now
  }

  /// Brings what was read to the disk, with a state that goes on from there.
  private func saveSpools() throws(CorpusError) {
    guard let spools = unsavedSpools else { return }
    try save(spools)
    unsavedSpools = nil
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
    // Without a state of this pass there is nothing that would have to be as old as the output.
    if unsavedSpools == nil { try save(output) } else { try sync(output) }
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

  private func sync(_ output: Output) throws(CorpusError) {
    switch output {
    case .ids(let writer): try writer.sync()
    case .lines(let file): try reading { () throws(FileError) in try file.sync() }
    }
  }

  private func save(_ output: Output) throws(CorpusError) {
    try sync(output)
    // What the state says was read must be there before it.
    try saveSpools()
    try state.save(to: folder.statePath)
    lastSave = clock.now
  }
}
