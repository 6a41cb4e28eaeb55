/// What became of a corpus' documents.
public struct PreparationReport: Codable, Equatable, Sendable {
  /// A number of documents and the bytes of their texts.
  public struct Amount: Codable, Equatable, Sendable {
    public var documents = 0
    public var bytes = 0

    public init(documents: Int = 0, bytes: Int = 0) {
      self.documents = documents
      self.bytes = bytes
    }

    mutating func add(_ bytes: Int) {
      documents += 1
      self.bytes += bytes
    }
  }

  /// Documents read, with the bytes of the texts found in them.
  public var read = Amount()
  /// Files read, with their bytes on the disk.
  public var files = 0
  public var fileBytes = 0
  /// Documents that could not be read, by kind of problem.
  public var problems: [String: Int] = [:]
  /// Files of which something could not be read.
  public var brokenFiles = 0
  /// Documents without text.
  public var empty = 0
  public var tooShort = Amount()
  public var duplicates = Amount()
  /// Documents that became too short by losing paragraphs.
  public var tooShortAfterwards = Amount()
  /// Paragraphs left out because they stand too often, and their bytes.
  public var paragraphs = 0
  public var paragraphBytes = 0
  /// Different paragraphs among them.
  public var frequentParagraphs = 0
  /// Control characters and the like that were removed.
  public var controlCharacters = 0
  /// Documents that NFC changed.
  public var renormalized = 0
  /// Documents written, with the bytes of their texts.
  public var written = Amount()
  /// Ids written, the ones that end documents included.
  public var tokens = 0

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case read, files, problems, empty, duplicates, paragraphs, renormalized, written, tokens
    case fileBytes = "file_bytes"
    case brokenFiles = "broken_files"
    case tooShort = "too_short"
    case tooShortAfterwards = "too_short_afterwards"
    case paragraphBytes = "paragraph_bytes"
    case frequentParagraphs = "frequent_paragraphs"
    case controlCharacters = "control_characters"
  }

  /// Documents left out, whatever the reason.
  public var droppedDocuments: Int {
    problems.values.reduce(0, +) + empty + tooShort.documents + duplicates.documents
      + tooShortAfterwards.documents
  }
}
