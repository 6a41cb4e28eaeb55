internal import Compute
internal import LanguageModel
internal import Records

extension KernelBench {
  /// Attention and its gradient over sequences of one length.
  func attention(of model: ModelConfiguration, length: Int, rows: Int) {
    let (heads, size) = (model.headCount, model.headSize)
    let count = max(1, rows / length)
    let total = count * length
    let layout = AttentionLayout(
      query: 0, queryStride: 3 * size, key: size, value: 2 * size, keyValueStride: 3 * size,
      headCount: heads, keyValueHeadCount: heads, headSize: size,
      scale: Float(model.attentionScale(ofLayer: 0)), window: nil)
    let sequences = (0..<count).map { $0 * length..<($0 + 1) * length }
    let groups = sequences.map {
      [
        AttentionSpan(
          row: $0.lowerBound, count: length, position: 0, source: .current, hasQueries: true)
      ]
    }
    let (projections, attended) = (tensor(total, 3 * heads * size), tensor(total, heads * size))
    let statistics = backend.makeTensor(rows: total, columns: 2 * heads)
    let group = "attention, \(heads) heads of \(size)"
    let name = "\(count) × \(length) tokens"
    measure(group, name, operations: WorkCount.attention(layout, groups: groups)) {
      backend.attend(
        projections, kept: nil, layout: layout, groups: groups, keepingStatistics: statistics,
        into: attended)
    }
    let (outputGradient, gradient) = (tensor(total, heads * size), tensor(total, 3 * heads * size))
    measure(
      group, "\(name), gradient",
      operations: WorkCount.attentionGradient(layout, sequences: sequences)
    ) {
      backend.attendGradient(
        projections: projections, statistics: statistics, attended: attended,
        attendedGradient: outputGradient, layout: layout, sequences: sequences, into: gradient)
    }
  }

  /// What passes over rows once.
  func rowOperations(of model: ModelConfiguration, rows: Int) {
    let hidden = model.hiddenSize
    let group = "rows, \(rows) × \(hidden)"
    let bytes = 4 * Double(rows) * Double(hidden)
    let (input, output, gradient) = (
      tensor(rows, hidden), tensor(rows, hidden), tensor(rows, hidden)
    )
    let (weight, bias) = (vector(hidden), vector(hidden))
    let (weightSums, biasSums) = (tensor(1, hidden), tensor(1, hidden))
    measure(group, "layer norm", bytes: 2 * bytes) {
      backend.layerNorm(input, weight: weight, bias: bias, epsilon: 1e-5, into: output)
    }
    measure(group, "layer norm gradient", bytes: 4 * bytes) {
      backend.addLayerNormGradient(
        input: input, outputGradient: gradient, weight: weight, epsilon: 1e-5,
        weightGradient: weightSums, biasGradient: biasSums, to: output)
    }
    measure(group, "RMS norm", bytes: 2 * bytes) {
      backend.rmsNorm(input, weight: weight, epsilon: 1e-5, into: output)
    }
    measure(group, "RMS norm gradient", bytes: 4 * bytes) {
      backend.addRMSNormGradient(
        input: input, outputGradient: gradient, weight: weight, epsilon: 1e-5,
        weightGradient: weightSums, to: output)
    }
    let table = RotaryTable(
      frequencies: model.inverseFrequencies().map { Float($0) }, positionCount: rows)
    let positions = (0..<rows).map { Int32($0) }
    let turned = Double(2 * table.pairCount * model.headCount) / Double(hidden)
    measure(group, "rotary embedding", bytes: 2 * turned * bytes) {
      backend.rotate(
        output, column: 0, stride: model.headSize, headCount: model.headCount, frequencies: table,
        positions: positions[...], direction: .forward)
    }
    measure(group, "bias gradient", bytes: bytes) {
      backend.addColumnSums(of: input, to: weightSums)
    }
    measure(group, "copy", bytes: 2 * bytes) { backend.copy(input, into: output) }
  }

  /// What passes over weights once, over about `count` of them.
  func memoryOperations(of model: ModelConfiguration, count: Int) {
    let hidden = model.hiddenSize
    let rows = max(1, count / hidden)
    let group = "weights, \(rows) × \(hidden)"
    let bytes = 4 * Double(rows) * Double(hidden)
    let parameters = tensor(rows, hidden, deviation: 0.02)
    let (gradients, first, second) = (
      tensor(rows, hidden, deviation: 1e-3), backend.makeTensor(rows: rows, columns: hidden),
      backend.makeTensor(rows: rows, columns: hidden)
    )
    backend.clear(first)
    backend.clear(second)
    let update = AdamWUpdate(
      gradientScale: 1, learningRate: 1e-4, weightDecay: 0.1, beta1: 0.9, beta2: 0.95,
      epsilon: 1e-8, updateCount: 10)
    // Four numbers are read and four written.
    measure(group, "AdamW", bytes: 8 * bytes) {
      backend.updateAdamW(
        parameters: parameters, gradients: gradients, firstMoments: first, secondMoments: second,
        update: update)
    }
    measure(group, "sum of squares", bytes: bytes) { _ = backend.sumOfSquares(parameters) }
    let stored = backend.storedMatrix(parameters, layout: .outputsByInputs)
    let matrix = backend.makeMatrix(inputs: hidden, outputs: rows)
    measure(group, "pack weights", bytes: 2 * bytes) { backend.fill(matrix, from: [stored]) }
    let transpose = backend.makeMatrix(inputs: rows, outputs: hidden)
    measure(group, "pack weights, transposed", bytes: 2 * bytes) {
      backend.fill(transpose, transposing: [stored])
    }
    withExtendedLifetime(parameters) {}
  }
}
