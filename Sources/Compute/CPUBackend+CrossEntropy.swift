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
        targets: targets.dropFirst(first).prefix(rows.count).map { Int($0) },
        blockWidth: Self.panelsPerBlock * tileColumns)
      let sums = exponentiateLogits(of: part, table: table)
      losses += sums.losses
      addGradients(
        of: part, factors: sums.factors.map { $0 * scale }, scale: scale, transpose: transpose,
        hiddenGradient: hiddenGradient.rows(rows), tableGradient: tableGradient)
    }
    return losses
  }

  /// Some rows, whose logits exist together.
  private struct LossPart {
    let hidden: CPUTensor
    let logits: CPUTensor
    /// The token that should have been predicted, per row; negative if the row does not count.
    let targets: [Int]
    /// Tokens of a block of the vocabulary.
    let blockWidth: Int

    var vocabulary: Int { logits.columnCount }
    var blockCount: Int { (vocabulary + blockWidth - 1) / blockWidth }

    func tokens(ofBlock block: Int) -> Range<Int> {
      block * blockWidth..<min((block + 1) * blockWidth, vocabulary)
    }
  }

  /// Forms logits, and leaves exp(logit - m) in their place, with m the maximum of the row's block.
  ///
  /// - Parameters:
  ///   - part: The rows.
  ///   - table: Embeddings that the hidden states are multiplied by.
  /// - Returns: The losses in nats, with the bits that ``reduceLogits(_:table:bias:targets:)`` gives, and
  ///   per row and block what makes softmax of what was left; 0 for a row that does not count.
  private func exponentiateLogits(
    of part: LossPart, table: CPUMatrix
  ) -> (losses: [Double], factors: [Float]) {
    let (hidden, logits, blockCount) = (part.hidden, part.logits, part.blockCount)
    let rowUnits = unitCount(rows: hidden.rowCount)
    var partials = [cpteval_partial](
      repeating: cpteval_partial(), count: hidden.rowCount * blockCount)
    var targetLogits = [Float](repeating: 0, count: hidden.rowCount)
    partials.withUnsafeMutableBufferPointer { partials in
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
              let target = part.targets[row]
              if tokens.contains(target) { targetLogits[row] = values[target] }
              kernels.exponentiate_logits(
                values + tokens.lowerBound, 0, 1, tokens.count,
                partials.baseAddress.map { $0 + row * blockCount + block }, 1)
            }
          }
        }
      }
    }
    var losses = [Double](repeating: 0, count: hidden.rowCount)
    var factors = [Float](repeating: 0, count: partials.count)
    for row in part.targets.indices where part.targets[row] >= 0 {
      var state = LogitSum()
      for block in 0..<blockCount {
        state.add(
          partials[row * blockCount + block],
          firstToken: part.tokens(ofBlock: block).lowerBound)
      }
      losses[row] = state.result.logSumExp - Double(targetLogits[row])
      for block in 0..<blockCount {
        let change = Double(partials[row * blockCount + block].maximum) - Double(state.maximum)
        factors[row * blockCount + block] = Float(exp(change) / state.sum)
      }
    }
    return (losses, factors)
  }

  /// Forms scale · (softmax - one at the target) block by block, and what follows from it.
  ///
  /// While some blocks become gradients of hidden states, those before them, which a cache still
  /// has, are added to the table's.
  private func addGradients(
    of part: LossPart, factors: [Float], scale: Float, transpose: CPUMatrix,
    hiddenGradient: CPUTensor, tableGradient: CPUTensor
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
        rowUnits + unitCount(rows: tokens.count), atMost: Self.tilesPerBlock / Self.tilesPerUnit
      ) { units, thread in
        let rows = rows(ofUnits: units.clamped(to: 0..<rowUnits), of: logits.rowCount)
        if !rows.isEmpty {
          for block in blocks(ofStep: step) {
            addGradient(
              ofRows: rows, block: block, of: part, factors: factors, scale: scale,
              transpose: transpose, to: hiddenGradient)
          }
        }
        let rest = max(units.lowerBound, rowUnits)..<max(units.upperBound, rowUnits)
        if !rest.isEmpty {
          addTransposed(
            formed, by: UnsafePointer(hidden.base), to: gradient,
            rows: self.rows(
              ofUnits: rest.lowerBound - rowUnits..<rest.upperBound - rowUnits, of: tokens.count),
            thread: thread)
        }
      }
    }
  }

  /// Forms one block of some rows, and adds its product with the table to their gradients.
  private func addGradient(
    ofRows rows: Range<Int>, block: Int, of part: LossPart, factors: [Float], scale: Float,
    transpose: CPUMatrix, to hiddenGradient: CPUTensor
  ) {
    let tokens = part.tokens(ofBlock: block)
    let logits = part.logits
    for row in rows {
      let values = logits.base + row * logits.stride
      kernels.scale_row(
        values + tokens.lowerBound, tokens.count, factors[row * part.blockCount + block])
      if tokens.contains(part.targets[row]) { values[part.targets[row]] -= scale }
    }
    var finish = cpteval_epilogue()
    finish.accumulate = block > 0 ? 1 : 0
    kernels.multiply(
      logits.base + tokens.lowerBound, logits.stride,
      transpose.packed.base + tokens.lowerBound * tileColumns, tokens.count, transpose.inputs,
      hiddenGradient.base, hiddenGradient.stride, transpose.outputs, rows.lowerBound,
      rows.upperBound, 0, transpose.panelCount, &finish)
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
