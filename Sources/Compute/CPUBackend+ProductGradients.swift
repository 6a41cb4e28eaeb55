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
    packInput(gradient)
    multiplyPacked(rows: gradient.rowCount, by: transpose, finish: finish, into: output)
  }

  public func addWeightGradients(
    input: CPUTensor, outputGradient: CPUTensor, layout: StoredMatrix.Layout,
    to gradients: [CPUTensor]
  ) {
    precondition(input.rowCount == outputGradient.rowCount)
    if input.rowCount == 0 { return }
    // The sum runs over rows of both, so both are packed by columns. What varies along the rows of
    // a gradient in memory is the left operand.
    var finish = cpteval_epilogue()
    finish.accumulate = 1
    let depth = input.rowCount
    var column = 0
    if layout == .outputsByInputs { packColumns(input, lanes: tileColumns, into: &packedRight) }
    for gradient in gradients {
      let outputs = layout == .outputsByInputs ? gradient.rowCount : gradient.columnCount
      let part = outputGradient.columns(column..<column + outputs)
      column += outputs
      switch layout {
      case .outputsByInputs:
        precondition(gradient.columnCount == input.columnCount)
        packColumns(part, lanes: tileRows, into: &packedInput)
      case .inputsByOutputs:
        precondition(gradient.rowCount == input.columnCount)
        packColumns(input, lanes: tileRows, into: &packedInput)
        packColumns(part, lanes: tileColumns, into: &packedRight)
      }
      multiplyPacked(
        packedInput, rows: gradient.rowCount, by: packedRight.base, depth: depth, panelDepth: depth,
        columns: gradient.columnCount, finish: finish, into: gradient)
    }
    precondition(column == outputGradient.columnCount)
  }

  /// Packs a tensor by columns, `[groups of columns, rows, lanes]`; surplus lanes zero.
  private func packColumns(_ tensor: CPUTensor, lanes: Int, into buffer: inout FloatBuffer) {
    let groups = (tensor.columnCount + lanes - 1) / lanes
    let groupSize = tensor.rowCount * lanes
    if buffer.count < groups * groupSize { buffer = FloatBuffer(count: groups * groupSize) }
    let target = buffer.base
    // Groups side by side share the rows' cache lines, so a task takes a few of them, row by row.
    let groupsPerTask = max(1, 64 / lanes)
    let rowsPerStep = 64
    pool.run((groups + groupsPerTask - 1) / groupsPerTask) { task, _ in
      for row in stride(from: 0, to: tensor.rowCount, by: rowsPerStep) {
        let rows = min(rowsPerStep, tensor.rowCount - row)
        for group in task * groupsPerTask..<min((task + 1) * groupsPerTask, groups) {
          kernels.pack_columns(
            target + group * groupSize + row * lanes, lanes,
            tensor.base + row * tensor.stride + group * lanes, tensor.stride,
            min(lanes, tensor.columnCount - group * lanes), rows)
        }
      }
    }
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
