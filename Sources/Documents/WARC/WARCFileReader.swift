internal import Files

/// Reads the records of a WARC file: pages of `response` and `resource` records, texts of
/// `conversion` records (WET).
///
/// Answers other than 200, and contents other than HTML and plain text, are no documents. Behind a
/// broken record reading goes on with the next one that begins as a record does.
///
/// - SeeAlso: ISO 28500, WARC 1.1.
final class WARCFileReader: DocumentFileReader {
  private let input: BufferedSource
  private let maximumSize: Int
  /// Where the record begins whose first line was read.
  private var recordStart: Int?
  /// Whether the last record was broken, so that anything may stand behind it.
  private var isBroken = false

  private static let maximumLine = 1 << 16
  private static let maximumHeaderLines = 200
  private static let cutHeader = "the file ends in a record's header"

  init(path: String, options: DocumentOptions) throws(DocumentError) {
    input = BufferedSource(
      try reading { () throws(FileError) in
        try ByteSource(path: path, limits: options.limits)
      })
    maximumSize = options.maximumMarkupSize
  }

  var fileBytesRead: Int { input.source.totalRead }

  func next() -> (DocumentPlace, RawDocument.Content)? {
    let start = input.offset
    do throws(FileError) {
      while let record = try nextRecord() { return record }
      return nil
    } catch {
      return (.byte(start), .problem(.file(error), endsFile: true))
    }
  }

  /// The next record that holds a document.
  private func nextRecord() throws(FileError) -> (DocumentPlace, RawDocument.Content)? {
    while true {
      if let found = try findRecord() { return found }
      guard let start = recordStart else { return nil }
      recordStart = nil
      let (header, reason) = try readHeader()
      guard let header else {
        return problem(start, reason, endsFile: reason == Self.cutHeader)
      }
      if let found = try document(header, start) { return found }
    }
  }

  /// Goes to the next line that begins a record.
  ///
  /// - Returns: A problem if something else stands before it; of what a broken record left behind
  ///   nothing is said.
  private func findRecord() throws(FileError) -> (DocumentPlace, RawDocument.Content)? {
    var strange: Int?
    while recordStart == nil {
      let start = input.offset
      guard let line = try input.line(limit: Self.maximumLine) else { break }
      if line.starts(with: "WARC/".utf8) {
        recordStart = start
      } else if !line.isEmpty, strange == nil, !isBroken {
        strange = start
      }
    }
    isBroken = false
    guard let strange else { return nil }
    let found = problem(
      strange, "a record should begin here, with WARC/ and a version",
      endsFile: recordStart == nil)
    isBroken = false
    return found
  }

  private func problem(
    _ offset: Int, _ words: String, endsFile: Bool = false
  ) -> (DocumentPlace, RawDocument.Content) {
    isBroken = true
    let error = DocumentError.malformedArchive(
      path: input.source.path, offset: offset, problem: words)
    return (.byte(offset), .problem(error, endsFile: endsFile))
  }

  /// A record that the file's end cuts short.
  private func cutShort(
    _ offset: Int, _ found: Int, of length: Int
  ) -> (DocumentPlace, RawDocument.Content) {
    problem(offset, "the record ends after \(found) of \(length) bytes", endsFile: true)
  }

  // MARK: Header

  /// What a record says of itself.
  private struct Header {
    var type = ""
    var contentType = ""
    var length = 0
    /// Whether the record is about the crawl: the crawler's arguments or its log.
    var isAboutCrawl = false
  }

  /// Reads up to the blank line.
  ///
  /// - Returns: The header, or what is wrong as a clause.
  private func readHeader() throws(FileError) -> (header: Header?, problem: String) {
    var header = Header()
    var length: Int?
    for _ in 0..<Self.maximumHeaderLines {
      let lineStart = input.offset
      guard let line = try input.line(limit: Self.maximumLine) else {
        return (nil, Self.cutHeader)
      }
      if line.isEmpty {
        guard let length else { return (nil, "the record has no Content-Length") }
        header.length = length
        return (header, "")
      }
      if line.starts(with: "WARC/".utf8) {
        recordStart = lineStart
        return (nil, "the record's header is followed by another record")
      }
      let (name, value) = HTTPMessage.field(line)
      switch name {
      case "warc-type": header.type = value.lowercased()
      case "content-type": header.contentType = value.lowercased()
      case "warc-target-uri":
        // Wget writes the address in angle brackets.
        let address = value.lowercased().drop { $0 == "<" }
        header.isAboutCrawl = address.hasPrefix("metadata:")
      case "content-length":
        guard let number = Int(value), 0..<(1 << 40) ~= number else {
          return (nil, "the record's Content-Length is \"\(value.prefix(40))\"")
        }
        length = number
      default: break
      }
    }
    return (nil, "the record's header has more than \(Self.maximumHeaderLines) lines")
  }

  // MARK: Content

  private func document(
    _ header: Header, _ start: Int
  ) throws(FileError) -> (DocumentPlace, RawDocument.Content)? {
    let isAnswer = header.type == "response" && header.contentType.hasPrefix("application/http")
    let isText = ["conversion", "resource"].contains(header.type) && !header.isAboutCrawl
    guard isAnswer || isText else {
      let skipped = try input.skip(header.length)
      return skipped == header.length ? nil : cutShort(start, skipped, of: header.length)
    }
    guard header.length <= maximumSize else {
      _ = try input.skip(header.length)
      return (
        .byte(start),
        .problem(
          .tooLarge(path: input.source.path, place: .byte(start), limit: maximumSize),
          endsFile: false)
      )
    }
    let content = try input.bytes(header.length)
    guard content.count == header.length else {
      return cutShort(start, content.count, of: header.length)
    }
    if isText {
      return Self.content(content, type: header.contentType).map { (.byte(start), $0) }
    }
    guard let message = HTTPMessage(content, limit: maximumSize) else {
      return problem(start, "the answer in the record is no HTTP")
    }
    guard message.status == 200 else { return nil }
    guard let body = message.body else {
      return problem(start, "the answer's body cannot be unpacked (\(message.encoding))")
    }
    return Self.content(body, type: message.contentType).map { (.byte(start), $0) }
  }

  private static func content(_ bytes: [UInt8], type: String) -> RawDocument.Content? {
    let kind = type.prefix { $0 != ";" && $0 != " " }
    switch kind {
    case "text/html", "application/xhtml+xml":
      return .html(bytes, characterSet: DeclaredEncoding.name(inHeader: type))
    case "text/plain": return .plainText(bytes)
    default: return nil
    }
  }
}
