internal import CKernels
internal import Foundation

extension CPUBackend: TrainingBackend {
  public func storedMatrix(_ parameters: CPUTensor, layout: StoredMatrix.Layout) -> StoredMatrix {
    precondition(parameters.stride == parameters.columnCount)
    let (first, second) = (parameters.rowCount, parameters.columnCount)
    return StoredMatrix(
      bytes: parameters.contiguousBytes, type: .float32,
      outputs: layout == .outputsByInputs ? first : second,
      inputs: layout == .outputsByInputs ? second : first, layout: layout)
  }

  public func storedVector(_ parameters: CPUTensor) -> StoredVector {
    precondition(parameters.rowCount == 1)
    return StoredVector(
      bytes: parameters.contiguousBytes, type: .float32, count: parameters.columnCount)
  }

  public func load(_ bytes: StoredVector, into tensor: CPUTensor) {
    precondition(tensor.stride == tensor.columnCount || tensor.rowCount == 1)
    precondition(bytes.count == tensor.rowCount * tensor.columnCount)
    forEachPart(of: bytes.count) { part in
      kernels.widen(
        tensor.base + part.lowerBound,
        bytes.bytes.baseAddress.map { $0 + part.lowerBound * bytes.type.byteCount },
        bytes.type.kernelType, part.count)
    }
  }

  public func copyBytes(of tensor: CPUTensor, to bytes: UnsafeMutableRawBufferPointer) {
    precondition(tensor.stride == tensor.columnCount || tensor.rowCount == 1)
    let source = tensor.contiguousBytes
    precondition(bytes.count == source.count)
    // SAFETY: each task writes its own part.
    nonisolated(unsafe) let (from, to) = (source, bytes)
    forEachPart(of: source.count / 4) { part in
      let range = 4 * part.lowerBound..<4 * part.upperBound
      UnsafeMutableRawBufferPointer(rebasing: to[range]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: from[range]))
    }
  }

  public func sharedMemory(of tensor: CPUTensor) -> UnsafeMutableBufferPointer<Float>? {
    precondition(tensor.rowCount == 1)
    return UnsafeMutableBufferPointer(start: tensor.base, count: tensor.columnCount)
  }

  public func clear(_ tensor: CPUTensor) {
    forEachRowBlock(tensor.rowCount) { rows in
      for row in rows {
        (tensor.base + row * tensor.stride).update(repeating: 0, count: tensor.columnCount)
      }
    }
  }

  public func copy(_ input: CPUTensor, into output: CPUTensor) {
    precondition(input.hasShape(of: output))
    forEachRowBlock(input.rowCount) { rows in
      for row in rows {
        (output.base + row * output.stride).update(
          from: input.base + row * input.stride, count: input.columnCount)
      }
    }
  }

  public func sumOfSquares(_ tensor: CPUTensor) -> Double {
    precondition(tensor.stride == tensor.columnCount || tensor.rowCount == 1)
    let count = tensor.rowCount * tensor.columnCount
    let parts = (count + Self.numbersPerPart - 1) / Self.numbersPerPart
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(parts, 1)) { sums in
      // SAFETY: each task writes its own element.
      nonisolated(unsafe) let sums = sums
      pool.run(parts) { part, _ in
        let start = part * Self.numbersPerPart
        sums[part] = kernels.sum_of_squares(
          tensor.base + start, min(Self.numbersPerPart, count - start))
      }
      return (0..<parts).reduce(0) { $0 + sums[$1] }
    }
  }

  public func updateAdamW(
    parameters: CPUTensor, gradients: CPUTensor, firstMoments: CPUTensor, secondMoments: CPUTensor,
    update: AdamWUpdate
  ) {
    for tensor in [parameters, gradients, firstMoments, secondMoments] {
      precondition(tensor.hasShape(of: parameters))
      precondition(tensor.stride == tensor.columnCount || tensor.rowCount == 1)
    }
    let count = Double(update.updateCount)
    var settings = cpteval_adamw()
    settings.gradient_scale = Float(update.gradientScale)
    settings.decay = Float(1 - update.learningRate * update.weightDecay)
    settings.rest1 = Float(1 - update.beta1)
    settings.beta2 = Float(update.beta2)
    settings.rest2 = Float(1 - update.beta2)
    settings.step_size = Float(update.learningRate / (1 - pow(update.beta1, count)))
    settings.inverse_root = Float(1 / (1 - pow(update.beta2, count)).squareRoot())
    settings.epsilon = Float(update.epsilon)
    let numbers = settings
    forEachPart(of: parameters.rowCount * parameters.columnCount) { part in
      var settings = numbers
      let start = part.lowerBound
      kernels.adamw(
        parameters.base + start, gradients.base + start, firstMoments.base + start,
        secondMoments.base + start, part.count, &settings)
      (gradients.base + start).update(repeating: 0, count: part.count)
    }
  }

  /// Numbers that one task of a pass over memory takes; a fixed number, so that sums are too.
  private static var numbersPerPart: Int { 1 << 15 }

  private func forEachPart(of count: Int, _ body: (Range<Int>) -> Void) {
    pool.run((count + Self.numbersPerPart - 1) / Self.numbersPerPart) { part, _ in
      let start = part * Self.numbersPerPart
      body(start..<min(start + Self.numbersPerPart, count))
    }
  }
}

extension CPUTensor {
  /// All numbers of a tensor whose rows follow one another without gaps.
  var contiguousBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      UnsafeBufferPointer(start: base, count: rowCount * columnCount))
  }
}
