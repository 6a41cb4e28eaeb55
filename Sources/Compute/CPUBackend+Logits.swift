internal import CKernels
internal import Foundation

extension CPUBackend {
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
    let blockCount = (table.outputs + blockWidth - 1) / blockWidth
    let rowUnits = unitCount(rows: rowCount)
    reserveScratch(
      max(Self.tilesPerBlock * tileRows * blockWidth, tileColumns * Self.depthPerStep))
    // While one block is multiplied, the next is packed.
    let weights = (FloatBuffer(count: blockWidth * depth), FloatBuffer(count: blockWidth * depth))
    func tokens(ofBlock block: Int) -> Range<Int> {
      block * blockWidth..<min((block + 1) * blockWidth, table.outputs)
    }
    func panels(ofBlock block: Int) -> Int {
      block < blockCount ? (tokens(ofBlock: block).count + tileColumns - 1) / tileColumns : 0
    }
    var states = [LogitSum](repeating: LogitSum(), count: rowCount)
    var targetLogits = [Float](repeating: 0, count: targets.count)
    states.withUnsafeMutableBufferPointer { states in
      targetLogits.withUnsafeMutableBufferPointer { targetLogits in
        // SAFETY: a row's state and targets are written by the one thread that has the row.
        nonisolated(unsafe) let (states, targetLogits) = (states, targetLogits)
        for block in -1..<blockCount {
          let packing = panels(ofBlock: block + 1)
          let (current, next) = block % 2 == 0 ? (weights.0, weights.1) : (weights.1, weights.0)
          let tokens = tokens(ofBlock: max(block, 0))
          let panelCount = panels(ofBlock: max(block, 0))
          var finish = cpteval_epilogue()
          finish.bias = bias.map { UnsafePointer($0.buffer.base + tokens.lowerBound) }
          let epilogue = finish
          pool.share(
            packing, then: block < 0 ? 0 : rowUnits, atMost: Self.tilesPerBlock / Self.tilesPerUnit
          ) { panels, thread in
            for panel in panels {
              packPanel(
                panel, ofTokens: (block + 1) * blockWidth, of: table, into: next,
                scratch: scratch[thread].base)
            }
          } second: { units, thread in
            let rows = rows(ofUnits: units, of: rowCount)
            let product = scratch[thread].base
            var finish = epilogue
            kernels.multiply(
              hidden.base + rows.lowerBound * hidden.stride, hidden.stride, current.base, depth,
              depth, product, blockWidth, tokens.count, 0, rows.count, 0, panelCount, &finish)
            for (index, row) in rows.enumerated() {
              let logits = product + index * blockWidth
              var partial = cpteval_partial()
              kernels.reduce_logits(logits, blockWidth, 1, tokens.count, &partial, 1)
              states[row].add(partial, firstToken: tokens.lowerBound)
              for target in firstOfRow[row]..<firstOfRow[row + 1] {
                let token = Int(targets[target].token)
                if tokens.contains(token) {
                  targetLogits[target] = logits[token - tokens.lowerBound]
                }
              }
            }
          }
        }
      }
    }
    return (states.map(\.result), targetLogits)
  }

  /// Packs one panel of a block of the vocabulary that begins with token `first`.
  private func packPanel(
    _ panel: Int, ofTokens first: Int, of table: StoredMatrix, into weights: FloatBuffer,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let panelSize = table.inputs * tileColumns
    let start = first + panel * tileColumns
    let end = min(start + tileColumns, table.outputs)
    let target = weights.base + panel * panelSize
    if end - start < tileColumns { target.update(repeating: 0, count: panelSize) }
    pack(table, outputs: start..<end, into: target, lane: 0, scratch: scratch)
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
