internal import CKernels

extension CPUBackend {
  public func fill(_ matrix: CPUMatrix, transposing sources: [StoredMatrix]) {
    precondition(sources.allSatisfy { $0.inputs == matrix.outputs })
    precondition(sources.reduce(0) { $0 + $1.outputs } == matrix.inputs)
    // A transposed source is the same bytes with the dimensions exchanged. Its panels are filled from
    // a depth that the sources before it have used up.
    let panelSize = matrix.inputs * tileColumns
    reserveScratch(tileColumns * Self.depthPerStep)
    // Several panels of one task share the cache lines of a source's row.
    let panelsPerTask = 4
    pool.run((matrix.panelCount + panelsPerTask - 1) / panelsPerTask) { task, thread in
      var depth = 0
      for source in sources {
        let transposed = source.transposed
        for panel in task * panelsPerTask..<min((task + 1) * panelsPerTask, matrix.panelCount) {
          let first = panel * tileColumns
          let last = min(first + tileColumns, matrix.outputs)
          let target = matrix.packed.base + panel * panelSize + depth * tileColumns
          if last - first < tileColumns {
            target.update(repeating: 0, count: source.outputs * tileColumns)
          }
          pack(
            transposed, outputs: first..<last, into: target, lane: 0,
            scratch: scratch[thread].base)
        }
        depth += source.outputs
      }
    }
  }

  public func multiplyByDerivative(
    _ gradient: CPUTensor, by transpose: CPUMatrix, activation: Activation, linear: CPUTensor,
    into output: CPUTensor
  ) {
    precondition(gradient.columnCount == transpose.inputs)
    precondition(output.columnCount == transpose.outputs && linear.hasShape(of: output))
    precondition(gradient.rowCount == output.rowCount)
    var finish = cpteval_epilogue()
    finish.activation = activation.kernelActivation
    finish.linear = linear.base
    finish.linear_stride = linear.stride
    multiply(gradient, by: transpose, finish: finish, into: output)
  }

  public func addWeightGradients(
    input: CPUTensor, outputGradient: CPUTensor, layout: StoredMatrix.Layout,
    to gradients: [CPUTensor]
  ) {
    precondition(input.rowCount == outputGradient.rowCount)
    if input.rowCount == 0 { return }
    var column = 0
    for gradient in gradients {
      let outputs = layout == .outputsByInputs ? gradient.rowCount : gradient.columnCount
      let part = outputGradient.columns(column..<column + outputs)
      column += outputs
      switch layout {
      case .outputsByInputs: addTransposed(part, by: input, to: gradient)
      case .inputsByOutputs: addTransposed(input, by: part, to: gradient)
      }
    }
    precondition(column == outputGradient.columnCount)
  }

  /// Floats of the right operand that are packed at a time: what a cache holds beside the rest.
  private static var packedAtATime: Int { 1 << 19 }

  /// Columns of a block: wide enough to reuse the left operand, narrow enough to share out.
  private static var columnsPerBlock: Int { 512 }

  /// gradient += transpose of `left` · `right`, a sum over the rows of both.
  private func addTransposed(_ left: CPUTensor, by right: CPUTensor, to gradient: CPUTensor) {
    precondition(gradient.rowCount == left.columnCount)
    precondition(gradient.columnCount == right.columnCount && left.rowCount == right.rowCount)
    // Whole blocks of the kernels' depth, with which the order of the sum is fixed.
    let blocks = max(1, Self.packedAtATime / max(right.columnCount, 1) / 256)
    let rowsPerStep = min(blocks * 256, right.rowCount)
    let stepCount = (right.rowCount + rowsPerStep - 1) / rowsPerStep
    let groups = groupCount(columns: right.columnCount)
    let columnBlocks = (right.columnCount + Self.columnsPerBlock - 1) / Self.columnsPerBlock
    reserveScratch(kernels.transposed_scratch())
    let size = rowsPerStep * groups * Self.groupColumns
    if packedRight.0.count < size {
      packedRight = (FloatBuffer(count: size), FloatBuffer(count: size))
    }
    func rowsOfStep(_ step: Int) -> Range<Int> {
      step * rowsPerStep..<min((step + 1) * rowsPerStep, right.rowCount)
    }
    // While the rows of one step are multiplied, those of the next are packed.
    for step in -1..<stepCount {
      let packing = step + 1 < stepCount ? groups : 0
      let (current, next) =
        step % 2 == 0 ? packedRight : (packedRight.1, packedRight.0)
      let part = step < 0 ? left.rows(0..<0) : left.rows(rowsOfStep(step))
      let rowUnits = unitCount(rows: gradient.rowCount)
      let units = step < 0 ? 0 : rowUnits * columnBlocks
      pool.share(packing, then: units, atMost: Self.tilesPerBlock / Self.tilesPerUnit) { taken, _ in
        for group in taken { packGroup(group, of: right.rows(rowsOfStep(step + 1)), into: next) }
      } second: { taken, thread in
        forEachColumn(of: taken, rowUnits: rowUnits, rows: gradient.rowCount) { block, rows in
          let first = block * Self.columnsPerBlock
          addTransposed(
            part, by: UnsafePointer(current.base + first * part.rowCount),
            to: gradient.columns(
              first..<min(first + Self.columnsPerBlock, gradient.columnCount)),
            rows: rows, thread: thread)
        }
      }
    }
  }

  /// Columns that are packed together: a cache line or more of each row.
  private static var groupColumns: Int { 64 }

  private func groupCount(columns: Int) -> Int {
    (columns + Self.groupColumns - 1) / Self.groupColumns
  }

  /// Packs the right operand of products whose sum runs over the tensor's rows, all at once.
  /// - Returns: `[panels of columns, rows, tileColumns]`, surplus lanes zero; valid until the next call.
  func packRight(_ tensor: CPUTensor) -> FloatBuffer {
    let groups = groupCount(columns: tensor.columnCount)
    let size = groups * Self.groupColumns * tensor.rowCount
    if packedRight.0.count < size {
      packedRight = (FloatBuffer(count: size), FloatBuffer(count: size))
    }
    let target = packedRight.0
    pool.run(groups) { group, _ in packGroup(group, of: tensor, into: target) }
    return target
  }

  /// Packs some columns, row by row, because panels side by side share the rows' cache lines.
  private func packGroup(_ group: Int, of tensor: CPUTensor, into target: FloatBuffer) {
    let panels = Self.groupColumns / tileColumns
    let rowsPerStep = 64
    for row in stride(from: 0, to: tensor.rowCount, by: rowsPerStep) {
      let rows = min(rowsPerStep, tensor.rowCount - row)
      for panel in group * panels..<(group + 1) * panels {
        let column = panel * tileColumns
        if column >= tensor.columnCount { break }
        kernels.pack_columns(
          target.base + (panel * tensor.rowCount + row) * tileColumns, tileColumns,
          tensor.base + row * tensor.stride + column, tensor.stride,
          min(tileColumns, tensor.columnCount - column), rows)
      }
    }
  }

  /// Adds some rows of a product with a packed right operand, by one thread.
  func addTransposed(
    _ left: CPUTensor, by right: UnsafePointer<Float>, to gradient: CPUTensor, rows: Range<Int>,
    thread: Int
  ) {
    kernels.add_transposed(
      left.base, left.stride, right, left.rowCount, gradient.base, gradient.stride,
      gradient.columnCount, rows.lowerBound, rows.upperBound, scratch[thread].base)
  }
}

extension StoredMatrix {
  /// The transpose: the same bytes, read with the dimensions exchanged.
  var transposed: StoredMatrix {
    StoredMatrix(
      bytes: bytes, type: type, outputs: inputs, inputs: outputs,
      layout: layout == .outputsByInputs ? .inputsByOutputs : .outputsByInputs)
  }
}
