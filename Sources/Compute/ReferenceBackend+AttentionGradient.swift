internal import Foundation

extension ReferenceBackend {
  public func attendGradient(
    projections: ReferenceTensor, statistics: ReferenceTensor, attended: ReferenceTensor,
    attendedGradient: ReferenceTensor, layout: AttentionLayout, sequences: [Range<Int>],
    into gradient: ReferenceTensor
  ) {
    let (size, scale) = (layout.headSize, Double(layout.scale))
    for sequence in sequences {
      for head in 0..<layout.headCount {
        let keyHead = head / (layout.headCount / layout.keyValueHeadCount)
        let query = layout.query + head * layout.queryStride
        let key = layout.key + keyHead * layout.keyValueStride
        let value = layout.value + keyHead * layout.keyValueStride
        let result = head * size
        // The first head of a group begins the sums of its keys and values.
        let isFirst = head.isMultiple(of: layout.headCount / layout.keyValueHeadCount)
        for row in sequence {
          for column in 0..<size {
            gradient[row, query + column] = 0
            if isFirst {
              gradient[row, key + column] = 0
              gradient[row, value + column] = 0
            }
          }
        }
        for row in sequence {
          let first = layout.window.map { max(sequence.lowerBound, row + 1 - $0) }
          let seen = (first ?? sequence.lowerBound)...row
          let scores = seen.map { other in
            (0..<size).reduce(0) {
              $0 + projections[row, query + $1] * projections[other, key + $1]
            } * scale
          }
          let largest = scores.max() ?? 0
          let total = scores.reduce(0) { $0 + exp($1 - largest) }
          let weights = scores.map { exp($0 - largest) / total }
          let slopes = seen.map { other in
            (0..<size).reduce(0) {
              $0 + attendedGradient[row, result + $1] * projections[other, value + $1]
            }
          }
          let mean = zip(weights, slopes).reduce(0) { $0 + $1.0 * $1.1 }
          for (index, other) in seen.enumerated() {
            let slope = weights[index] * (slopes[index] - mean) * scale
            for column in 0..<size {
              gradient[row, query + column] += slope * projections[other, key + column]
              gradient[other, key + column] += slope * projections[row, query + column]
              gradient[other, value + column] +=
                weights[index] * attendedGradient[row, result + column]
            }
          }
        }
      }
    }
  }
}
