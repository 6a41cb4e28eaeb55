internal import CKernels
internal import Foundation

extension CPUBackend {
  /// Blocks of the vocabulary whose gradients are formed together, while they are in a cache.
  private static var blocksPerStep: Int { 8 }

  /// Rows whose logits exist at a time.
  ///
  /// Fewer rows read the vocabulary's weights and their gradients more often, more rows need more
  /// memory.
  /// - Parameters:
  ///   - rowCount: Rows in all.
  ///   - vocabulary: Tokens.
  /// - Returns: At least 1; the rows are cut into parts of about one size.
  func lossRows(_ rowCount: Int, vocabulary: Int) -> Int {
    let most = max(logitsAtATime / max(vocabulary, 1), 24)
    let parts = max(1, (rowCount + most - 1) / most)
    // A multiple of every tile's rows.
    return min(((rowCount + parts - 1) / parts + 23) / 24 * 24, max(rowCount, 1))
  }

  public func crossEntropy(
    _ hidden: CPUTensor, table: CPUMatrix, transpose: CPUMatrix, targets: ArraySlice<Int32>,
    scale: Float, hiddenGradient: CPUTensor, tableGradient: CPUTensor
  ) -> [Double] {
    let (depth, vocabulary) = (table.inputs, table.outputs)
    precondition(hidden.columnCount == depth && hidden.hasShape(of: hiddenGradient))
    precondition(transpose.inputs == vocabulary && transpose.outputs == depth)
    precondition(tableGradient.rowCount == vocabulary && tableGradient.columnCount == depth)
    precondition(targets.count == hidden.rowCount)
    precondition(targets.allSatisfy { $0 < vocabulary })
    var losses: [Double] = []
    losses.reserveCapacity(hidden.rowCount)
    let rowsAtATime = lossRows(hidden.rowCount, vocabulary: vocabulary)
    let logits = lossBuffer(rows: rowsAtATime, columns: vocabulary)
    reserveScratch(kernels.transposed_scratch())
    for first in stride(from: 0, to: hidden.rowCount, by: rowsAtATime) {
      let rows = first..<min(first + rowsAtATime, hidden.rowCount)
      let part = LossPart(
        hidden: hidden.rows(rows), logits: logits.rows(0..<rows.count),
        targets: targets.dropFirst(first).prefix(rows.count), scale: scale,
        blockWidth: Self.panelsPerBlock * tileColumns)
      exponentiateLogits(of: part, table: table, losses: &losses)
      addGradients(
        of: part, transpose: transpose, hiddenGradient: hiddenGradient.rows(rows),
        tableGradient: tableGradient)
    }
    return losses
  }

  /// Some rows, whose logits exist together.
  private struct LossPart {
    let hidden: CPUTensor
    let logits: CPUTensor
    /// The token that should have been predicted, per row; negative if the row does not count.
    let targets: ArraySlice<Int32>
    /// What gradients are multiplied by.
    let scale: Float
    /// Tokens of a block of the vocabulary.
    let blockWidth: Int

    var vocabulary: Int { logits.columnCount }
    var blockCount: Int { (vocabulary + blockWidth - 1) / blockWidth }

    func target(ofRow row: Int) -> Int { Int(targets[targets.startIndex + row]) }

    func tokens(ofBlock block: Int) -> Range<Int> {
      block * blockWidth..<min((block + 1) * blockWidth, vocabulary)
    }
  }

  /// Forms logits, and leaves exp(logit - m) in their place, with m the maximum of the row's block.
  ///
  /// ``lossFactors`` then has, per row and block, what makes scale · softmax of what was left; 0 for a
  /// row that does not count.
  /// - Parameters:
  ///   - part: The rows.
  ///   - table: Embeddings that the hidden states are multiplied by.
  ///   - losses: Receives the losses in nats at its end, with the bits that
  ///     ``reduceLogits(_:table:bias:targets:)`` gives.
  private func exponentiateLogits(
    of part: LossPart, table: CPUMatrix, losses: inout [Double]
  ) {
    let (hidden, logits, blockCount) = (part.hidden, part.logits, part.blockCount)
    let rowUnits = unitCount(rows: hidden.rowCount)
    reserveLossMemory(rows: hidden.rowCount, blocks: blockCount)
    lossPartials.withUnsafeMutableBufferPointer { partials in
      targetLogits.withUnsafeMutableBufferPointer { targetLogits in
        // SAFETY: what belongs to a row and block is written by the one thread that has them.
        nonisolated(unsafe) let (partials, targetLogits) = (partials, targetLogits)
        pool.share(
          rowUnits * blockCount, atMost: Self.tilesPerBlock / Self.tilesPerUnit
        ) { units, _ in
          forEachColumn(of: units, rowUnits: rowUnits, rows: hidden.rowCount) { block, rows in
            let tokens = part.tokens(ofBlock: block)
            let panel = block * Self.panelsPerBlock
            var finish = cpteval_epilogue()
            kernels.multiply(
              hidden.base, hidden.stride, table.packed.base, table.inputs, table.inputs,
              logits.base, logits.stride, part.vocabulary, rows.lowerBound, rows.upperBound, panel,
              min(panel + Self.panelsPerBlock, table.panelCount), &finish)
            for row in rows {
              let values = logits.base + row * logits.stride
              let target = part.target(ofRow: row)
              if tokens.contains(target) { targetLogits[row] = values[target] }
              kernels.exponentiate_logits(
                values + tokens.lowerBound, 0, 1, tokens.count,
                partials.baseAddress.map { $0 + row * blockCount + block }, 1)
            }
          }
        }
      }
    }
    for row in 0..<hidden.rowCount {
      let blocks = row * blockCount..<(row + 1) * blockCount
      guard part.target(ofRow: row) >= 0 else {
        losses.append(0)
        for index in blocks { lossFactors[index] = 0 }
        continue
      }
      var state = LogitSum()
      for (block, index) in blocks.enumerated() {
        state.add(lossPartials[index], firstToken: part.tokens(ofBlock: block).lowerBound)
      }
      losses.append(state.result.logSumExp - Double(targetLogits[row]))
      for index in blocks {
        let change = Double(lossPartials[index].maximum) - Double(state.maximum)
        lossFactors[index] = Float(exp(change) / state.sum) * part.scale
      }
    }
  }

  /// Forms scale · (softmax - one at the target) block by block, and what follows from it.
  ///
  /// While some blocks become gradients of hidden states, those before them, which a cache still
  /// has, are added to the table's.
  private func addGradients(
    of part: LossPart, transpose: CPUMatrix, hiddenGradient: CPUTensor, tableGradient: CPUTensor
  ) {
    let (logits, blockCount) = (part.logits, part.blockCount)
    let hidden = packRight(part.hidden)
    let rowUnits = unitCount(rows: logits.rowCount)
    let stepCount = (blockCount + Self.blocksPerStep - 1) / Self.blocksPerStep
    func blocks(ofStep step: Int) -> Range<Int> {
      step * Self.blocksPerStep..<min((step + 1) * Self.blocksPerStep, blockCount)
    }
    for step in 0...stepCount {
      let rowUnits = step < stepCount ? rowUnits : 0
      let tokens =
        step == 0
        ? 0..<0
        : (step - 1) * Self.blocksPerStep
          * part.blockWidth..<min(
            step * Self.blocksPerStep * part.blockWidth, part.vocabulary)
      let (formed, gradient) = (logits.columns(tokens), tableGradient.rows(tokens))
      pool.share(
        rowUnits, then: unitCount(rows: tokens.count),
        atMost: Self.tilesPerBlock / Self.tilesPerUnit
      ) { units, _ in
        let rows = rows(ofUnits: units, of: logits.rowCount)
        for block in blocks(ofStep: step) {
          addGradient(
            ofRows: rows, block: block, of: part, transpose: transpose, to: hiddenGradient)
        }
      } second: { units, thread in
        addTransposed(
          formed, by: UnsafePointer(hidden.base), to: gradient,
          rows: rows(ofUnits: units, of: tokens.count), thread: thread)
      }
    }
  }

  /// Forms one block of some rows, and adds its product with the table to their gradients.
  private func addGradient(
    ofRows rows: Range<Int>, block: Int, of part: LossPart, transpose: CPUMatrix,
    to hiddenGradient: CPUTensor
  ) {
    let tokens = part.tokens(ofBlock: block)
    let logits = part.logits
    for row in rows {
      let values = logits.base + row * logits.stride
      kernels.scale_row(
        values + tokens.lowerBound, tokens.count, lossFactors[row * part.blockCount + block])
      let target = part.target(ofRow: row)
      if tokens.contains(target) { values[target] -= part.scale }
    }
    var finish = cpteval_epilogue()
    finish.accumulate = block > 0 ? 1 : 0
    kernels.multiply(
      logits.base + tokens.lowerBound, logits.stride,
      transpose.packed.base + tokens.lowerBound * tileColumns, tokens.count, transpose.inputs,
      hiddenGradient.base, hiddenGradient.stride, transpose.outputs, rows.lowerBound,
      rows.upperBound, 0, transpose.panelCount, &finish)
  }

  /// Makes sure that there is memory for what is known of each row and block, and of each target.
  private func reserveLossMemory(rows: Int, blocks: Int) {
    if lossPartials.count < rows * blocks {
      lossPartials = Array(repeating: cpteval_partial(), count: rows * blocks)
      lossFactors = Array(repeating: 0, count: rows * blocks)
    }
    if targetLogits.count < rows { targetLogits = Array(repeating: 0, count: rows) }
  }

  /// Memory for the logits of some rows, kept from call to call.
  private func lossBuffer(rows: Int, columns: Int) -> CPUTensor {
    if let kept = logitMemory, kept.rowCount >= rows, kept.columnCount == columns {
      return kept.rows(0..<rows)
    }
    let new = CPUTensor(rows: rows, columns: columns)
    logitMemory = new
    return new
  }
}
