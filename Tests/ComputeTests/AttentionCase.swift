import Compute

/// Attention over some tree of sequences with made-up projections.
struct AttentionCase: CustomStringConvertible {
  var headSize = 16
  var heads = 2
  var keyValueHeads = 2
  var window: Int?
  /// Factor on scores beside 1/√``headSize``: with more, fewer keys share the weight.
  var sharpness: Float = 1
  /// Whether query, key and value of a head lie side by side, as GPT-NeoX has them, or all queries
  /// before all keys before all values.
  var isInterleaved = false
  var groups: [[AttentionSpan]]

  var description: String {
    """
    \(heads) heads of \(headSize) on \(keyValueHeads), window \(window ?? 0), \
    sharpness \(sharpness), \(groups.map { $0.map { "\($0.position)+\($0.count)" } })
    """
  }

  var layout: AttentionLayout {
    let scale = sharpness / Float(headSize).squareRoot()
    if isInterleaved {
      return AttentionLayout(
        query: 0, queryStride: 3 * headSize, key: headSize, value: 2 * headSize,
        keyValueStride: 3 * headSize, headCount: heads, keyValueHeadCount: keyValueHeads,
        headSize: headSize, scale: scale, window: window)
    }
    return AttentionLayout(
      query: 1, queryStride: headSize, key: 1 + heads * headSize,
      value: 1 + (heads + keyValueHeads) * headSize, keyValueStride: headSize, headCount: heads,
      keyValueHeadCount: keyValueHeads, headSize: headSize, scale: scale, window: window)
  }

  /// Columns of the projections, one more than needed.
  var columns: Int { (heads + 2 * keyValueHeads) * headSize + 2 }

  private func rows(from source: AttentionSpan.Source) -> Int {
    groups.joined().filter { $0.source == source }.reduce(0) { max($0, $1.row + $1.count) }
  }

  /// Output rows, `[rows, heads · headSize]`; those without queries keep the NaN they began with.
  func result(on backend: some TransferringBackend) -> [Float] {
    var random = Randomness(seed: headSize + 1000 * heads)
    let kept = backend.tensor(random.floats(rows(from: .kept) * columns), columns: columns)
    let rows = rows(from: .current)
    let projections = backend.tensor(random.floats(rows * columns), columns: columns)
    return result(of: projections, kept: kept, on: backend)
  }

  /// The same over given projections.
  func result<Backend: TransferringBackend>(
    of projections: Backend.Tensor, kept: Backend.Tensor?, on backend: Backend
  ) -> [Float] {
    let width = heads * headSize
    let nothing = [Float](repeating: .nan, count: projections.rowCount * width)
    let output = backend.tensor(nothing, columns: width)
    backend.attend(projections, kept: kept, layout: layout, groups: groups, into: output)
    return backend.read(output)
  }
}

/// A node of a tree of sequences: some tokens, then the ways in which the text goes on.
struct SpanTree: Sendable {
  var count: Int
  var source = AttentionSpan.Source.current
  var hasQueries = true
  var children: [SpanTree] = []

  /// The spans in depth-first order, rows one after the other from the counters on.
  func spans(position: Int = 0, nextRow: inout Int, nextKeptRow: inout Int) -> [AttentionSpan] {
    let row = source == .current ? nextRow : nextKeptRow
    if source == .current { nextRow += count } else { nextKeptRow += count }
    var result = [
      AttentionSpan(
        row: row, count: count, position: position, source: source,
        hasQueries: hasQueries && source == .current)
    ]
    for child in children {
      result += child.spans(
        position: position + count, nextRow: &nextRow, nextKeptRow: &nextKeptRow)
    }
    return result
  }
}

extension [SpanTree] {
  /// One group of spans per tree.
  var groups: [[AttentionSpan]] {
    var (nextRow, nextKeptRow) = (3, 2)
    return map { $0.spans(nextRow: &nextRow, nextKeptRow: &nextKeptRow) }
  }
}
