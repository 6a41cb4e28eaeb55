internal import Documents

/// Documents as cleaned texts, with what is needed to know duplicates.
struct CleanedPortion: Sendable {
  /// A text that is long enough.
  struct Text: Sendable {
    /// Where it ends in ``CleanedPortion/texts``.
    let end: Int
    /// Bytes of the text alone.
    let byteCount: Int
    let hash: UInt64
    /// Where its paragraphs end in ``CleanedPortion/paragraphs``.
    let paragraphsEnd: Int
  }

  /// What could not be read.
  struct Problem: Sendable {
    let error: DocumentError
    let file: Int
    let place: DocumentPlace
    let endsFile: Bool
  }

  /// Texts as a ``TextSpool`` holds them, each behind its length.
  private(set) var texts: [UInt8] = []
  private(set) var documents: [Text] = []
  /// Hashes of all paragraphs.
  private(set) var paragraphs: [UInt64] = []
  private(set) var problems: [Problem] = []
  /// Counts of these documents alone.
  private(set) var report = PreparationReport()
  /// Where the reader stands behind them.
  let end: DocumentReader.Position
  let fileBytesRead: Int

  /// Cleans documents.
  ///
  /// - Parameters:
  ///   - portion: The documents.
  ///   - extractor: Makes texts of them.
  ///   - options: What is too short, and whether paragraphs count.
  ///   - hash: Of texts and paragraphs.
  init(
    _ portion: DocumentReader.Portion, extractor: DocumentExtractor, options: PreparationOptions,
    hash: TextHash
  ) {
    end = portion.end
    fileBytesRead = portion.fileBytesRead
    texts.reserveCapacity(portion.byteCount)
    for document in portion.documents {
      do throws(DocumentError) {
        add(try extractor.text(of: document), options, hash)
      } catch {
        var endsFile = false
        if case .problem(_, let ends) = document.content { endsFile = ends }
        problems.append(
          Problem(error: error, file: document.file, place: document.place, endsFile: endsFile))
        report.problems[error.kind, default: 0] += 1
      }
    }
  }

  private mutating func add(_ raw: [UInt8], _ options: PreparationOptions, _ hash: TextHash) {
    report.read.add(raw.count)
    var changes = TextCleaner.Changes()
    let text = TextCleaner.clean(raw, changes: &changes)
    report.controlCharacters += changes.removedScalars
    if changes.isRenormalized { report.renormalized += 1 }
    text.withUnsafeBufferPointer { text in
      guard !text.isEmpty else {
        report.empty += 1
        return
      }
      guard text.hasScalars(options.minimumLength) else {
        report.tooShort.add(text.count)
        return
      }
      if options.paragraphLimit != nil {
        for range in Paragraphs(text) {
          paragraphs.append(
            hash(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[range])))
        }
      }
      appendLittleEndian(UInt32(text.count), to: &texts)
      texts.append(contentsOf: text)
      documents.append(
        Text(
          end: texts.count, byteCount: text.count, hash: hash(UnsafeRawBufferPointer(text)),
          paragraphsEnd: paragraphs.count))
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether a text has at least so many scalars.
  func hasScalars(_ number: Int) -> Bool {
    // A scalar has at most four bytes.
    if count >= 4 * number { return true }
    return reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 } >= number
  }
}

extension PreparationReport {
  /// Adds the counts of a portion.
  mutating func add(_ other: PreparationReport) {
    func sum(_ amount: WritableKeyPath<PreparationReport, Amount>) {
      self[keyPath: amount].documents += other[keyPath: amount].documents
      self[keyPath: amount].bytes += other[keyPath: amount].bytes
    }
    for amount in [\Self.read, \.tooShort, \.duplicates, \.tooShortAfterwards, \.written] {
      sum(amount)
    }
    for (kind, count) in other.problems { problems[kind, default: 0] += count }
    empty += other.empty
    paragraphs += other.paragraphs
    paragraphBytes += other.paragraphBytes
    controlCharacters += other.controlCharacters
    renormalized += other.renormalized
    tokens += other.tokens
  }
}
