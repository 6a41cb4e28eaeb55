internal import CKernels

extension CPUBackend {
  /// Column panels of one task: wide enough to reuse the packed rows, narrow enough to share out.
  private static var panelsPerTask: Int { 16 }
  /// Tile rows of one task, as many as the kernels keep in the second-level cache.
  private static var tilesPerTask: Int { 16 }

  public func multiply(
    _ input: CPUTensor, by matrix: CPUMatrix, bias: CPUVector?, epilogue: ProductEpilogue,
    keepingLinear linear: CPUTensor?, into output: CPUTensor
  ) {
    precondition(input.columnCount == matrix.inputs && output.columnCount == matrix.outputs)
    precondition(input.rowCount == output.rowCount)
    precondition(bias.map { $0.count == matrix.outputs } ?? true)
    var finish = cpteval_epilogue()
    finish.bias = UnsafePointer(bias?.buffer.base)
    if let linear {
      precondition(linear.hasShape(of: output))
      finish.kept = linear.base
      finish.kept_stride = linear.stride
    }
    switch epilogue {
    case .store(let activation):
      finish.activation = activation?.kernelActivation ?? cpteval_identity
    case .accumulate:
      finish.accumulate = 1
    }
    packInput(input)
    multiplyPacked(rows: input.rowCount, by: matrix, finish: finish, into: output)
  }

  public func multiplyGated(
    _ input: CPUTensor, gate: CPUMatrix, gateBias: CPUVector?, up: CPUMatrix, upBias: CPUVector?,
    activation: Activation, keepingFactors factors: (gate: CPUTensor, up: CPUTensor)?,
    into output: CPUTensor
  ) {
    precondition(input.columnCount == gate.inputs && input.columnCount == up.inputs)
    precondition(output.columnCount == up.outputs && gate.outputs == up.outputs)
    precondition(input.rowCount == output.rowCount)
    if let factors {
      precondition(factors.gate.hasShape(of: output) && factors.up.hasShape(of: output))
    }
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
      if let kept = factors?.gate {
        finish.kept = kept.base + rows.lowerBound * kept.stride + column
        finish.kept_stride = kept.stride
      }
      kernels.multiply(
        packedInput.base + rows.lowerBound * input.columnCount,
        gate.packed.base + panels.lowerBound * gate.inputs * tileColumns, gate.inputs, gate.inputs,
        gateBlock, width, columns, 0, rows.count, 0, panels.count, &finish)
      finish = cpteval_epilogue()
      finish.bias = upBias.map { UnsafePointer($0.buffer.base + column) }
      finish.gate = UnsafePointer(gateBlock)
      finish.gate_stride = width
      finish.activation = activation.kernelActivation
      if let kept = factors?.up {
        finish.kept = kept.base + rows.lowerBound * kept.stride + column
        finish.kept_stride = kept.stride
      }
      kernels.multiply(
        packedInput.base + rows.lowerBound * input.columnCount,
        up.packed.base + panels.lowerBound * up.inputs * tileColumns, up.inputs, up.inputs,
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
  ///
  /// Small products are cut finer, so that the threads end together; how one is cut does not change
  /// its bits.
  private func forEachBlock(
    rows: Int, panels: Int,
    _ body: (_ rows: Range<Int>, _ panels: Range<Int>, _ thread: Int) -> Void
  ) {
    var (tilesPerTask, panelsPerTask) = (Self.tilesPerTask, Self.panelsPerTask)
    func count(_ total: Int, _ step: Int) -> Int { (total + step - 1) / step }
    if threadCount > 1 {
      while count(rows, tilesPerTask * tileRows) * count(panels, panelsPerTask) < 8 * threadCount,
        tilesPerTask > 4 || panelsPerTask > 4
      {
        if tilesPerTask > panelsPerTask { tilesPerTask /= 2 } else { panelsPerTask /= 2 }
      }
    }
    let rowsPerTask = tilesPerTask * tileRows
    let rowBlocks = count(rows, rowsPerTask)
    let step = panelsPerTask
    pool.run(rowBlocks * count(panels, step)) { task, thread in
      // Row blocks change fastest: the threads then share a block of weights in the last-level cache.
      let row = task % rowBlocks * rowsPerTask
      let panel = task / rowBlocks * step
      body(row..<min(row + rowsPerTask, rows), panel..<min(panel + step, panels), thread)
    }
  }

  /// Multiplies the rows that were packed last.
  func multiplyPacked(
    rows: Int, by matrix: CPUMatrix, finish: cpteval_epilogue, into output: CPUTensor
  ) {
    multiplyPacked(
      packedInput, rows: rows, by: matrix.packed.base, depth: matrix.inputs,
      panelDepth: matrix.inputs, columns: matrix.outputs, finish: finish, into: output)
  }

  /// Multiplies two packed operands.
  ///
  /// - Parameters:
  ///   - left: `[tiles, depth, tileRows]`.
  ///   - rows: Rows that the left operand has.
  ///   - right: `[panels, panelDepth, tileColumns]`, from the first number that is used.
  ///   - depth: Numbers in each sum.
  ///   - panelDepth: At least `depth`.
  ///   - columns: Columns that the right operand has.
  ///   - finish: What happens to the product; its pointers are to the first row and column.
  ///   - output: `[rows, columns]`.
  func multiplyPacked(
    _ left: FloatBuffer, rows: Int, by right: UnsafeMutablePointer<Float>, depth: Int,
    panelDepth: Int, columns: Int, finish: cpteval_epilogue, into output: CPUTensor
  ) {
    precondition(output.rowCount == rows && output.columnCount == columns && depth <= panelDepth)
    let panels = (columns + tileColumns - 1) / tileColumns
    forEachBlock(rows: rows, panels: panels) { rows, panels, _ in
      var finish = finish
      kernels.multiply(
        left.base, right, depth, panelDepth, output.base, output.stride, columns,
        rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound, &finish)
    }
  }
}
