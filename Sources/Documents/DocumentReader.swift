internal import Files

/// Reads documents from files in order, in portions that are worth a thread's while.
///
/// What cannot be read takes a document's place (``RawDocument/Content/problem(_:endsFile:)``), and
/// reading goes on behind it: with the next document where the file allows it, else with the next
/// file. Memory is a portion and the longest document, whatever the size of the files.
public final class DocumentReader {
  /// Documents in a row.
  public struct Portion: Sendable {
    public var documents: [RawDocument] = []
    public var byteCount = 0
    /// Where the reader stands behind them.
    public var end = Position()
    /// Bytes of the files up to there, compressed ones as they lie on the disk.
    public var fileBytesRead = 0
  }

  public let files: [String]
  /// Bytes of the files that were read so far, compressed ones as they lie on the disk.
  public var fileBytesRead: Int { finishedBytes + (current?.fileBytesRead ?? 0) }
  private var position = Position()

  /// Where a reader stands.
  public struct Position: Codable, Hashable, Sendable {
    /// Number of the file, from 0.
    public var file = 0
    /// Documents of it that were handed out, problems included.
    public var documents = 0

    public init() {}
  }

  private let options: DocumentOptions
  private var nextFile = 0
  private var current: (any DocumentFileReader)?
  private var finishedBytes = 0

  /// Bytes at which a portion is handed out.
  private static let portionSize = 1 << 18

  /// Prepares; no file is opened yet.
  ///
  /// - Parameters:
  ///   - files: Paths, in order.
  ///   - options: How they are read.
  public init(files: [String], options: DocumentOptions = DocumentOptions()) {
    self.files = files
    self.options = options
  }

  /// The next documents.
  ///
  /// - Returns: At least one; `nil` after the last.
  public func nextPortion() -> Portion? {
    var portion = Portion()
    while portion.byteCount < Self.portionSize, let document = nextDocument() {
      portion.byteCount += document.byteCount + 64
      portion.documents.append(document)
    }
    portion.end = position
    portion.fileBytesRead = fileBytesRead
    return portion.documents.isEmpty ? nil : portion
  }

  /// Goes to a position that an earlier reader of the same files had.
  ///
  /// - Parameter target: Not behind the last document of its file.
  /// - Complexity: Earlier documents of the file are read again, but not looked into.
  public func skip(to target: Position) {
    for path in files.prefix(target.file).dropFirst(nextFile) {
      finishedBytes += (try? FileIdentity(ofFile: path).size) ?? 0
    }
    current = nil
    nextFile = target.file
    position = Position()
    position.file = target.file
    while position.documents < target.documents, position.file == target.file,
      nextDocument() != nil
    {}
  }

  private func nextDocument() -> RawDocument? {
    while true {
      if let current {
        if let (place, content) = current.next() {
          position.documents += 1
          if case .problem(_, endsFile: true) = content { finishFile() }
          return RawDocument(file: nextFile - 1, place: place, content: content)
        }
        finishFile()
      }
      guard nextFile < files.count else { return nil }
      position = Position()
      position.file = nextFile
      let path = files[nextFile]
      nextFile += 1
      do throws(DocumentError) {
        current = try open(path)
      } catch {
        position.documents = 1
        return RawDocument(
          file: nextFile - 1, place: .byte(0), content: .problem(error, endsFile: true))
      }
    }
  }

  private func finishFile() {
    finishedBytes += current?.fileBytesRead ?? 0
    current = nil
  }

  private func open(_ path: String) throws(DocumentError) -> any DocumentFileReader {
    guard let format = options.format ?? DocumentFormat(path: path) else {
      throw .unknownFormat(path: path)
    }
    switch format {
    case .records: return try RecordFileReader(path: path, limits: options.limits)
    case .plainText:
      return try WholeFileReader(
        path: path, limits: options.limits, maximumSize: options.limits.maximumRecordLength
      ) { .plainText($0) }
    case .html:
      return try WholeFileReader(
        path: path, limits: options.limits, maximumSize: options.maximumMarkupSize
      ) { .html($0, characterSet: nil) }
    case .xml: return try XMLFileReader(path: path, options: options)
    case .warc: return try WARCFileReader(path: path, options: options)
    }
  }
}

/// Reads one file document by document.
protocol DocumentFileReader: AnyObject {
  /// Bytes of the file that were read so far, compressed ones as they lie on the disk.
  var fileBytesRead: Int { get }

  /// The next document or problem; `nil` at the end. Not asked again after a problem that ends the
  /// file.
  func next() -> (DocumentPlace, RawDocument.Content)?
}
