/// A source of training and validation texts or tokens.
public struct DataSet: Sendable, Equatable {
  /// What its files hold.
  public enum Format: Sendable, Equatable {
    /// Texts, tokenized on first use.
    case text
    /// Rows of ``TrainingPlan/sequenceLength`` + 1 little-endian token ids, back to back.
    case packed(PackedType)
    /// Documents of token ids in Megatron's indexed format, an .idx file beside a .bin file.
    case megatron
  }

  /// The type of a packed token id.
  public enum PackedType: String, Sendable, CaseIterable {
    case int32, uint16, int64, uint32

    /// Bytes of one id.
    public var byteCount: Int {
      switch self {
      case .uint16: 2
      case .int32, .uint32: 4
      case .int64: 8
      }
    }
  }

  /// The token after each document of a text.
  public enum EndOfDocument: Sendable, Equatable {
    /// The tokenizer's end of text.
    case tokenizer
    case token(id: Int)
  }

  public let name: String
  public let format: Format
  /// Paths and globs as written, at least one.
  public let train: [String]
  /// Paths and globs as written.
  public let validation: [String]
  /// Whether samples come in a seeded order of each epoch, not in that of the files.
  public let shuffle: Bool
  /// The field of a JSON record that holds its text; without meaning for token ids.
  public let textField: String
  /// Put behind each text; in token ids only what a document mask goes by.
  public let endOfDocument: EndOfDocument
}
