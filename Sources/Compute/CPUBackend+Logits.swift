internal import CKernels
internal import Foundation

extension CPUBackend {
  /// Column panels whose logits are formed at a time: with them fixed, the sum over the vocabulary
  /// has one order, whoever does which block.
  private static var panelsPerBlock: Int { 8 }
  /// Rows whose partial results are held at a time.
  private static var rowsPerRound: Int { 8192 }

  public func reduceLogits(
    _ hidden: CPUTensor, table: StoredMatrix, bias: CPUVector?, targets: [LogitTarget]
  ) -> (rows: [RowLogits], targetLogits: [Float]) {
    precondition(hidden.columnCount == table.inputs)
    precondition(targets.allSatisfy { $0.token >= 0 && $0.token < table.outputs })
    precondition(zip(targets, targets.dropFirst()).allSatisfy { $0.row <= $1.row })
    var rows: [RowLogits] = []
    rows.reserveCapacity(hidden.rowCount)
    var targetLogits = [Float](repeating: 0, count: targets.count)
    var firstTarget = 0
    for start in stride(from: 0, to: hidden.rowCount, by: Self.rowsPerRound) {
      let end = min(start + Self.rowsPerRound, hidden.rowCount)
      var lastTarget = firstTarget
      while lastTarget < targets.count, targets[lastTarget].row < end { lastTarget += 1 }
      reduceRound(
        hidden.rows(start..<end), table: table, bias: bias,
        targets: targets[firstTarget..<lastTarget], firstRow: start, rows: &rows,
        targetLogits: &targetLogits)
      firstTarget = lastTarget
    }
    return (rows, targetLogits)
  }

  private func reduceRound(
    _ hidden: CPUTensor, table: StoredMatrix, bias: CPUVector?, targets: ArraySlice<LogitTarget>,
    firstRow: Int, rows: inout [RowLogits], targetLogits: inout [Float]
  ) {
    let depth = table.inputs
    let blockWidth = Self.panelsPerBlock * tileColumns
    let blocks = (table.outputs + blockWidth - 1) / blockWidth
    let rowCount = hidden.rowCount
    let rowsPerStep = 16 * tileRows
    // Targets of row r are firstOfRow[r]..<firstOfRow[r + 1].
    var firstOfRow = [Int](repeating: targets.startIndex, count: rowCount + 1)
    var next = targets.startIndex
    for row in 0..<rowCount {
      firstOfRow[row] = next
      while next < targets.endIndex, targets[next].row == firstRow + row { next += 1 }
    }
    firstOfRow[rowCount] = next

    packInput(hidden)
    let weights = blockWidth * depth
    let logits = rowsPerStep * blockWidth
    reserveScratch(weights + logits + tileColumns * Self.depthPerStep)
    let partials = UnsafeMutablePointer<cpteval_partial>.allocate(capacity: blocks * rowCount)
    defer { partials.deallocate() }
    targetLogits.withUnsafeMutableBufferPointer { targetLogits in
      // SAFETY: every target is written by the one task whose block holds its token.
      nonisolated(unsafe) let targetLogits = targetLogits
      nonisolated(unsafe) let partials = partials
      pool.run(blocks) { block, thread in
        let packed = scratch[thread].base
        let product = packed + weights
        let firstToken = block * blockWidth
        let lastToken = min(firstToken + blockWidth, table.outputs)
        let panels = (lastToken - firstToken + tileColumns - 1) / tileColumns
        for panel in 0..<panels {
          let first = firstToken + panel * tileColumns
          let last = min(first + tileColumns, lastToken)
          let target = packed + panel * depth * tileColumns
          if last - first < tileColumns { target.update(repeating: 0, count: depth * tileColumns) }
          pack(table, outputs: first..<last, into: target, lane: 0, scratch: product + logits)
        }
        var finish = cpteval_epilogue()
        finish.bias = bias.map { UnsafePointer($0.buffer.base + firstToken) }
        for start in stride(from: 0, to: rowCount, by: rowsPerStep) {
          let count = min(rowsPerStep, rowCount - start)
          kernels.multiply(
            packedInput.base + start * depth, packed, depth, product, blockWidth,
            lastToken - firstToken, 0, count, 0, panels, &finish)
          kernels.reduce_logits(
            product, blockWidth, count, lastToken - firstToken,
            partials + start * blocks + block, blocks)
          for row in 0..<count {
            for target in firstOfRow[start + row]..<firstOfRow[start + row + 1] {
              let token = Int(targets[target].token)
              if token >= firstToken && token < lastToken {
                targetLogits[target] = product[row * blockWidth + token - firstToken]
              }
            }
          }
        }
      }
    }
    for row in 0..<rowCount {
      rows.append(
        Self.combine(UnsafeBufferPointer(start: partials + row * blocks, count: blocks), blockWidth)
      )
    }
  }

  /// Joins the partial results of a row in the order of the vocabulary.
  private static func combine(_ partials: UnsafeBufferPointer<cpteval_partial>, _ blockWidth: Int)
    -> RowLogits
  {
    var maximum = -Float.infinity
    var best = 0
    for (block, partial) in partials.enumerated() {
      // A NaN wins over every number, and the first of them stays.
      if partial.maximum > maximum || (partial.maximum.isNaN && !maximum.isNaN) {
        maximum = partial.maximum
        best = block * blockWidth + Int(partial.index)
      }
    }
    var sum = 0.0
    for partial in partials {
      sum += partial.sum * exp(Double(partial.maximum) - Double(maximum))
    }
    return RowLogits(logSumExp: Double(maximum) + log(sum), bestToken: Int32(best))
  }
}
