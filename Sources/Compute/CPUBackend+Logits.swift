internal import CKernels
internal import Foundation

extension CPUBackend {
  /// Column panels whose logits are formed at a time; fixed, because with it the order of the sum
  /// over the vocabulary is fixed.
  static var panelsPerBlock: Int { 16 }

  public func reduceLogits(
    _ hidden: CPUTensor, table: StoredMatrix, bias: CPUVector?, targets: [LogitTarget]
  ) -> (rows: [RowLogits], targetLogits: [Float]) {
    let (depth, rowCount) = (table.inputs, hidden.rowCount)
    precondition(hidden.columnCount == depth)
    precondition(bias.map { $0.count == table.outputs } ?? true)
    precondition(targets.allSatisfy { $0.token >= 0 && $0.token < table.outputs })
    precondition(targets.allSatisfy { $0.row >= 0 && $0.row < rowCount })
    precondition(zip(targets, targets.dropFirst()).allSatisfy { $0.row <= $1.row })
    // Targets of row r are firstOfRow[r]..<firstOfRow[r + 1].
    var firstOfRow = [Int](repeating: 0, count: rowCount + 1)
    for target in targets { firstOfRow[target.row + 1] += 1 }
    for row in 0..<rowCount { firstOfRow[row + 1] += firstOfRow[row] }

    let blockWidth = Self.panelsPerBlock * tileColumns
    // Few rows are cut finer, so that every thread has some.
    let tilesPerStep = max(1, min(16, rowCount / (tileRows * threadCount * 2)))
    let rowsPerStep = tilesPerStep * tileRows
    let stepCount = (rowCount + rowsPerStep - 1) / rowsPerStep
    packInput(hidden)
    reserveScratch(max(rowsPerStep * blockWidth, tileColumns * Self.depthPerStep))
    let weights = FloatBuffer(count: blockWidth * depth)
    var states = [LogitSum](repeating: LogitSum(), count: rowCount)
    var targetLogits = [Float](repeating: 0, count: targets.count)
    states.withUnsafeMutableBufferPointer { states in
      targetLogits.withUnsafeMutableBufferPointer { targetLogits in
        // SAFETY: a row's state and targets are written by the one task that has the row.
        nonisolated(unsafe) let (states, targetLogits) = (states, targetLogits)
        for firstToken in stride(from: 0, to: table.outputs, by: blockWidth) {
          let width = min(blockWidth, table.outputs - firstToken)
          packBlock(of: table, tokens: firstToken..<firstToken + width, into: weights)
          var finish = cpteval_epilogue()
          finish.bias = bias.map { UnsafePointer($0.buffer.base + firstToken) }
          let epilogue = finish
          pool.run(stepCount) { step, thread in
            let product = scratch[thread].base
            let start = step * rowsPerStep
            let count = min(rowsPerStep, rowCount - start)
            var finish = epilogue
            kernels.multiply(
              packedInput.base + start * depth, weights.base, depth, depth, product, blockWidth,
              width, 0,
              count, 0, (width + tileColumns - 1) / tileColumns, &finish)
            for row in 0..<count {
              var partial = cpteval_partial()
              kernels.reduce_logits(product + row * blockWidth, blockWidth, 1, width, &partial, 1)
              states[start + row].add(partial, firstToken: firstToken)
              for target in firstOfRow[start + row]..<firstOfRow[start + row + 1] {
                let column = Int(targets[target].token) - firstToken
                if column >= 0 && column < width {
                  targetLogits[target] = product[row * blockWidth + column]
                }
              }
            }
          }
        }
      }
    }
    return (states.map(\.result), targetLogits)
  }

  /// Packs the rows of some tokens, all threads together.
  private func packBlock(of table: StoredMatrix, tokens: Range<Int>, into weights: FloatBuffer) {
    let panelSize = table.inputs * tileColumns
    pool.run((tokens.count + tileColumns - 1) / tileColumns) { panel, thread in
      let first = tokens.lowerBound + panel * tileColumns
      let last = min(first + tileColumns, tokens.upperBound)
      let target = weights.base + panel * panelSize
      if last - first < tileColumns { target.update(repeating: 0, count: panelSize) }
      pack(table, outputs: first..<last, into: target, lane: 0, scratch: scratch[thread].base)
    }
  }
}

/// What is known of a row's logits after some blocks of the vocabulary.
struct LogitSum {
  var maximum = -Float.infinity
  /// Σ exp(logit - maximum).
  var sum = 0.0
  var bestToken: Int32 = 0

  mutating func add(_ partial: cpteval_partial, firstToken: Int) {
    // A block that is -∞ throughout adds nothing, and has no finite maximum to compare with.
    if partial.maximum == -.infinity { return }
    // As NumPy's argmax has it: a NaN wins over every number, and the first of them stays.
    let wins = partial.maximum > maximum || (partial.maximum.isNaN && !maximum.isNaN)
    if wins {
      sum = sum * exp(Double(maximum) - Double(partial.maximum)) + partial.sum
      maximum = partial.maximum
      bestToken = Int32(firstToken) + partial.index
    } else {
      sum += partial.sum * exp(Double(partial.maximum) - Double(maximum))
    }
  }

  var result: RowLogits {
    RowLogits(logSumExp: Double(maximum) + log(sum), bestToken: bestToken)
  }
}
