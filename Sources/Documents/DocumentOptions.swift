public import Files

/// How documents are read.
public struct DocumentOptions: Sendable, Equatable {
  /// The records' member that holds the text.
  public var textField = "text"
  /// The format of all files; `nil` to go by their names.
  public var format: DocumentFormat?
  /// Bounds on records and on decompression.
  public var limits = ReadingLimits()
  /// Largest page or XML document, in bytes: its tree takes about ten times as much memory.
  public var maximumMarkupSize = 32 << 20

  public init() {}
}
