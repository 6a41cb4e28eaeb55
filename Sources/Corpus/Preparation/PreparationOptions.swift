public import Documents

/// How a corpus is prepared.
public struct PreparationOptions: Sendable {
  /// How documents are read.
  public var documents = DocumentOptions()
  /// Texts of fewer characters (Unicode scalars) are left out.
  public var minimumLength = 40
  /// A paragraph that stands more often than this in the whole corpus is kept where it stands first,
  /// and left out elsewhere; `nil` to keep all.
  public var paragraphLimit: Int? = 50
  /// Whether a text that was there before, to the byte, is left out.
  public var dropsDuplicates = true
  /// Encodes the texts; `nil` to write them as JSON Lines.
  public var tokenizer: DocumentTokenizer?

  public init() {}
}

/// Where a corpus is being prepared, and who wants to know.
public struct PreparationMeans: Sendable {
  public var threads = 1
  /// Begin anew, whatever lies there.
  public var restarts = false
  /// Asked often, on several threads; answering true saves and ends with `CorpusError.cancelled`.
  public var isCancelled: @Sendable () -> Bool = { false }
  /// Gets the news, one at a time, on whatever thread.
  public var report: @Sendable (PreparationEvent) -> Void = { _ in }
  /// Seconds between two states from which work can go on.
  var secondsBetweenStates = 20.0

  public init() {}
}

/// News of a corpus' preparation.
public enum PreparationEvent: Sendable, Equatable {
  /// Work that was stopped goes on; documents that were read before.
  case resuming(documents: Int)
  /// Files are being read; bytes as they lie on the disk.
  case reading(bytesDone: Int, bytesTotal: Int, documents: Int)
  /// Paragraphs are being counted.
  case counting(paragraphs: Int)
  /// Texts are being written; bytes of text.
  case writing(bytesDone: Int, bytesTotal: Int, tokens: Int)
  /// A document, or the rest of a file, is left out.
  case skipping(DocumentError)
}
