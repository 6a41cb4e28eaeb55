public import Compute

extension TimedBackend {
  // Views of memory, which take no time.
  public func storedMatrix(_ parameters: Tensor, layout: StoredMatrix.Layout) -> StoredMatrix {
    base.storedMatrix(parameters, layout: layout)
  }

  public func storedVector(_ parameters: Tensor) -> StoredVector { base.storedVector(parameters) }

  public func sharedMemory(of tensor: Tensor) -> UnsafeMutableBufferPointer<Float>? {
    base.sharedMemory(of: tensor)
  }

  public func load(_ bytes: StoredVector, into tensor: Tensor) {
    run(Key(.load)) { base.load(bytes, into: tensor) }
  }

  public func copyBytes(of tensor: Tensor, to bytes: UnsafeMutableRawBufferPointer) {
    run(Key(.copyBytes)) { base.copyBytes(of: tensor, to: bytes) }
  }

  public func clear(_ tensor: Tensor) { run(Key(.clear)) { base.clear(tensor) } }

  public func fill(_ matrix: Matrix, transposing sources: [StoredMatrix]) {
    run(Key(.fillTransposed)) { base.fill(matrix, transposing: sources) }
  }

  public func multiplyByDerivative(
    _ gradient: Tensor, by transpose: Matrix, activation: Activation, linear: Tensor,
    into output: Tensor
  ) {
    let (inputs, outputs) = (gradient.columnCount, output.columnCount)
    run(
      Key(.multiplyByDerivative, inputs: inputs, outputs: outputs),
      operations: WorkCount.product(rows: gradient.rowCount, inputs: inputs, outputs: outputs)
    ) {
      base.multiplyByDerivative(
        gradient, by: transpose, activation: activation, linear: linear, into: output)
    }
  }

  public func gatedGradient(gate: Tensor, up: Tensor, gradient: Tensor, activation: Activation) {
    run(Key(.gatedGradient)) {
      base.gatedGradient(gate: gate, up: up, gradient: gradient, activation: activation)
    }
  }

  public func addWeightGradients(
    input: Tensor, outputGradient: Tensor, layout: StoredMatrix.Layout, to gradients: [Tensor]
  ) {
    let (inputs, outputs) = (input.columnCount, outputGradient.columnCount)
    run(
      Key(.addWeightGradients, inputs: inputs, outputs: outputs),
      operations: WorkCount.product(rows: input.rowCount, inputs: inputs, outputs: outputs)
    ) {
      base.addWeightGradients(
        input: input, outputGradient: outputGradient, layout: layout, to: gradients)
    }
  }

  public func addColumnSums(of rows: Tensor, to sums: Tensor) {
    run(Key(.addColumnSums)) { base.addColumnSums(of: rows, to: sums) }
  }

  public func addLayerNormGradient(
    input: Tensor, outputGradient: Tensor, weight: Vector, epsilon: Float, weightGradient: Tensor,
    biasGradient: Tensor?, to inputGradient: Tensor
  ) {
    run(Key(.layerNormGradient)) {
      base.addLayerNormGradient(
        input: input, outputGradient: outputGradient, weight: weight, epsilon: epsilon,
        weightGradient: weightGradient, biasGradient: biasGradient, to: inputGradient)
    }
  }

  public func addRMSNormGradient(
    input: Tensor, outputGradient: Tensor, weight: Vector, epsilon: Float, weightGradient: Tensor,
    to inputGradient: Tensor
  ) {
    run(Key(.rmsNormGradient)) {
      base.addRMSNormGradient(
        input: input, outputGradient: outputGradient, weight: weight, epsilon: epsilon,
        weightGradient: weightGradient, to: inputGradient)
    }
  }

  public func rmsNormHeadsGradient(
    input: Tensor, gradient: Tensor, column: Int, stride: Int, headCount: Int, weight: Vector,
    epsilon: Float, weightGradient: Tensor
  ) {
    run(Key(.rmsNormGradient)) {
      base.rmsNormHeadsGradient(
        input: input, gradient: gradient, column: column, stride: stride, headCount: headCount,
        weight: weight, epsilon: epsilon, weightGradient: weightGradient)
    }
  }

  public func attendGradient(
    projections: Tensor, statistics: Tensor, attended: Tensor, attendedGradient: Tensor,
    layout: AttentionLayout, sequences: [Range<Int>], into gradient: Tensor
  ) {
    run(
      Key(.attendGradient),
      operations: WorkCount.attentionGradient(layout, sequences: sequences)
    ) {
      base.attendGradient(
        projections: projections, statistics: statistics, attended: attended,
        attendedGradient: attendedGradient, layout: layout, sequences: sequences, into: gradient)
    }
  }

  public func addEmbeddingGradient(
    _ tokens: ArraySlice<Int32>, gradient: Tensor, to tableGradient: Tensor
  ) {
    run(Key(.embeddingGradient)) {
      base.addEmbeddingGradient(tokens, gradient: gradient, to: tableGradient)
    }
  }

  public func crossEntropy(
    _ hidden: Tensor, table: Matrix, transpose: Matrix, targets: ArraySlice<Int32>, scale: Float,
    hiddenGradient: Tensor, tableGradient: Tensor
  ) -> [Double] {
    if isStopped { return Array(repeating: 0, count: hidden.rowCount) }
    let (inputs, outputs) = (hidden.columnCount, tableGradient.rowCount)
    // Logits, and the gradients of both their factors.
    return times.measure(
      Key(.crossEntropy, inputs: inputs, outputs: outputs),
      operations: 3 * WorkCount.product(rows: hidden.rowCount, inputs: inputs, outputs: outputs)
    ) {
      base.crossEntropy(
        hidden, table: table, transpose: transpose, targets: targets, scale: scale,
        hiddenGradient: hiddenGradient, tableGradient: tableGradient)
    }
  }

  public func sumOfSquares(_ tensor: Tensor) -> Double {
    if isStopped { return 0 }
    return times.measure(Key(.sumOfSquares)) { base.sumOfSquares(tensor) }
  }

  public func updateAdamW(
    parameters: Tensor, gradients: Tensor, firstMoments: Tensor, secondMoments: Tensor,
    update: AdamWUpdate
  ) {
    run(Key(.adamW)) {
      base.updateAdamW(
        parameters: parameters, gradients: gradients, firstMoments: firstMoments,
        secondMoments: secondMoments, update: update)
    }
  }
}
