internal import CKernels
internal import Foundation

extension CPUBackend {
  /// Logits that exist at a time, in floats: those of some rows over the whole vocabulary.
  private static var logitsAtATime: Int { 16 << 20 }
  /// Tokens of the vocabulary whose gradients are packed at a time.
  private static var tokensPerStep: Int { 2048 }

  /// Rows whose logits exist at a time.
  ///
  /// Fewer rows read the vocabulary's weights more often, more rows need more memory.
  /// - Parameter vocabulary: Tokens.
  /// - Returns: 24 to 480, a multiple of every tile's rows.
  static func lossRows(vocabulary: Int) -> Int {
    min(max(logitsAtATime / max(vocabulary, 1) / 24, 1), 20) * 24
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
    var losses = [Double](repeating: 0, count: hidden.rowCount)
    let rowsAtATime = min(Self.lossRows(vocabulary: vocabulary), max(hidden.rowCount, 1))
    let logits = lossBuffer(rows: rowsAtATime, columns: vocabulary)
    for first in stride(from: 0, to: hidden.rowCount, by: rowsAtATime) {
      let rows = first..<min(first + rowsAtATime, hidden.rowCount)
      let part = hidden.rows(rows)
      let logits = logits.rows(0..<rows.count)
      packInput(part)
      multiplyPacked(
        rows: rows.count, by: table, finish: cpteval_epilogue(), into: logits)
      losses.withUnsafeMutableBufferPointer { losses in
        // SAFETY: each row's loss is written by the one task that has the row.
        nonisolated(unsafe) let losses = losses
        pool.run(rows.count) { row, _ in
          losses[first + row] = lossGradient(
            logits.base + row * logits.stride, count: vocabulary,
            target: Int(targets[targets.startIndex + first + row]), scale: scale)
        }
      }
      clear(hiddenGradient.rows(rows))
      for token in stride(from: 0, to: vocabulary, by: Self.tokensPerStep) {
        let tokens = token..<min(token + Self.tokensPerStep, vocabulary)
        let gradient = logits.columns(tokens)
        addProduct(
          gradient, by: transpose, from: token, to: hiddenGradient.rows(rows))
        addWeightGradients(
          input: part, outputGradient: gradient, layout: .outputsByInputs,
          to: [tableGradient.rows(tokens)])
      }
    }
    return losses
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

  /// Turns a row of logits into the gradient of its loss with respect to them.
  ///
  /// - Parameters:
  ///   - logits: `count` numbers; become scale · (softmax − one at the target).
  ///   - count: The vocabulary.
  ///   - target: The token that should have been predicted; negative if the row does not count.
  ///   - scale: Factor on the gradient.
  /// - Returns: The loss in nats, with the bits that ``reduceLogits(_:table:bias:targets:)`` gives.
  private func lossGradient(
    _ logits: UnsafeMutablePointer<Float>, count: Int, target: Int, scale: Float
  ) -> Double {
    guard target >= 0 else {
      logits.update(repeating: 0, count: count)
      return 0
    }
    var state = LogitSum()
    let width = Self.panelsPerBlock * tileColumns
    for first in stride(from: 0, to: count, by: width) {
      var partial = cpteval_partial()
      kernels.reduce_logits(logits + first, width, 1, min(width, count - first), &partial, 1)
      state.add(partial, firstToken: first)
    }
    let loss = state.result.logSumExp - Double(logits[target])
    kernels.softmax(logits, count, state.maximum, state.sum, scale)
    logits[target] -= scale
    return loss
  }

  /// output += input · some inputs of a matrix.
  private func addProduct(
    _ input: CPUTensor, by matrix: CPUMatrix, from firstInput: Int, to output: CPUTensor
  ) {
    var finish = cpteval_epilogue()
    finish.accumulate = 1
    packInput(input)
    multiplyPacked(
      packedInput, rows: input.rowCount, by: matrix.packed.base + firstInput * tileColumns,
      depth: input.columnCount, panelDepth: matrix.inputs, columns: matrix.outputs, finish: finish,
      into: output)
  }
}
