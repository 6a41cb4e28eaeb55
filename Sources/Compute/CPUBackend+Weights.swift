internal import CKernels

extension CPUBackend {
  public func fill(_ matrix: CPUMatrix, from sources: [StoredMatrix]) {
    precondition(sources.allSatisfy { $0.inputs == matrix.inputs })
    precondition(sources.reduce(0) { $0 + $1.outputs } == matrix.outputs)
    let panelSize = matrix.inputs * tileColumns
    reserveScratch(tileColumns * Self.depthPerStep)
    // One task per panel, so that a panel is written by one thread whatever sources it is made of.
    pool.run(matrix.panelCount) { panel, thread in
      let target = matrix.packed.base + panel * panelSize
      let first = panel * tileColumns
      let last = min(first + tileColumns, matrix.outputs)
      if last - first < tileColumns { target.update(repeating: 0, count: panelSize) }
      var start = 0
      for source in sources {
        let from = max(first, start)
        let to = min(last, start + source.outputs)
        if from < to {
          pack(
            source, outputs: from - start..<to - start, into: target, lane: from - first,
            scratch: scratch[thread].base)
        }
        start += source.outputs
      }
    }
  }

  public func fill(_ vector: CPUVector, from sources: [StoredVector]) {
    precondition(sources.reduce(0) { $0 + $1.count } == vector.count)
    var start = 0
    for source in sources where source.count > 0 {
      kernels.widen(
        vector.buffer.base + start, source.bytes.baseAddress, source.type.kernelType, source.count)
      start += source.count
    }
  }

  /// Inputs that are widened at a time, so that the step stays in the first-level cache.
  static var depthPerStep: Int { 128 }

  /// Writes some outputs of a stored matrix into lanes of a panel.
  ///
  /// - Parameters:
  ///   - source: The stored matrix.
  ///   - outputs: Which of its outputs.
  ///   - target: The panel, `[inputs, tileColumns]`.
  ///   - lane: Column of the first output.
  ///   - scratch: `tileColumns · depthPerStep` floats.
  func pack(
    _ source: StoredMatrix, outputs: Range<Int>, into target: UnsafeMutablePointer<Float>,
    lane: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    guard let bytes = source.bytes.baseAddress else { return }
    let size = source.type.byteCount
    switch source.layout {
    case .outputsByInputs:
      for depth in stride(from: 0, to: source.inputs, by: Self.depthPerStep) {
        let count = min(Self.depthPerStep, source.inputs - depth)
        if source.type == .float32, Int(bitPattern: bytes) % 4 == 0 {
          let start = bytes.assumingMemoryBound(to: Float.self)
          kernels.pack(
            target + depth * tileColumns, tileColumns, lane,
            start + outputs.lowerBound * source.inputs + depth, source.inputs, outputs.count, count)
          continue
        }
        for (row, output) in outputs.enumerated() {
          kernels.widen(
            scratch + row * Self.depthPerStep, bytes + (output * source.inputs + depth) * size,
            source.type.kernelType, count)
        }
        kernels.pack(
          target + depth * tileColumns, tileColumns, lane, scratch, Self.depthPerStep,
          outputs.count, count)
      }
    case .inputsByOutputs:
      for input in 0..<source.inputs {
        kernels.widen(
          target + input * tileColumns + lane,
          bytes + (input * source.outputs + outputs.lowerBound) * size, source.type.kernelType,
          outputs.count)
      }
    }
  }
}
