internal import CKernels

extension CPUBackend {
  /// Rows that one task of a row-wise operation takes.
  static var rowsPerTask: Int { 64 }

  func forEachRowBlock(_ rows: Int, _ body: (Range<Int>) -> Void) {
    pool.run((rows + Self.rowsPerTask - 1) / Self.rowsPerTask) { task, _ in
      body(task * Self.rowsPerTask..<min((task + 1) * Self.rowsPerTask, rows))
    }
  }

  public func embed(_ tokens: ArraySlice<Int32>, table: StoredMatrix, into output: CPUTensor) {
    precondition(output.columnCount == table.inputs && tokens.count == output.rowCount)
    precondition(table.layout == .outputsByInputs, "a row of the table is not in one place")
    precondition(tokens.allSatisfy { $0 >= 0 && $0 < table.outputs })
    guard let bytes = table.bytes.baseAddress else { return }
    let rowBytes = table.inputs * table.type.byteCount
    forEachRowBlock(tokens.count) { rows in
      for row in rows {
        kernels.widen(
          output.base + row * output.stride,
          bytes + Int(tokens[tokens.startIndex + row]) * rowBytes, table.type.kernelType,
          table.inputs)
      }
    }
  }

  public func addEmbedding(
    _ positions: ArraySlice<Int32>, table: StoredMatrix, to output: CPUTensor
  ) {
    precondition(output.columnCount == table.inputs && positions.count == output.rowCount)
    precondition(table.layout == .outputsByInputs, "a row of the table is not in one place")
    precondition(positions.allSatisfy { $0 >= 0 && $0 < table.outputs })
    guard let bytes = table.bytes.baseAddress else { return }
    let rowBytes = table.inputs * table.type.byteCount
    reserveScratch(table.inputs)
    pool.run(positions.count) { row, thread in
      let added = scratch[thread].base
      kernels.widen(
        added, bytes + Int(positions[positions.startIndex + row]) * rowBytes,
        table.type.kernelType, table.inputs)
      let target = output.base + row * output.stride
      for column in 0..<table.inputs { target[column] += added[column] }
    }
  }

  public func layerNorm(
    _ input: CPUTensor, weight: CPUVector, bias: CPUVector?, epsilon: Float,
    into output: CPUTensor
  ) {
    precondition(input.rowCount == output.rowCount && input.columnCount == output.columnCount)
    precondition(weight.count == input.columnCount)
    precondition(bias.map { $0.count == input.columnCount } ?? true)
    forEachRowBlock(input.rowCount) { rows in
      kernels.layer_norm(
        output.base + rows.lowerBound * output.stride, output.stride,
        input.base + rows.lowerBound * input.stride, input.stride, weight.buffer.base,
        bias?.buffer.base, rows.count, input.columnCount, epsilon)
    }
  }

  public func rmsNorm(
    _ input: CPUTensor, weight: CPUVector, epsilon: Float, into output: CPUTensor
  ) {
    precondition(input.rowCount == output.rowCount && input.columnCount == output.columnCount)
    precondition(weight.count == input.columnCount)
    forEachRowBlock(input.rowCount) { rows in
      kernels.rms_norm(
        output.base + rows.lowerBound * output.stride, output.stride,
        input.base + rows.lowerBound * input.stride, input.stride, weight.buffer.base, rows.count,
        input.columnCount, epsilon)
    }
  }

  public func rmsNormHeads(
    _ rows: CPUTensor, column: Int, stride: Int, headCount: Int, weight: CPUVector, epsilon: Float
  ) {
    precondition(
      headCount >= 1 && column + (headCount - 1) * stride + weight.count <= rows.columnCount)
    forEachRowBlock(rows.rowCount) { block in
      for head in 0..<headCount {
        let start = rows.base + block.lowerBound * rows.stride + column + head * stride
        kernels.rms_norm(
          start, rows.stride, start, rows.stride, weight.buffer.base, block.count, weight.count,
          epsilon)
      }
    }
  }

  public func rotate(
    _ rows: CPUTensor, column: Int, stride: Int, headCount: Int, frequencies: RotaryTable,
    positions: ArraySlice<Int32>, direction: RotaryDirection
  ) {
    let half = frequencies.pairCount
    if half == 0 { return }
    precondition(headCount >= 1 && column + (headCount - 1) * stride + 2 * half <= rows.columnCount)
    precondition(positions.count == rows.rowCount)
    precondition(positions.allSatisfy { $0 >= 0 && $0 < frequencies.positionCount })
    frequencies.values.withUnsafeBufferPointer { table in
      positions.withUnsafeBufferPointer { positions in
        guard let table = table.baseAddress, let positions = positions.baseAddress else { return }
        // SAFETY: threads only read these two while this call waits for them.
        nonisolated(unsafe) let (cosines, places) = (table, positions)
        forEachRowBlock(rows.rowCount) { block in
          kernels.rotate(
            rows.base + block.lowerBound * rows.stride + column, rows.stride, block.count,
            headCount, stride, half, cosines, places + block.lowerBound, direction.rawValue)
        }
      }
    }
  }

  public func gather(_ rows: [Int], of input: CPUTensor, into output: CPUTensor) {
    precondition(rows.count == output.rowCount && input.columnCount == output.columnCount)
    precondition(rows.allSatisfy { $0 >= 0 && $0 < input.rowCount })
    forEachRowBlock(rows.count) { block in
      for index in block {
        (output.base + index * output.stride).update(
          from: input.base + rows[index] * input.stride, count: input.columnCount)
      }
    }
  }
}
