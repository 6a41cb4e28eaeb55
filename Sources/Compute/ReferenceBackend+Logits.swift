internal import Foundation

extension ReferenceBackend {
  public func reduceLogits(
    _ hidden: ReferenceTensor, table: StoredMatrix, bias: ReferenceVector?, targets: [LogitTarget]
  ) -> (rows: [RowLogits], targetLogits: [Float]) {
    let matrix = makeMatrix(inputs: table.inputs, outputs: table.outputs)
    fill(matrix, from: [table])
    let logits = Self.products(of: hidden, by: matrix, bias: bias)
    let rows = (0..<hidden.rowCount).map { row in
      let logits = logits[row * table.outputs..<(row + 1) * table.outputs]
      // NumPy's argmax: the first NaN, else the first of the largest.
      var best = logits.startIndex
      for index in logits.indices {
        if logits[best].isNaN { break }
        if logits[index].isNaN || logits[index] > logits[best] { best = index }
      }
      let sum = logits.reduce(0) { $0 + exp($1 - logits[best]) }
      // All at -∞: the sum of exponentials is 0, though its terms above are NaN.
      let logSumExp = logits[best] == -.infinity ? -.infinity : logits[best] + log(sum)
      return RowLogits(logSumExp: logSumExp, bestToken: Int32(best - logits.startIndex))
    }
    let targetLogits = targets.map { Float(logits[$0.row * table.outputs + Int($0.token)]) }
    return (rows, targetLogits)
  }
}
