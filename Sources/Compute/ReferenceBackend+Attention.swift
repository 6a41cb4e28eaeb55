internal import Foundation

extension ReferenceBackend {
  public func attend(
    _ projections: ReferenceTensor, kept: ReferenceTensor?, layout: AttentionLayout,
    groups: [[AttentionSpan]], into output: ReferenceTensor
  ) {
    for spans in groups {
      // Rows of the sequence that the walk through the tree stands in; index is position.
      var path: [(tensor: ReferenceTensor, row: Int)] = []
      for span in spans {
        guard let tensor = span.source == .current ? projections : kept else {
          preconditionFailure("a span of kept rows without kept rows")
        }
        precondition(span.position >= 0 && span.position <= path.count, "a gap in the sequence")
        path.removeSubrange(span.position...)
        for row in span.row..<span.row + span.count { path.append((tensor, row)) }
        guard span.hasQueries else { continue }
        for index in 0..<span.count {
          let position = span.position + index
          let first = layout.window.map { max(0, position + 1 - $0) } ?? 0
          for head in 0..<layout.headCount {
            attend(
              row: span.row + index, head: head, to: path[first...position], of: projections,
              layout: layout, into: output)
          }
        }
      }
    }
  }

  /// One token, one head: softmax of the scaled scores, then the weighted mean of the values.
  private func attend(
    row: Int, head: Int, to keys: ArraySlice<(tensor: ReferenceTensor, row: Int)>,
    of projections: ReferenceTensor, layout: AttentionLayout, into output: ReferenceTensor
  ) {
    let keyHead = head / (layout.headCount / layout.keyValueHeadCount)
    let queryColumn = layout.query + head * layout.queryStride
    let keyColumn = layout.key + keyHead * layout.keyValueStride
    let valueColumn = layout.value + keyHead * layout.keyValueStride
    let scores = keys.map { key in
      var sum = 0.0
      for column in 0..<layout.headSize {
        sum +=
          Double(projections[row, queryColumn + column])
          * Double(key.tensor[key.row, keyColumn + column])
      }
      return sum * Double(layout.scale)
    }
    // A NaN among the scores makes every weight NaN, as in the formula.
    let largest = scores.reduce(-Double.infinity) { max($0, $1) }
    let weights = scores.map { exp($0 - largest) }
    let total = weights.reduce(0, +)
    for column in 0..<layout.headSize {
      var sum = 0.0
      for (weight, key) in zip(weights, keys) {
        sum += weight * Double(key.tensor[key.row, valueColumn + column])
      }
      output[row, head * layout.headSize + column] = Float(sum / total)
    }
  }
}
