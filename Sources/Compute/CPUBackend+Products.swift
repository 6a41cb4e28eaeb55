internal import CKernels

extension CPUBackend {
  /// Column panels of a block: wide enough to reuse the rows, narrow enough to share out.
  ///
  /// Logits are reduced block by block, so this number fixes the order of the sum over the vocabulary.
  static var panelsPerBlock: Int { 16 }
  /// Tile rows of a block, as many as the kernels keep in the second-level cache.
  static var tilesPerBlock: Int { 16 }
  /// Tile rows that stay together; fewer would read the right operand too often.
  static var tilesPerUnit: Int { 2 }

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
    multiply(input, by: matrix, finish: finish, into: output)
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
    let width = Self.panelsPerBlock * tileColumns
    reserveScratch(Self.tilesPerBlock * tileRows * width)
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
        input.base + rows.lowerBound * input.stride, input.stride,
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
        input.base + rows.lowerBound * input.stride, input.stride,
        up.packed.base + panels.lowerBound * up.inputs * tileColumns, up.inputs, up.inputs,
        output.base + rows.lowerBound * output.stride + column, output.stride, columns, 0,
        rows.count, 0, panels.count, &finish)
    }
  }

  /// Shares a product out over the threads in blocks of rows and column panels; how it is cut does not
  /// change its bits.
  private func forEachBlock(
    rows: Int, panels: Int,
    _ body: (_ rows: Range<Int>, _ panels: Range<Int>, _ thread: Int) -> Void
  ) {
    let rowUnits = unitCount(rows: rows)
    var panelsPerBlock = Self.panelsPerBlock
    // A product of few rows is cut finer along its columns, so that every thread has some.
    while panelsPerBlock > 2,
      rowUnits * ((panels + panelsPerBlock - 1) / panelsPerBlock) < 8 * threadCount
    {
      panelsPerBlock /= 2
    }
    let blocks = (panels + panelsPerBlock - 1) / panelsPerBlock
    pool.share(rowUnits * blocks, atMost: Self.tilesPerBlock / Self.tilesPerUnit) { units, thread in
      // Rows change fastest: the threads then share a block of weights in the last-level cache.
      forEachColumn(of: units, rowUnits: rowUnits, rows: rows) { block, rows in
        let first = block * panelsPerBlock
        body(rows, first..<min(first + panelsPerBlock, panels), thread)
      }
    }
  }

  /// Units into which rows are cut for sharing out.
  func unitCount(rows: Int) -> Int {
    (rows + Self.tilesPerUnit * tileRows - 1) / (Self.tilesPerUnit * tileRows)
  }

  /// The rows of some units; none past the last.
  func rows(ofUnits units: Range<Int>, of rowCount: Int) -> Range<Int> {
    let size = Self.tilesPerUnit * tileRows
    return min(units.lowerBound * size, rowCount)..<min(units.upperBound * size, rowCount)
  }

  /// Cuts a run of units that are numbered down one column of blocks after another.
  func forEachColumn(
    of units: Range<Int>, rowUnits: Int, rows rowCount: Int,
    _ body: (_ column: Int, _ rows: Range<Int>) -> Void
  ) {
    var unit = units.lowerBound
    while unit < units.upperBound {
      let column = unit / rowUnits
      let end = min(units.upperBound, (column + 1) * rowUnits)
      let first = column * rowUnits
      body(column, rows(ofUnits: unit - first..<end - first, of: rowCount))
      unit = end
    }
  }

  /// A product and what follows it; the pointers of `finish` are to the first row and column.
  func multiply(
    _ input: CPUTensor, by matrix: CPUMatrix, finish: cpteval_epilogue, into output: CPUTensor
  ) {
    // A sum of nothing would leave the output as it is.
    precondition(input.columnCount > 0)
    forEachBlock(rows: input.rowCount, panels: matrix.panelCount) { rows, panels, _ in
      var finish = finish
      kernels.multiply(
        input.base, input.stride, matrix.packed.base, matrix.inputs, matrix.inputs, output.base,
        output.stride, matrix.outputs, rows.lowerBound, rows.upperBound, panels.lowerBound,
        panels.upperBound, &finish)
    }
  }
}
