internal import Compute
internal import LanguageModel

/// Sequences arranged for one pass through the model, and where their predictions stand.
struct BatchPlan {
  /// A prediction: which row makes it, what it should be, and whose it is.
  struct Prediction: Equatable {
    var row: Int
    var token: Int32
    /// Index into the sequences given.
    var sequence: Int
    /// Index into that sequence's targets.
    var target: Int
  }

  let batch: TokenBatch
  /// Sorted by row.
  let predictions: [Prediction]
  /// The rows that make predictions, each once, ascending.
  let scoredRows: [Int]

  init(batch: TokenBatch, predictions: [Prediction]) {
    self.batch = batch
    self.predictions = predictions
    var rows: [Int] = []
    for prediction in predictions where rows.last != prediction.row { rows.append(prediction.row) }
    scoredRows = rows
  }

  /// Which of ``scoredRows`` lie in some rows of the batch.
  func scoredRows(in rows: Range<Int>) -> Range<Int> {
    func first(from row: Int) -> Int {
      var (low, high) = (0, scoredRows.count)
      while low < high {
        let middle = (low + high) / 2
        if scoredRows[middle] < row { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return first(from: rows.lowerBound)..<first(from: rows.upperBound)
  }
}

/// Arranges sequences in passes: sorted, so that common prefixes meet, and each prefix once.
///
/// How sequences are grouped changes how much is computed, never a score.
struct BatchPlanner {
  /// Tokens of a pass to aim at; a pass holds at least one sequence, however long.
  var batchTokens: Int
  /// Tokens of a chunk to aim at.
  var chunkTokens = 768
  /// A prefix shorter than this is computed again rather than shared: attention works on whole
  /// tiles of rows, so very short segments cost more than they save.
  var shortestSharedPrefix = 8
  /// Query rows of an attention group; groups are what threads share out.
  var groupRows = 384

  /// Indices of the sequences in the order of their tokens, cut into passes.
  ///
  /// - Parameter sequences: Any order.
  /// - Returns: For each pass, indices into `sequences`.
  /// - Complexity: O(n log n) comparisons of tokens.
  func passes(of sequences: [ScoredSequence]) -> [[Int]] {
    var passes: [[Int]] = []
    var current: [Int] = []
    var tokens = 0
    for index in order(of: sequences) {
      let input = sequences[index].input
      let added = newTokens(of: sequences[index], after: current.last.map { sequences[$0] })
      if !current.isEmpty && tokens + added > batchTokens {
        passes.append(current)
        current = []
        tokens = 0
      }
      tokens += current.isEmpty ? input.count : added
      current.append(index)
    }
    if !current.isEmpty { passes.append(current) }
    return passes
  }

  /// Indices of the sequences in the order of their tokens, so that common prefixes meet.
  func order(of sequences: [ScoredSequence]) -> [Int] {
    sequences.indices.sorted { a, b in
      let (x, y) = (sequences[a].input, sequences[b].input)
      let common = Self.commonPrefix(x, y)
      if common < x.count && common < y.count { return x[common] < y[common] }
      return x.count != y.count ? x.count < y.count : a < b
    }
  }

  /// Rows that a sequence adds to a pass behind another one.
  func newTokens(of sequence: ScoredSequence, after previous: ScoredSequence?) -> Int {
    let shared = previous.map { Self.commonPrefix($0.input, sequence.input) } ?? 0
    return sequence.input.count - (shared >= shortestSharedPrefix ? shared : 0)
  }

  /// Rows that a pass over those sequences computes.
  func tokenCount(of pass: [Int], in sequences: [ScoredSequence]) -> Int {
    var tokens = 0
    for (position, index) in pass.enumerated() {
      tokens += newTokens(
        of: sequences[index], after: position > 0 ? sequences[pass[position - 1]] : nil)
    }
    return tokens
  }

  /// Lays one pass out.
  ///
  /// - Parameters:
  ///   - pass: Indices in the order that ``passes(of:)`` gives.
  ///   - sequences: All sequences.
  /// - Returns: Rows, chunks and predictions.
  func plan(_ pass: [Int], of sequences: [ScoredSequence]) -> BatchPlan {
    var tree = SegmentTree(
      sequences: pass.map { sequences[$0].input }, shortestSharedPrefix: shortestSharedPrefix,
      longestSegment: chunkTokens)
    tree.build()
    var predictions: [BatchPlan.Prediction] = []
    for (order, index) in pass.enumerated() {
      let sequence = sequences[index]
      var target = sequence.targets.count - 1
      var position = sequence.input.count - 1
      var segment = tree.lastSegment[order]
      while target >= 0, let current = segment {
        let node = tree.segments[current]
        while target >= 0, position >= node.position {
          predictions.append(
            BatchPlan.Prediction(
              row: node.row + position - node.position, token: sequence.targets[target],
              sequence: index, target: target))
          target -= 1
          position -= 1
        }
        segment = node.parent
      }
    }
    predictions.sort { $0.row != $1.row ? $0.row < $1.row : $0.token < $1.token }
    return BatchPlan(batch: layOut(tree), predictions: predictions)
  }

  static func commonPrefix(_ a: [Int32], _ b: [Int32]) -> Int {
    let count = min(a.count, b.count)
    return a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var index = 0
        while index < count, a[index] == b[index] { index += 1 }
        return index
      }
    }
  }

  /// Cuts the tree's rows into chunks and attention groups.
  private func layOut(_ tree: SegmentTree) -> TokenBatch {
    var chunkOfSegment = [Int](repeating: 0, count: tree.segments.count)
    var chunkRows: [Range<Int>] = []
    var start = 0
    var end = 0
    for (index, segment) in tree.segments.enumerated() {
      if end > start && end - start + segment.count > chunkTokens {
        chunkRows.append(start..<end)
        start = end
      }
      chunkOfSegment[index] = chunkRows.count
      end += segment.count
    }
    if end > start { chunkRows.append(start..<end) }

    // A segment is kept if a later chunk continues it, each token in the row of its position.
    var isKept = [Bool](repeating: false, count: tree.segments.count)
    var keptCount = 0
    for (index, segment) in tree.segments.enumerated() {
      var ancestor = segment.parent
      while let current = ancestor, !isKept[current],
        chunkOfSegment[current] != chunkOfSegment[index]
      {
        let node = tree.segments[current]
        isKept[current] = true
        keptCount = max(keptCount, node.position + node.count)
        ancestor = node.parent
      }
    }

    var chunks = chunkRows.map { TokenBatch.Chunk(rows: $0, groups: [], keeps: []) }
    var rowsInGroup = 0
    var lastChunk = -1
    for (index, segment) in tree.segments.enumerated() {
      let chunk = chunkOfSegment[index]
      let firstRow = chunkRows[chunk].lowerBound
      if chunk != lastChunk || segment.parent == nil && rowsInGroup > 0
        || rowsInGroup + segment.count > groupRows
      {
        // A new group takes in keys and values of all ancestors, whose results are not wanted again.
        var path: [AttentionSpan] = []
        var ancestor = segment.parent
        while let current = ancestor {
          let node = tree.segments[current]
          let isHere = chunkOfSegment[current] == chunk
          path.append(
            AttentionSpan(
              row: isHere ? node.row - firstRow : node.position, count: node.count,
              position: node.position, source: isHere ? .current : .kept, hasQueries: false))
          ancestor = node.parent
        }
        chunks[chunk].groups.append(path.reversed())
        rowsInGroup = 0
        lastChunk = chunk
      }
      chunks[chunk].groups[chunks[chunk].groups.count - 1].append(
        AttentionSpan(
          row: segment.row - firstRow, count: segment.count, position: segment.position,
          source: .current, hasQueries: true))
      rowsInGroup += segment.count
      if isKept[index] {
        let row = segment.row - firstRow
        chunks[chunk].keeps.append(
          TokenBatch.Keep(rows: row..<row + segment.count, keptRow: segment.position))
      }
    }
    return TokenBatch(
      tokens: tree.tokens, positions: tree.positions, chunks: chunks, keptRowCount: keptCount)
  }
}
