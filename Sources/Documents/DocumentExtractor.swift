internal import Files

/// Makes texts of documents.
public struct DocumentExtractor: Sendable {
  /// Paths of the files, for errors.
  public let files: [String]
  public let options: DocumentOptions

  public init(files: [String], options: DocumentOptions = DocumentOptions()) {
    self.files = files
    self.options = options
  }

  /// The text of a document.
  ///
  /// - Parameter document: From a ``DocumentReader`` of the same files.
  /// - Returns: Valid UTF-8; empty for a document without text. Records and plain texts come as they
  ///   are, a byte order mark aside; of pages and articles comes the main content.
  /// - Throws: ``DocumentError`` with file and place.
  /// - Complexity: O(bytes).
  public func text(of document: RawDocument) throws(DocumentError) -> [UInt8] {
    let path = files[document.file]
    switch document.content {
    case .problem(let error, _): throw error
    case .record(let bytes):
      guard case .line(let line) = document.place else {
        preconditionFailure("records have lines")
      }
      return try RecordText(path: path, line: line, field: options.textField).text(of: bytes)
    case .plainText(let bytes): return try plainText(bytes, path: path, place: document.place)
    case .html(let bytes, let characterSet):
      return try Self.page(
        bytes, characterSet: characterSet, path: path, place: document.place)
    case .xml(let bytes): return try XMLText.text(of: bytes, path: path)
    case .wikitext(let bytes, _): return WikiText.text(of: bytes)
    }
  }

  /// The text of a page.
  static func page(
    _ bytes: [UInt8], characterSet: String?, path: String, place: DocumentPlace
  ) throws(DocumentError) -> [UInt8] {
    do throws(HTMLText.Problem) {
      return try HTMLText.text(of: bytes, characterSet: characterSet)
    } catch {
      switch error {
      case .encoding:
        throw .wrongEncoding(
          path: path, place: place, problem: "not in the encoding that it declares")
      case .attributes:
        throw .tooManyAttributes(path: path, place: place, limit: AttributeCounter.limit)
      }
    }
  }

  private func plainText(
    _ bytes: [UInt8], path: String, place: DocumentPlace
  ) throws(DocumentError) -> [UInt8] {
    // Only a mark tells UTF-16 from noise.
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]),
      let text = TextEncoding.utf8(of: bytes, declared: nil)
    {
      return text
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      if case .byte = place {
        throw .wrongEncoding(path: path, place: place, problem: "not valid UTF-8")
      }
      throw .file(.invalidUTF8(path: path, line: Self.firstInvalidLine(of: bytes)))
    }
    // Editors on Windows write the mark; it is no part of the text.
    return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
  }

  /// The line on which the first bytes lie that are not UTF-8.
  private static func firstInvalidLine(of bytes: [UInt8]) -> Int {
    var line = 1
    var start = 0
    // A line feed is never part of a longer sequence, so lines can be checked one by one.
    for index in bytes.indices where bytes[index] == 0x0A {
      if String(validating: bytes[start..<index], as: UTF8.self) == nil { return line }
      start = index + 1
      line += 1
    }
    return line
  }
}
