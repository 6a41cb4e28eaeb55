/// A document that is not looked into yet.
public struct RawDocument: Sendable {
  /// Among the reader's files.
  public let file: Int
  public let place: DocumentPlace
  public let content: Content

  /// What there is of it.
  public enum Content: Sendable {
    /// A JSON text, valid UTF-8.
    case record([UInt8])
    case plainText([UInt8])
    /// A page; the character set is the one that came with it by HTTP.
    case html([UInt8], characterSet: String?)
    case xml([UInt8])
    /// An article's source text, valid UTF-8.
    case wikitext([UInt8], title: String)
    /// A document that could not be read, or the rest of a file that could not.
    case problem(DocumentError, endsFile: Bool)
  }

  /// Bytes that wait to be looked into.
  public var byteCount: Int {
    switch content {
    case .record(let bytes), .plainText(let bytes), .html(let bytes, _), .xml(let bytes),
      .wikitext(let bytes, _):
      bytes.count
    case .problem: 0
    }
  }
}
