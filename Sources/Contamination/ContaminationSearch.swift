public import Corpus
internal import Documents

/// Looks for the items of benchmarks in a corpus: an item is contaminated if some run of so many of its
/// words stands in a document.
///
/// The corpus is read once from front to back; memory is that of the items and of the longest document.
public struct ContaminationSearch: Sendable {
  /// Words in a row, as in GPT-3's appendix and in lm-evaluation-harness.
  public static let standardWordCount = 13

  private let items: [InspectedItem]
  private let index: PhraseIndex

  /// Indexes the items.
  ///
  /// - Parameters:
  ///   - items: Of one or several tasks.
  ///   - wordCount: Words in a row, at least 1.
  /// - Complexity: O(words · log words).
  public init(_ items: [InspectedItem], wordCount: Int = standardWordCount) {
    precondition(wordCount >= 1 && items.count < Int(Int32.max))
    self.items = items
    index = PhraseIndex(items, wordCount: wordCount)
  }

  /// Reads a corpus.
  ///
  /// - Parameters:
  ///   - texts: The corpus.
  ///   - threads: Most threads to use; the result does not depend on it.
  ///   - isCancelled: Asked often, on several threads.
  ///   - progress: Told how far the reading is.
  /// - Returns: What was found.
  /// - Throws: ``CorpusError``.
  /// - Complexity: O(bytes).
  public func search(
    _ texts: CorpusTexts, threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (CorpusTexts.Progress) -> Void = { _ in }
  ) throws(CorpusError) -> ContaminationFindings {
    let index = index
    let scans = try texts.forEach(
      threads: threads, isCancelled: isCancelled, progress: progress,
      makeWorker: { CorpusScan(index) }
    ) { scan, document in scan.read(document) }
    var all = CorpusScan(index)
    for scan in scans { all.add(scan) }
    return findings(all, files: texts.files)
  }

  private func findings(_ scan: CorpusScan, files: [String]) -> ContaminationFindings {
    var tasks: [ContaminationFindings.Task] = []
    var found: [ContaminationFindings.Item] = []
    var matched = Array(repeating: 0, count: items.count)
    for (phrase, isFound) in zip(index.phrases, scan.isFound) where isFound {
      matched[Int(phrase.item)] += 1
    }
    for (number, item) in items.enumerated() {
      if tasks.last?.name != item.task { tasks.append(.init(name: item.task)) }
      let last = tasks.count - 1
      tasks[last].items += 1
      if index.phraseCounts[number] == 0 { tasks[last].tooShort += 1 }
      guard let place = scan.firstPlaces[number] else { continue }
      tasks[last].contaminated += 1
      found.append(
        .init(
          task: item.task, document: item.document, hash: item.hash,
          phrases: Int(index.phraseCounts[number]), found: matched[number],
          corpusDocuments: scan.documentCounts[number], path: files[place.file],
          place: place.document, offset: place.offset, words: place.words))
    }
    return ContaminationFindings(
      wordCount: index.wordCount, files: files, documents: scan.documents,
      textBytes: scan.textBytes, tasks: tasks, items: found)
  }
}

/// What one thread has found.
struct CorpusScan {
  /// Where a run of words stands.
  struct Place {
    let file: Int
    let document: DocumentPlace
    let offset: Int
    let words: String

    func comes(before other: Place) -> Bool {
      (file, document.number, offset) < (other.file, other.document.number, other.offset)
    }
  }

  private let index: PhraseIndex
  private let rolling: RollingWords
  private var text = WordText()
  private(set) var documents = 0
  private(set) var textBytes = 0
  /// By item.
  private(set) var firstPlaces: [Place?]
  /// By item: documents of the corpus with some of its words.
  private(set) var documentCounts: [Int]
  /// By item: the number of the document that was counted last.
  private var lastDocument: [Int]
  /// By phrase.
  private(set) var isFound: [Bool]

  init(_ index: PhraseIndex) {
    self.index = index
    rolling = RollingWords(count: index.wordCount)
    firstPlaces = Array(repeating: nil, count: index.itemCount)
    documentCounts = Array(repeating: 0, count: index.itemCount)
    lastDocument = Array(repeating: 0, count: index.itemCount)
    isFound = Array(repeating: false, count: index.phrases.count)
  }

  /// Looks through a document.
  mutating func read(_ document: CorpusTexts.Document) {
    documents += 1
    var content = document.text
    textBytes += content.utf8.count
    content.withUTF8 { bytes in
      text.read(bytes)
      var candidates: [(first: Int, hash: UInt64)] = []
      rolling.forEach(in: text.words) { first, hash in
        if index.mayContain(hash) { candidates.append((first, hash)) }
      }
      for (first, hash) in candidates { check(first, hash, document, bytes) }
    }
  }

  private mutating func check(
    _ first: Int, _ hash: UInt64, _ document: CorpusTexts.Document,
    _ original: UnsafeBufferPointer<UInt8>
  ) {
    var matches: [Int] = []
    text.withBytes(from: first, count: index.wordCount) { bytes in
      index.forEachMatch(hash, bytes) { matches.append($0) }
    }
    for phrase in matches {
      isFound[phrase] = true
      let item = Int(index.phrases[phrase].item)
      guard lastDocument[item] != documents else { continue }
      lastDocument[item] = documents
      documentCounts[item] += 1
      let offset = text.words[first].origin
      // A text file is one document, so its lines are counted here.
      let begin: DocumentPlace =
        document.isTextFile
        ? .line(1 + original[..<offset].count { $0 == 0x0A }) : document.place
      let place = Place(
        file: document.file, document: begin, offset: offset,
        words: text.withBytes(from: first, count: index.wordCount) {
          String(decoding: $0, as: UTF8.self)
        })
      if firstPlaces[item].map({ place.comes(before: $0) }) ?? true { firstPlaces[item] = place }
    }
  }

  /// Takes in what another thread has found.
  mutating func add(_ other: CorpusScan) {
    documents += other.documents
    textBytes += other.textBytes
    for item in firstPlaces.indices {
      documentCounts[item] += other.documentCounts[item]
      guard let place = other.firstPlaces[item] else { continue }
      if firstPlaces[item].map({ place.comes(before: $0) }) ?? true { firstPlaces[item] = place }
    }
    for phrase in isFound.indices where other.isFound[phrase] { isFound[phrase] = true }
  }
}
