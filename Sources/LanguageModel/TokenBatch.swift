public import Compute

/// Token sequences as a model computes them: every shared prefix once, one row per token.
///
/// The sequences form a tree of segments (runs of tokens); rows stand in depth-first order, so
/// a segment's rows are contiguous and ancestors come first. There is no padding.
public struct TokenBatch: Sendable {
  /// One token per row.
  public var tokens: [Int32]
  /// Position of each row in its sequence, from 0.
  public var positions: [Int32]
  /// Consecutive rows that go through a layer together; working memory is theirs.
  public var chunks: [Chunk]
  /// Rows of keys and values that a layer holds back for later chunks: one per position of the
  /// longest sequence that is cut, because rows come in depth-first order and so only one path of
  /// the tree is open at a time.
  public var keptRowCount: Int

  public init(tokens: [Int32], positions: [Int32], chunks: [Chunk], keptRowCount: Int) {
    self.tokens = tokens
    self.positions = positions
    self.chunks = chunks
    self.keptRowCount = keptRowCount
  }

  /// Some rows of a batch, with what attention needs to know about them.
  public struct Chunk: Sendable {
    /// Rows of the batch.
    public var rows: Range<Int>
    /// Spans for attention; their rows count from the chunk's first, or within the kept rows.
    public var groups: [[AttentionSpan]]
    /// Rows whose projections are held back for later chunks.
    public var keeps: [Keep]

    public init(rows: Range<Int>, groups: [[AttentionSpan]], keeps: [Keep]) {
      self.rows = rows
      self.groups = groups
      self.keeps = keeps
    }
  }

  /// A copy of rows from a chunk to the kept rows.
  public struct Keep: Sendable, Equatable {
    /// Rows of the chunk.
    public var rows: Range<Int>
    /// Where they go.
    public var keptRow: Int

    public init(rows: Range<Int>, keptRow: Int) {
      self.rows = rows
      self.keptRow = keptRow
    }
  }
}
