internal import Files

/// Reads documents from files in order, in portions that are worth a thread's while.
final class DocumentReader {
  /// A document that is not looked into yet.
  struct RawDocument: Sendable {
    /// Among the reader's files.
    let file: Int
    /// Line on which it begins, from 1.
    let line: Int
    let format: DocumentFormat
    /// UTF-8, valid for records.
    let bytes: [UInt8]
  }

  /// Documents in a row.
  struct Portion: Sendable {
    var documents: [RawDocument] = []
    var byteCount = 0
  }

  let files: [String]
  /// Bytes of the files that were read so far, compressed ones as they lie on the disk.
  var fileBytesRead: Int { finishedBytes + (records?.fileBytesRead ?? 0) }

  private let limits: ReadingLimits
  private var nextFile = 0
  private var records: RecordReader?
  private var finishedBytes = 0

  /// Bytes at which a portion is handed out.
  private static let portionSize = 1 << 18

  init(files: [String], limits: ReadingLimits = ReadingLimits()) {
    self.files = files
    self.limits = limits
  }

  /// The next documents.
  ///
  /// - Returns: At least one; `nil` after the last.
  /// - Throws: ``CorpusError`` with file and line.
  func nextPortion() throws(CorpusError) -> Portion? {
    var portion = Portion()
    while portion.byteCount < Self.portionSize, let document = try nextDocument() {
      portion.byteCount += document.bytes.count
      portion.documents.append(document)
    }
    return portion.documents.isEmpty ? nil : portion
  }

  private func nextDocument() throws(CorpusError) -> RawDocument? {
    while true {
      if let records {
        if let record = try reading({ () throws(FileError) in try records.next() }) {
          return RawDocument(
            file: nextFile - 1, line: record.line, format: .records, bytes: record.bytes)
        }
        finishedBytes += records.fileBytesRead
        self.records = nil
      }
      guard nextFile < files.count else { return nil }
      let path = files[nextFile]
      nextFile += 1
      switch DocumentFormat(path: path) {
      case nil: throw .unknownFormat(path: path)
      case .records:
        records = try reading { () throws(FileError) in
          try RecordReader(path: path, limits: limits)
        }
      case .plainText:
        let bytes = try reading { () throws(FileError) in try wholeFile(path) }
        finishedBytes += bytes.count
        return RawDocument(file: nextFile - 1, line: 1, format: .plainText, bytes: bytes)
      }
    }
  }

  private func wholeFile(_ path: String) throws(FileError) -> [UInt8] {
    let file = try MappedFile(path: path)
    guard file.size <= limits.maximumRecordLength else {
      throw .lineTooLong(path: path, line: 1, limit: limits.maximumRecordLength)
    }
    var bytes = [UInt8](repeating: 0, count: file.size)
    // Typed throws do not pass through `withUnsafeMutableBytes`.
    let result = bytes.withUnsafeMutableBytes { buffer -> Result<Void, FileError> in
      do throws(FileError) {
        return .success(try file.copyBytes(into: buffer, from: 0))
      } catch { return .failure(error) }
    }
    try result.get()
    return bytes
  }
}
