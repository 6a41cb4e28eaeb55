public import Files
public import Tokenization

/// A tokenizer, how documents end, and a digest of all that decides the ids.
public struct DocumentTokenizer: Sendable {
  public let tokenizer: Tokenizer
  /// The id behind every document.
  public let endOfDocument: Int32
  /// Of the files that the tokenizer was read from, of the ids of a sample text and of
  /// ``endOfDocument``.
  public let digest: SHA256Digest

  /// Has a bit of everything that tokenizers treat differently, so that two ways of reading the same
  /// files differ in the digest where they differ in the ids.
  private static let sample =
    "Hello  world, it's 12345.67 \u{2014} Größe, a\u{308}, \u{1E9B}\u{323}\n\n\tCAFÉ\u{A0}"
    + "\u{3000}日本語 👩‍👩‍👧 </s><|endoftext|>\r\n ▁x"

  /// Puts the parts together.
  ///
  /// - Parameters:
  ///   - tokenizer: Encodes the documents.
  ///   - files: Contents of the files that decide its ids: tokenizer.json, and whatever beside it was
  ///     read.
  ///   - endOfDocument: The tokenizer's end-of-sequence id.
  /// - Throws: ``CorpusError`` if the id is none of the tokenizer's.
  public init(
    tokenizer: Tokenizer, files: [[UInt8]], endOfDocument: Int32
  ) throws(CorpusError) {
    guard endOfDocument >= 0, endOfDocument < tokenizer.vocabularySize else {
      throw .unusableEndOfDocument(id: endOfDocument, vocabularySize: tokenizer.vocabularySize)
    }
    self.tokenizer = tokenizer
    self.endOfDocument = endOfDocument
    var hasher = SHA256Hasher()
    hasher.update("cpteval tokenizer 1\n\(endOfDocument) \(tokenizer.vocabularySize)\n")
    for file in files { hasher.update("\(SHA256Digest(of: file))\n") }
    // A sample that cannot be encoded says nothing; documents will say it better.
    let ids = (try? tokenizer.encode(Self.sample, addSpecialTokens: false)) ?? []
    hasher.update(ids.map(String.init).joined(separator: " "))
    digest = hasher.finalize()
  }

  /// How ids are stored: in two bytes where they fit.
  var tokenType: TokenType { tokenizer.vocabularySize <= 1 << 16 ? .uint16 : .uint32 }
}
