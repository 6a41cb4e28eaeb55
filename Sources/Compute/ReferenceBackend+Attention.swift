internal import Foundation

extension ReferenceBackend {
  public func attend(
    _ projections: ReferenceTensor, kept: ReferenceTensor?, layout: AttentionLayout,
    groups: [[AttentionSpan]], keepingStatistics statistics: ReferenceTensor?,
    into output: ReferenceTensor
  ) {
    for spans in groups {
      // Projections of the sequence that the walk through the tree stands in; index is position.
      var path: [[Double]] = []
      for span in spans {
        guard let tensor = span.source == .current ? projections : kept else {
          preconditionFailure("a span of kept rows without kept rows")
        }
        precondition(span.position >= 0 && span.position <= path.count, "a gap in the sequence")
        path.removeSubrange(span.position...)
        for row in span.row..<span.row + span.count { path.append(tensor.doubles(row: row)) }
        guard span.hasQueries else { continue }
        for index in 0..<span.count {
          let position = span.position + index
          let first = layout.window.map { max(0, position + 1 - $0) } ?? 0
          for head in 0..<layout.headCount {
            let result = Self.attend(path[first...position], head: head, layout: layout)
            for (column, number) in result.attended.enumerated() {
              output[span.row + index, head * layout.headSize + column] = number
            }
            statistics?[span.row + index, 2 * head] = result.largest
            statistics?[span.row + index, 2 * head + 1] = 1 / result.total
          }
        }
      }
    }
  }

  /// The last token of a sequence, one head: softmax of the scaled scores, then the weighted mean of
  /// the values.
  private static func attend(
    _ tokens: ArraySlice<[Double]>, head: Int, layout: AttentionLayout
  ) -> (attended: [Double], largest: Double, total: Double) {
    let keyHead = head / (layout.headCount / layout.keyValueHeadCount)
    let query = layout.query + head * layout.queryStride
    let key = layout.key + keyHead * layout.keyValueStride
    let value = layout.value + keyHead * layout.keyValueStride
    guard let own = tokens.last else { return ([], -.infinity, 0) }
    let scores = tokens.map { token in
      var sum = 0.0
      for column in 0..<layout.headSize { sum += own[query + column] * token[key + column] }
      return sum * Double(layout.scale)
    }
    // A NaN is not the largest, but its weight is NaN, and so is the total.
    let largest = scores.reduce(-.infinity) { max($0, $1) }
    let weights = scores.map { exp($0 - largest) }
    let total = weights.reduce(0, +)
    var result = [Double](repeating: 0, count: layout.headSize)
    for (weight, token) in zip(weights, tokens) {
      for column in 0..<layout.headSize { result[column] += weight * token[value + column] }
    }
    return (result.map { $0 / total }, largest, total)
  }
}
