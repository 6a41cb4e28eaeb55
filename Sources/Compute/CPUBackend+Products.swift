internal import CKernels

extension CPUBackend {
  /// Column panels of one task: wide enough to reuse the packed rows, narrow enough to share out.
  private static var panelsPerTask: Int { 16 }
  /// Tile rows of one task, as many as the kernels keep in the second-level cache.
  private static var tilesPerTask: Int { 16 }

  public func multiply(
    _ input: CPUTensor, by matrix: CPUMatrix, bias: CPUVector?, epilogue: ProductEpilogue,
    into output: CPUTensor
  ) {
    precondition(input.columnCount == matrix.inputs && output.columnCount == matrix.outputs)
    precondition(input.rowCount == output.rowCount)
    precondition(bias.map { $0.count == matrix.outputs } ?? true)
    var finish = cpteval_epilogue()
    finish.bias = UnsafePointer(bias?.buffer.base)
    switch epilogue {
    case .store(let activation):
      finish.activation = activation?.kernelActivation ?? cpteval_identity
    case .accumulate:
      finish.accumulate = 1
    }
    packInput(input)
    forEachBlock(rows: input.rowCount, panels: matrix.panelCount) { rows, panels, _ in
      multiplyPacked(matrix, rows: rows, panels: panels, finish: finish, into: output)
    }
  }

  public func multiplyGated(
    _ input: CPUTensor, gate: CPUMatrix, gateBias: CPUVector?, up: CPUMatrix, upBias: CPUVector?,
    activation: Activation, into output: CPUTensor
  ) {
    precondition(input.columnCount == gate.inputs && input.columnCount == up.inputs)
    precondition(output.columnCount == up.outputs && gate.outputs == up.outputs)
    precondition(input.rowCount == output.rowCount)
    let width = Self.panelsPerTask * tileColumns
    let rowsPerTask = Self.tilesPerTask * tileRows
    reserveScratch(rowsPerTask * width)
    packInput(input)
    forEachBlock(rows: input.rowCount, panels: up.panelCount) { rows, panels, thread in
      // The gate's block stays in the second-level cache until the other product needs it.
      let gateBlock = scratch[thread].base
      let column = panels.lowerBound * tileColumns
      let columns = min(panels.upperBound * tileColumns, gate.outputs) - column
      var finish = cpteval_epilogue()
      finish.bias = gateBias.map { UnsafePointer($0.buffer.base + column) }
      kernels.multiply(
        packedInput.base + rows.lowerBound * input.columnCount,
        gate.packed.base + panels.lowerBound * gate.inputs * tileColumns, gate.inputs, gateBlock,
        width, columns, 0, rows.count, 0, panels.count, &finish)
      finish = cpteval_epilogue()
      finish.bias = upBias.map { UnsafePointer($0.buffer.base + column) }
      finish.gate = UnsafePointer(gateBlock)
      finish.gate_stride = width
      finish.activation = activation.kernelActivation
      kernels.multiply(
        packedInput.base + rows.lowerBound * input.columnCount,
        up.packed.base + panels.lowerBound * up.inputs * tileColumns, up.inputs,
        output.base + rows.lowerBound * output.stride + column, output.stride, columns, 0,
        rows.count, 0, panels.count, &finish)
    }
  }

  /// Packs a left operand into ``packedInput``, `[tiles, columns, tileRows]`, surplus rows zero.
  func packInput(_ input: CPUTensor) {
    // A sum of nothing would leave the output as it is.
    precondition(input.columnCount > 0)
    let tiles = (input.rowCount + tileRows - 1) / tileRows
    let tileSize = tileRows * input.columnCount
    if packedInput.count < tiles * tileSize { packedInput = FloatBuffer(count: tiles * tileSize) }
    let tilesPerTask = 8
    pool.run((tiles + tilesPerTask - 1) / tilesPerTask) { task, _ in
      for tile in task * tilesPerTask..<min((task + 1) * tilesPerTask, tiles) {
        let target = packedInput.base + tile * tileSize
        let rows = min(tileRows, input.rowCount - tile * tileRows)
        if rows < tileRows { target.update(repeating: 0, count: tileSize) }
        kernels.pack(
          target, tileRows, 0, input.base + tile * tileRows * input.stride, input.stride, rows,
          input.columnCount)
      }
    }
  }

  /// Shares a product out over the threads in blocks of rows and column panels.
  private func forEachBlock(
    rows: Int, panels: Int,
    _ body: (_ rows: Range<Int>, _ panels: Range<Int>, _ thread: Int) -> Void
  ) {
    let rowsPerTask = Self.tilesPerTask * tileRows
    let rowBlocks = (rows + rowsPerTask - 1) / rowsPerTask
    let panelBlocks = (panels + Self.panelsPerTask - 1) / Self.panelsPerTask
    pool.run(rowBlocks * panelBlocks) { task, thread in
      // Row blocks change fastest: the threads then share a block of weights in the last-level cache.
      let row = task % rowBlocks * rowsPerTask
      let panel = task / rowBlocks * Self.panelsPerTask
      body(
        row..<min(row + rowsPerTask, rows), panel..<min(panel + Self.panelsPerTask, panels), thread)
    }
  }

  private func multiplyPacked(
    _ matrix: CPUMatrix, rows: Range<Int>, panels: Range<Int>, finish: cpteval_epilogue,
    into output: CPUTensor
  ) {
    var finish = finish
    kernels.multiply(
      packedInput.base, matrix.packed.base, matrix.inputs, output.base, output.stride,
      matrix.outputs, rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound,
      &finish)
  }
}
