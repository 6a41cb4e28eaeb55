internal import Dispatch
public import Documents
public import Files
internal import Foundation
public import Tokenization

/// The documents of files of any format that is read, gone through once from front to back and shared among threads.
///
///     let counters = try CorpusTexts(files: paths).forEach(
///       threads: 2, makeWorker: { WordCounter(pattern: .gpt2) }
///     ) { counter, document in counter.add(document.text) }
public struct CorpusTexts: Sendable {
  /// A document with its place.
  public struct Document: Sendable {
    /// Index of the file.
    public let file: Int
    /// Where in it the document begins.
    public let place: DocumentPlace
    /// Whether the document is the whole of a text file, so that its lines are the file's.
    public let isTextFile: Bool
    public let text: String
  }

  /// How far the reading has come, in bytes of the files as they lie on the disk.
  public struct Progress: Sendable, Equatable {
    public let bytesDone: Int
    public let bytesTotal: Int
  }

  public let files: [String]
  private let options: DocumentOptions
  /// Among ``files``.
  private let textFiles: [Int]
  private let indexed: [IndexedTexts]
  private let bytesTotal: Int

  /// Checks that all files are there and of a kind that is read.
  ///
  /// - Parameters:
  ///   - files: Paths of files whose names tell one of ``DocumentFormat``'s formats; with a tokenizer
  ///     also of indexed data sets (``IndexedDataSet``).
  ///   - textField: The records' member that holds the text.
  ///   - limits: Bounds on records and on decompression.
  ///   - tokenizer: Makes texts of the ids of indexed data sets.
  /// - Throws: ``CorpusError`` for the first file that cannot be used.
  public init(
    files: [String], textField: String = "text", limits: ReadingLimits = ReadingLimits(),
    tokenizer: Tokenizer? = nil
  ) throws(CorpusError) {
    self.files = files
    var options = DocumentOptions()
    options.textField = textField
    options.limits = limits
    self.options = options
    var total = 0
    var textFiles: [Int] = []
    var indexed: [IndexedTexts] = []
    for (number, path) in files.enumerated() {
      if let tokenizer, IndexedDataSet.isIndexed(path) {
        let texts = IndexedTexts(
          file: number, data: try IndexedDataSet(path: path), tokenizer: tokenizer)
        total += texts.byteCount
        indexed.append(texts)
        continue
      }
      textFiles.append(number)
      guard DocumentFormat(path: path) != nil else {
        throw .document(.unknownFormat(path: path))
      }
      total += try reading { () throws(FileError) in try MappedFile(path: path) }.size
    }
    self.textFiles = textFiles
    self.indexed = indexed
    bytesTotal = total
  }

  /// Gives every document to one of several workers, in no particular order.
  ///
  /// - Parameters:
  ///   - threads: Workers at most.
  ///   - isCancelled: Asked before every portion of documents.
  ///   - progress: Told after every portion, one call at a time, on whatever thread.
  ///   - makeWorker: Makes what one thread works with.
  ///   - body: Treats a document.
  /// - Returns: The workers.
  /// - Throws: ``CorpusError``: of all documents that fail, the first.
  /// - Complexity: O(bytes); memory for a few portions of 256 kB and the longest document for each
  ///   thread.
  public func forEach<Worker>(
    threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (Progress) -> Void = { _ in },
    makeWorker: @Sendable () -> Worker,
    body: @escaping @Sendable (inout Worker, Document) throws(CorpusError) -> Void
  ) throws(CorpusError) -> [Worker] {
    let paths = textFiles.map { files[$0] }
    let pass = Pass<Worker>(
      reader: DocumentReader(files: paths, options: options), indexed: indexed,
      bytesTotal: bytesTotal, isCancelled: isCancelled, progress: progress)
    let extractor = DocumentExtractor(files: paths, options: options)
    DispatchQueue.concurrentPerform(iterations: max(threads, 1)) { _ in
      var worker = makeWorker()
      while let (number, portion) = pass.take() {
        do throws(CorpusError) {
          switch portion {
          case .texts(let documents):
            for document in documents {
              let file = textFiles[document.file]
              try body(&worker, try Document(document, file: file, extractor))
            }
          case .indexed(let texts, let documents):
            for number in documents { try body(&worker, try texts.document(number)) }
          }
        } catch {
          pass.fail(number, error)
        }
      }
      pass.finish(worker)
    }
    return try pass.result()
  }
}

extension CorpusTexts.Document {
  fileprivate init(
    _ document: RawDocument, file: Int, _ extractor: DocumentExtractor
  ) throws(CorpusError) {
    let text = try extractor.trainingText(of: document)
    // In an archive such a document is a record, of which the file's lines say nothing.
    let isTextFile =
      if case .plainText = document.content, case .line = document.place { true } else { false }
    self.init(
      file: file, place: document.place, isTextFile: isTextFile,
      text: String(decoding: text, as: UTF8.self))
  }
}

/// What the threads of one pass share.
private final class Pass<Worker>: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): everything that changes is touched under `lock` only.

  /// Documents in a row.
  enum Portion {
    case texts([RawDocument])
    case indexed(IndexedTexts, Range<Int>)
  }

  private let lock = NSLock()
  private let reader: DocumentReader
  /// Still to be read, behind the reader's files.
  private var indexed: ArraySlice<IndexedTexts>
  private var nextIndexed = 0
  private var indexedBytes = 0
  private let bytesTotal: Int
  private let isCancelled: @Sendable () -> Bool
  private let progress: @Sendable (CorpusTexts.Progress) -> Void
  private var nextNumber = 0
  private var isAtEnd = false
  private var failure: (number: Int, error: CorpusError)?
  private var workers: [Worker] = []

  init(
    reader: DocumentReader, indexed: [IndexedTexts], bytesTotal: Int,
    isCancelled: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (CorpusTexts.Progress) -> Void
  ) {
    self.reader = reader
    self.indexed = indexed[...]
    self.bytesTotal = bytesTotal
    self.isCancelled = isCancelled
    self.progress = progress
  }

  /// The next documents with their number in the files' order.
  func take() -> (number: Int, portion: Portion)? {
    lock.lock()
    defer { lock.unlock() }
    if isAtEnd || failure != nil { return nil }
    let number = nextNumber
    nextNumber += 1
    do throws(CorpusError) {
      if isCancelled() { throw .cancelled }
      guard let portion = try nextPortion() else {
        isAtEnd = true
        return nil
      }
      progress(
        .init(
          bytesDone: min(reader.fileBytesRead + indexedBytes, bytesTotal),
          bytesTotal: bytesTotal))
      return (number, portion)
    } catch {
      note(number, error)
      return nil
    }
  }

  private func nextPortion() throws(CorpusError) -> Portion? {
    if let portion = reader.nextPortion() { return .texts(portion.documents) }
    while let texts = indexed.first {
      if let (documents, byteCount) = try texts.documents(from: nextIndexed) {
        nextIndexed = documents.upperBound
        indexedBytes += byteCount
        return .indexed(texts, documents)
      }
      indexed.removeFirst()
      nextIndexed = 0
    }
    return nil
  }

  func fail(_ number: Int, _ error: CorpusError) {
    lock.lock()
    note(number, error)
    lock.unlock()
  }

  /// Portions are taken in order and each is worked on to its end, so the first failure of all is
  /// always among those that come here.
  private func note(_ number: Int, _ error: CorpusError) {
    if failure.map({ number < $0.number }) ?? true { failure = (number, error) }
  }

  func finish(_ worker: Worker) {
    lock.lock()
    workers.append(worker)
    lock.unlock()
  }

  func result() throws(CorpusError) -> [Worker] {
    lock.lock()
    defer { lock.unlock() }
    if let failure { throw failure.error }
    return workers
  }
}
