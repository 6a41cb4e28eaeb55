/// How much a text file may ask of its reader.
public struct ReadingLimits: Sendable, Equatable {
  /// Longest line or array element, in bytes.
  public var maximumRecordLength = 256 << 20
  /// Compressed data may always grow to this many bytes.
  public var freeExpansion = 64 << 20
  /// Multiple of its size that compressed data may grow to beyond ``freeExpansion``.
  ///
  /// English text grows 3-fold, JSON Lines with repeated keys rarely 50-fold; deflate's worst is
  /// 1032-fold.
  public var maximumExpansionRatio = 200
  /// Most bytes that compressed data may grow to, whatever its size.
  public var maximumExpandedSize = 1 << 40

  public init() {}
}
