/// Validation losses of a checkpoint, sequence by sequence, as `evaluation/validation.json` in the
/// checkpoint's folder holds them.
///
/// Two checkpoints are compared on the same sequences, in pairs. A number that is not finite is null
/// in JSON and `nil` here.
public struct ValidationLossesRecord: Codable, Sendable, Equatable {
  /// The format that this code writes; it reads no later one.
  public static let currentFormat = 1
  /// The folder below the checkpoint's that holds what was measured of it.
  public static let folder = "evaluation"
  /// Path of the file below the checkpoint's folder.
  public static let path = folder + "/validation.json"

  public let format: Int
  /// Optimizer updates of the checkpoint; 0 where no run of a plan has made it.
  public var step: Int
  /// In the plan's order.
  public var dataSets: [SequenceLosses]

  private enum CodingKeys: String, CodingKey {
    case format, step
    case dataSets = "data_sets"
  }

  public init(step: Int, dataSets: [SequenceLosses]) {
    format = Self.currentFormat
    self.step = step
    self.dataSets = dataSets
  }

  /// Decodes a record of a format that this code knows.
  ///
  /// - Parameter decoder: Of the file's object.
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    format = try container.decode(Int.self, forKey: .format)
    guard 1...Self.currentFormat ~= format else {
      throw DecodingError.dataCorruptedError(
        forKey: .format, in: container,
        debugDescription:
          "its format is \(format), and this program knows format \(Self.currentFormat)")
    }
    step = try container.decode(Int.self, forKey: .step)
    dataSets = try container.decode([SequenceLosses].self, forKey: .dataSets)
  }
}

/// The losses of one data set's validation sequences, which are all of the same length.
public struct SequenceLosses: Codable, Sendable, Equatable {
  /// The data set.
  public var name: String
  /// Whether the model has been trained on the data set.
  public var isSeen: Bool
  /// SHA-256 of what was measured on: losses over the same one are over the same tokens.
  public var digest: String
  /// Predictions in a sequence.
  public var sequenceLength: Int
  /// Predictions in all sequences.
  public var tokens: Int
  /// UTF-8 bytes of the text that they stand for, where a tokenizer tells.
  public var bytes: Int?
  /// Mean over all predictions, in nats.
  public var loss: Double?
  public var bitsPerByte: Double?
  /// Mean over the predictions of each sequence, in nats, in the data set's order.
  public var sequenceLosses: [Double?]

  private enum CodingKeys: String, CodingKey {
    case name
    case isSeen = "seen"
    case digest = "sha256"
    case sequenceLength = "sequence_length"
    case tokens, bytes, loss
    case bitsPerByte = "bits_per_byte"
    case sequenceLosses = "sequence_losses"
  }

  public init(
    name: String, isSeen: Bool, digest: String, sequenceLength: Int, tokens: Int, bytes: Int?,
    loss: Double?, bitsPerByte: Double?, sequenceLosses: [Double?]
  ) {
    self.name = name
    self.isSeen = isSeen
    self.digest = digest
    self.sequenceLength = sequenceLength
    self.tokens = tokens
    self.bytes = bytes
    self.loss = loss
    self.bitsPerByte = bitsPerByte
    self.sequenceLosses = sequenceLosses
  }

  /// Decodes losses whose counts fit one another.
  ///
  /// - Parameter decoder: Of the data set's object.
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    isSeen = try container.decode(Bool.self, forKey: .isSeen)
    digest = try container.decode(String.self, forKey: .digest)
    sequenceLength = try container.decode(Int.self, forKey: .sequenceLength)
    tokens = try container.decode(Int.self, forKey: .tokens)
    bytes = try container.decodeIfPresent(Int.self, forKey: .bytes)
    loss = try container.decodeIfPresent(Double.self, forKey: .loss)
    bitsPerByte = try container.decodeIfPresent(Double.self, forKey: .bitsPerByte)
    sequenceLosses = try container.decode([Double?].self, forKey: .sequenceLosses)
    let (product, overflow) = sequenceLosses.count.multipliedReportingOverflow(by: sequenceLength)
    guard sequenceLength >= 1, !overflow, product == tokens else {
      throw DecodingError.dataCorruptedError(
        forKey: .tokens, in: container,
        debugDescription:
          "\(sequenceLosses.count) sequences of \(sequenceLength) are not \(tokens) tokens")
    }
  }

  /// Encodes all members; those without a value are null.
  ///
  /// - Parameter encoder: For the data set's object.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(isSeen, forKey: .isSeen)
    try container.encode(digest, forKey: .digest)
    try container.encode(sequenceLength, forKey: .sequenceLength)
    try container.encode(tokens, forKey: .tokens)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(loss, forKey: .loss)
    try container.encode(bitsPerByte, forKey: .bitsPerByte)
    try container.encode(sequenceLosses, forKey: .sequenceLosses)
  }
}
