internal import Files

/// A file that is one document.
final class WholeFileReader: DocumentFileReader {
  private let source: ByteSource
  private let maximumSize: Int
  private let content: ([UInt8]) -> RawDocument.Content
  private var isRead = false

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limits: Bounds on decompression.
  ///   - maximumSize: Most bytes, unpacked.
  ///   - content: What the bytes are.
  /// - Throws: ``DocumentError``.
  init(
    path: String, limits: ReadingLimits, maximumSize: Int,
    content: @escaping ([UInt8]) -> RawDocument.Content
  ) throws(DocumentError) {
    source = try reading { () throws(FileError) in try ByteSource(path: path, limits: limits) }
    self.maximumSize = maximumSize
    self.content = content
  }

  var fileBytesRead: Int { source.totalRead }

  func next() -> (DocumentPlace, RawDocument.Content)? {
    guard !isRead else { return nil }
    isRead = true
    do throws(FileError) {
      guard let bytes = try source.readAll(upTo: maximumSize) else {
        let error = DocumentError.tooLarge(path: source.path, place: .byte(0), limit: maximumSize)
        return (.byte(0), .problem(error, endsFile: true))
      }
      return (.line(1), content(bytes))
    } catch { return (.byte(0), .problem(.file(error), endsFile: true)) }
  }
}
