internal import CKernels

extension CPUBackend {
  public func addColumnSums(of rows: CPUTensor, to sums: CPUTensor) {
    precondition(sums.rowCount == 1 && sums.columnCount == rows.columnCount)
    // Columns are shared out, rows of a block added in float32 and the blocks in order.
    let columnsPerTask = 128
    pool.run((rows.columnCount + columnsPerTask - 1) / columnsPerTask) { task, _ in
      let first = task * columnsPerTask
      let count = min(columnsPerTask, rows.columnCount - first)
      for row in stride(from: 0, to: rows.rowCount, by: Self.rowsPerTask) {
        kernels.add_rows(
          sums.base + first, rows.base + row * rows.stride + first, rows.stride,
          min(Self.rowsPerTask, rows.rowCount - row), count)
      }
    }
  }

  public func gatedGradient(
    gate: CPUTensor, up: CPUTensor, gradient: CPUTensor, activation: Activation
  ) {
    precondition(gate.hasShape(of: gradient) && up.hasShape(of: gradient))
    forEachRowBlock(gradient.rowCount) { rows in
      for row in rows {
        kernels.gated_gradient(
          gate.base + row * gate.stride, up.base + row * up.stride,
          gradient.base + row * gradient.stride, gradient.columnCount, activation.kernelActivation)
      }
    }
  }

  public func addLayerNormGradient(
    input: CPUTensor, outputGradient: CPUTensor, weight: CPUVector, epsilon: Float,
    weightGradient: CPUTensor, biasGradient: CPUTensor?, to inputGradient: CPUTensor
  ) {
    let width = input.columnCount
    precondition(input.hasShape(of: outputGradient) && input.hasShape(of: inputGradient))
    precondition(weight.count == width && weightGradient.columnCount == width)
    precondition(biasGradient.map { $0.columnCount == width } ?? true)
    addingPartialSums(
      rows: input.rowCount, to: [weightGradient] + (biasGradient.map { [$0] } ?? [])
    ) { rows, sums in
      kernels.layer_norm_gradient(
        inputGradient.base + rows.lowerBound * inputGradient.stride, inputGradient.stride,
        input.base + rows.lowerBound * input.stride, input.stride,
        outputGradient.base + rows.lowerBound * outputGradient.stride, outputGradient.stride,
        weight.buffer.base, sums, biasGradient == nil ? nil : sums + width, rows.count, width,
        epsilon, 1)
    }
  }

  public func addRMSNormGradient(
    input: CPUTensor, outputGradient: CPUTensor, weight: CPUVector, epsilon: Float,
    weightGradient: CPUTensor, to inputGradient: CPUTensor
  ) {
    let width = input.columnCount
    precondition(input.hasShape(of: outputGradient) && input.hasShape(of: inputGradient))
    precondition(weight.count == width && weightGradient.columnCount == width)
    addingPartialSums(rows: input.rowCount, to: [weightGradient]) { rows, sums in
      kernels.rms_norm_gradient(
        inputGradient.base + rows.lowerBound * inputGradient.stride, inputGradient.stride,
        input.base + rows.lowerBound * input.stride, input.stride,
        outputGradient.base + rows.lowerBound * outputGradient.stride, outputGradient.stride,
        weight.buffer.base, sums, rows.count, width, epsilon, 1)
    }
  }

  public func rmsNormHeadsGradient(
    input: CPUTensor, gradient: CPUTensor, column: Int, stride: Int, headCount: Int,
    weight: CPUVector, epsilon: Float, weightGradient: CPUTensor
  ) {
    let width = weight.count
    precondition(input.rowCount == gradient.rowCount && weightGradient.columnCount == width)
    precondition(headCount >= 1)
    let last = column + (headCount - 1) * stride + width
    precondition(last <= input.columnCount && last <= gradient.columnCount)
    addingPartialSums(rows: input.rowCount, to: [weightGradient]) { rows, sums in
      for head in 0..<headCount {
        let first = column + head * stride
        let place = gradient.base + rows.lowerBound * gradient.stride + first
        kernels.rms_norm_gradient(
          place, gradient.stride, input.base + rows.lowerBound * input.stride + first, input.stride,
          place, gradient.stride, weight.buffer.base, sums, rows.count, width, epsilon, 0)
      }
    }
  }

  public func addEmbeddingGradient(
    _ tokens: ArraySlice<Int32>, gradient: CPUTensor, to tableGradient: CPUTensor
  ) {
    precondition(tokens.count == gradient.rowCount)
    precondition(tableGradient.columnCount == gradient.columnCount)
    precondition(tokens.allSatisfy { $0 >= 0 && $0 < tableGradient.rowCount })
    // Columns are shared out: a token may occur in many rows, and they are added in order.
    let columnsPerTask = 64
    let width = gradient.columnCount
    pool.run((width + columnsPerTask - 1) / columnsPerTask) { task, _ in
      let first = task * columnsPerTask
      let count = min(columnsPerTask, width - first)
      for (row, token) in tokens.enumerated() {
        kernels.add_rows(
          tableGradient.base + Int(token) * tableGradient.stride + first,
          gradient.base + row * gradient.stride + first, gradient.stride, 1, count)
      }
    }
  }

  /// Works on blocks of rows that each have sums of their own, and adds these up in order.
  ///
  /// - Parameters:
  ///   - rows: Rows of the whole.
  ///   - targets: `[1, columns]` each, added to.
  ///   - body: Given a block's rows and its sums, which are 0 at first and lie one after the other.
  private func addingPartialSums(
    rows: Int, to targets: [CPUTensor],
    _ body: (_ rows: Range<Int>, _ sums: UnsafeMutablePointer<Float>) -> Void
  ) {
    let width = targets.reduce(0) { $0 + $1.columnCount }
    let blocks = (rows + Self.rowsPerTask - 1) / Self.rowsPerTask
    if partialSums.count < blocks * width { partialSums = FloatBuffer(count: blocks * width) }
    let sums = partialSums.base
    forEachRowBlock(rows) { block in
      let own = sums + block.lowerBound / Self.rowsPerTask * width
      own.update(repeating: 0, count: width)
      body(block, own)
    }
    var start = 0
    for target in targets {
      kernels.add_rows(target.base, sums + start, width, blocks, target.columnCount)
      start += target.columnCount
    }
  }
}
