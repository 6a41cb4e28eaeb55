internal import Files

/// An .xml file: one document, or a MediaWiki export.
final class XMLFileReader: DocumentFileReader {
  private let source: ByteSource
  private let maximumSize: Int
  private var prefix: [UInt8] = []
  private var dump: MediaWikiDump?
  private var isStarted = false

  /// Bytes in which the outermost element must begin.
  private static let prefixSize = 1 << 16

  init(path: String, options: DocumentOptions) throws(DocumentError) {
    source = try reading { () throws(FileError) in
      try ByteSource(path: path, limits: options.limits)
    }
    maximumSize = options.maximumMarkupSize
  }

  var fileBytesRead: Int { source.totalRead }

  func next() -> (DocumentPlace, RawDocument.Content)? {
    if let dump { return dump.next() }
    guard !isStarted else { return nil }
    isStarted = true
    do throws(FileError) {
      prefix = try source.read(upTo: Self.prefixSize)
      if XMLProlog(prefix).rootName == "mediawiki" {
        let dump = MediaWikiDump(source, prefix: prefix)
        self.dump = dump
        return dump.next()
      }
      guard let rest = try source.readAll(upTo: max(0, maximumSize - prefix.count)) else {
        let error = DocumentError.tooLarge(path: source.path, place: .line(1), limit: maximumSize)
        return (.line(1), .problem(error, endsFile: true))
      }
      return (.line(1), .xml(prefix + rest))
    } catch { return (.byte(0), .problem(.file(error), endsFile: true)) }
  }
}
