/// What became of a data set's texts.
public struct TextStatistics: Codable, Equatable, Sendable {
  /// Documents with text.
  public var documents = 0
  /// Documents without text, which were left out.
  public var emptyDocuments = 0
  /// Ids, the ones that end documents included.
  public var tokens = 0
  /// UTF-8 bytes of the documents' texts.
  public var textBytes = 0

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case documents, tokens
    case emptyDocuments = "empty_documents"
    case textBytes = "text_bytes"
  }
}

/// News of a text's way to tokens, for logs and progress bars.
public enum TextEvent: Sendable, Equatable {
  /// Words are being counted, to train a tokenizer; bytes of the files as they lie on the disk.
  case counting(source: String, bytesDone: Int, bytesTotal: Int)
  /// A tokenizer learns to join tokens.
  case merging(tokens: Int, of: Int)
  /// A tokenizer was trained.
  case trained(tokens: Int, folder: String)
  /// Tokens that were made earlier are used again.
  case reusing(source: String, folder: String)
  /// Tokens that were made earlier are of no use; they are removed and made anew.
  case discarding(source: String, folder: String, reason: String)
  /// Texts are being tokenized; bytes of the files as they lie on the disk.
  case tokenizing(source: String, bytesDone: Int, bytesTotal: Int)
}
