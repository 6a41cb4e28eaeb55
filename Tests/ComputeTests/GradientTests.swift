import Compute
import Testing

/// The fast gradients against the plain ones; what these are worth, finite differences of whole
/// models tell in LanguageModelTests.
@Suite("Gradients on the processor are those of the reference")
struct GradientTests {
  /// Largest absolute difference; the numbers are of the order of 1.
  static let tolerance = 2e-5

  /// A gradient as a test sees it: the same numbers go into two backends.
  private func expectAgreement(
    _ set: CPUBackend.InstructionSet, within tolerance: Double = Self.tolerance, _ what: String,
    cpu: (CPUBackend) -> [[Float]], reference: (ReferenceBackend) -> [[Float]]
  ) {
    let wanted = reference(ReferenceBackend())
    for threads in [1, 3] {
      let found = cpu(CPUBackend(threads: threads, instructionSet: set))
      #expect(found.count == wanted.count)
      for (index, (a, b)) in zip(found, wanted).enumerated() {
        expectClose(a, b, within: tolerance, "\(what), result \(index), \(threads) threads, \(set)")
      }
    }
  }

  @Test(
    "Weight gradients of products in both layouts", arguments: CPUBackend.InstructionSet.available)
  func weightGradients(set: CPUBackend.InstructionSet) {
    for (rows, inputs, outputs) in [
      (1, 1, 1), (5, 7, 19), (130, 33, 70), (300, 64, 96), (600, 2100, 20),
    ] {
      for layout in [StoredMatrix.Layout.outputsByInputs, .inputsByOutputs] {
        func run<Backend: TransferringBackend & TrainingBackend>(_ backend: Backend) -> [[Float]] {
          var random = Randomness(seed: rows)
          let input = backend.tensor(random.floats(rows * inputs), columns: inputs)
          let slopes = backend.tensor(random.floats(rows * outputs * 2), columns: 2 * outputs)
          let shape = layout == .outputsByInputs ? (outputs, inputs) : (inputs, outputs)
          let parts = (0..<2).map { _ in
            backend.tensor(random.floats(outputs * inputs), columns: shape.1)
          }
          backend.addWeightGradients(
            input: input, outputGradient: slopes, layout: layout, to: parts)
          let sums = backend.tensor(random.floats(2 * outputs), columns: 2 * outputs)
          backend.addColumnSums(of: slopes, to: sums)
          return parts.map { backend.read($0) } + [backend.read(sums)]
        }
        expectAgreement(set, "\(rows) × \(inputs) × \(outputs) \(layout)", cpu: run, reference: run)
      }
    }
  }

  @Test(
    "Input gradients through a transposed matrix", arguments: CPUBackend.InstructionSet.available)
  func inputGradients(set: CPUBackend.InstructionSet) {
    for (inputs, outputs) in [(3, 5), (40, 33), (64, 96)] {
      for layout in [StoredMatrix.Layout.outputsByInputs, .inputsByOutputs] {
        func run<Backend: TransferringBackend & TrainingBackend>(_ backend: Backend) -> [[Float]] {
          var random = Randomness(seed: inputs)
          let slopes = backend.tensor(random.floats(9 * 2 * outputs), columns: 2 * outputs)
          let matrix = backend.makeMatrix(inputs: 2 * outputs, outputs: inputs)
          let weights = (0..<2).map { _ in StoredNumbers(random.floats(inputs * outputs)) }
          withExtendedLifetime(weights) {
            backend.fill(
              matrix,
              transposing: weights.map {
                $0.matrix(outputs: outputs, inputs: inputs, layout: layout)
              })
          }
          let result = backend.makeTensor(rows: 9, columns: inputs)
          backend.multiply(slopes, by: matrix, bias: nil, epilogue: .store(nil), into: result)
          return [backend.read(result)]
        }
        expectAgreement(set, "\(inputs) × \(outputs) \(layout)", cpu: run, reference: run)
      }
    }
  }

  @Test("Activations and gates", arguments: CPUBackend.InstructionSet.available)
  func activations(set: CPUBackend.InstructionSet) {
    for activation in Activation.allCases {
      func run<Backend: TransferringBackend & TrainingBackend>(_ backend: Backend) -> [[Float]] {
        var random = Randomness(seed: 5)
        let (rows, outer, inner) = (13, 10, 21)
        let slopes = backend.tensor(random.floats(rows * outer), columns: outer)
        let transpose = backend.matrix(random.floats(outer * inner), inputs: outer)
        let linear = backend.tensor(random.floats(rows * inner).map { $0 * 6 }, columns: inner)
        let output = backend.makeTensor(rows: rows, columns: inner)
        backend.multiplyByDerivative(
          slopes, by: transpose, activation: activation, linear: linear, into: output)
        let gate = backend.tensor(random.floats(rows * inner).map { $0 * 6 }, columns: inner)
        let up = backend.tensor(random.floats(rows * inner), columns: inner)
        let gradient = backend.tensor(random.floats(rows * inner), columns: inner)
        backend.gatedGradient(gate: gate, up: up, gradient: gradient, activation: activation)
        return [output, linear, gate, up, gradient].map { backend.read($0) }
      }
      expectAgreement(set, "\(activation)", cpu: run, reference: run)
    }
  }

  @Test("Norms", arguments: CPUBackend.InstructionSet.available)
  func norms(set: CPUBackend.InstructionSet) {
    for (rows, width) in [(1, 3), (70, 24), (150, 67)] {
      func run<Backend: TransferringBackend & TrainingBackend>(_ backend: Backend) -> [[Float]] {
        var random = Randomness(seed: width)
        let input = backend.tensor(random.floats(rows * width), columns: width)
        let slopes = backend.tensor(random.floats(rows * width), columns: width)
        let weight = backend.vector(random.floats(width))
        let stream = backend.tensor(random.floats(rows * width), columns: width)
        let gains = (0..<3).map { _ in backend.tensor(random.floats(width), columns: width) }
        backend.addLayerNormGradient(
          input: input, outputGradient: slopes, weight: weight, epsilon: 1e-5,
          weightGradient: gains[0], biasGradient: gains[1], to: stream)
        backend.addRMSNormGradient(
          input: input, outputGradient: slopes, weight: weight, epsilon: 1e-5,
          weightGradient: gains[2], to: stream)
        let headWeight = backend.vector(random.floats(width / 3))
        let headGain = backend.tensor(random.floats(width / 3), columns: width / 3)
        backend.rmsNormHeadsGradient(
          input: input, gradient: slopes, column: 0, stride: width / 3, headCount: 3,
          weight: headWeight, epsilon: 1e-6, weightGradient: headGain)
        return ([stream, slopes, headGain] + gains).map { backend.read($0) }
      }
      // Normalised numbers of three elements can be large.
      expectAgreement(
        set, within: width == 3 ? 1e-3 : 5e-5, "\(rows) × \(width)", cpu: run, reference: run)
    }
  }

  @Test(
    "Attention over sequences of awkward lengths, shared heads and windows",
    arguments: CPUBackend.InstructionSet.available)
  func attention(set: CPUBackend.InstructionSet) {
    for (heads, keyHeads, size, window, lengths) in [
      (1, 1, 4, nil, [1]), (2, 1, 8, nil, [3, 7]), (4, 2, 20, 5, [60, 1, 49]),
      (2, 2, 64, nil, [130]), (3, 1, 16, 40, [200]), (2, 2, 32, nil, [97, 96, 48]),
    ] as [(Int, Int, Int, Int?, [Int])] {
      let layout = AttentionLayout(
        query: 0, queryStride: size, key: heads * size, value: (heads + keyHeads) * size,
        keyValueStride: size, headCount: heads, keyValueHeadCount: keyHeads, headSize: size,
        scale: 0.7, window: window)
      let width = (heads + 2 * keyHeads) * size
      var sequences: [Range<Int>] = []
      for length in lengths {
        let start = sequences.last?.upperBound ?? 0
        sequences.append(start..<start + length)
      }
      let rows = sequences.last?.upperBound ?? 0
      func run<Backend: TransferringBackend & TrainingBackend>(_ backend: Backend) -> [[Float]] {
        var random = Randomness(seed: rows)
        let projections = backend.tensor(random.floats(rows * width), columns: width)
        let attended = backend.makeTensor(rows: rows, columns: heads * size)
        let statistics = backend.makeTensor(rows: rows, columns: 2 * heads)
        backend.attend(
          projections, kept: nil, layout: layout,
          groups: sequences.map {
            [
              AttentionSpan(
                row: $0.lowerBound, count: $0.count, position: 0, source: .current,
                hasQueries: true)
            ]
          }, keepingStatistics: statistics, into: attended)
        let slopes = backend.tensor(random.floats(rows * heads * size), columns: heads * size)
        let gradient = backend.tensor(random.floats(rows * width), columns: width)
        backend.attendGradient(
          projections: projections, statistics: statistics, attended: attended,
          attendedGradient: slopes, layout: layout, sequences: sequences, into: gradient)
        return [backend.read(attended), backend.read(gradient)]
      }
      expectAgreement(
        set, "\(heads)/\(keyHeads) heads of \(size), window \(window ?? 0), \(lengths)", cpu: run,
        reference: run)
    }
  }

  @Test("Embeddings and cross-entropy", arguments: CPUBackend.InstructionSet.available)
  func crossEntropy(set: CPUBackend.InstructionSet) {
    for (rows, width, vocabulary) in [(1, 4, 3), (50, 12, 37), (70, 20, 4500)] {
      func run<Backend: TransferringBackend & TrainingBackend>(_ backend: Backend) -> [[Float]] {
        var random = Randomness(seed: vocabulary)
        let hidden = backend.tensor(random.floats(rows * width), columns: width)
        let weights = StoredNumbers(random.floats(vocabulary * width))
        let table = backend.makeMatrix(inputs: width, outputs: vocabulary)
        let transpose = backend.makeMatrix(inputs: vocabulary, outputs: width)
        let targets = (0..<rows).map { row in
          row % 7 == 6 ? -1 : Int32(random.next() % UInt64(vocabulary))
        }
        let gradient = backend.makeTensor(rows: rows, columns: width)
        let tableGradient = backend.tensor(random.floats(vocabulary * width), columns: width)
        return weights.keep { stored in
          let matrix = stored.matrix(outputs: vocabulary, inputs: width)
          backend.fill(table, from: [matrix])
          backend.fill(transpose, transposing: [matrix])
          let losses = backend.crossEntropy(
            hidden, table: table, transpose: transpose, targets: targets[...], scale: 0.25,
            hiddenGradient: gradient, tableGradient: tableGradient)
          let counted = targets.enumerated().filter { $0.element >= 0 }
          let logits = backend.reduceLogits(
            hidden, table: matrix, bias: nil,
            targets: counted.map { LogitTarget(row: $0.offset, token: $0.element) })
          if Backend.self == CPUBackend.self {
            for (index, target) in counted.enumerated() {
              let scored =
                logits.rows[target.offset].logSumExp - Double(logits.targetLogits[index])
              #expect(losses[target.offset] == scored, "training and scoring agree bit by bit")
            }
          }
          backend.addEmbeddingGradient(
            targets.map { max($0, 0) }[...], gradient: hidden, to: tableGradient)
          return [losses.map { Float($0) }] + [gradient, tableGradient].map { backend.read($0) }
        }
      }
      expectAgreement(set, "\(rows) × \(width) × \(vocabulary)", cpu: run, reference: run)
    }
  }

  @Test("Where memory has room for the logits of some rows only, gradients are the same")
  func crossEntropyInParts() {
    let (rows, width, vocabulary) = (70, 20, 4500)
    func gradients(logitsAtATime: Int) -> [[Float]] {
      let backend = CPUBackend(threads: 2)
      backend.logitsAtATime = logitsAtATime
      var random = Randomness(seed: 9)
      let hidden = backend.tensor(random.floats(rows * width), columns: width)
      let weights = StoredNumbers(random.floats(vocabulary * width))
      let table = backend.makeMatrix(inputs: width, outputs: vocabulary)
      let transpose = backend.makeMatrix(inputs: vocabulary, outputs: width)
      weights.keep { stored in
        let matrix = stored.matrix(outputs: vocabulary, inputs: width)
        backend.fill(table, from: [matrix])
        backend.fill(transpose, transposing: [matrix])
      }
      let gradient = backend.makeTensor(rows: rows, columns: width)
      let tableGradient = backend.tensor(
        [Float](repeating: 0, count: vocabulary * width), columns: width)
      let losses = backend.crossEntropy(
        hidden, table: table, transpose: transpose,
        targets: (0..<rows).map { Int32($0 * 61 % vocabulary) }[...], scale: 1,
        hiddenGradient: gradient, tableGradient: tableGradient)
      return [losses.map { Float($0) }, backend.read(gradient), backend.read(tableGradient)]
    }
    let (whole, parts) = (gradients(logitsAtATime: 1 << 30), gradients(logitsAtATime: 30 * 4500))
    #expect(whole[0] == parts[0] && whole[1] == parts[1])
    expectClose(parts[2], whole[2], within: 1e-6, "gradients of the table")
  }

  @Test("AdamW and sums of squares", arguments: CPUBackend.InstructionSet.available)
  func optimizer(set: CPUBackend.InstructionSet) {
    func run<Backend: TransferringBackend & TrainingBackend>(_ backend: Backend) -> [[Float]] {
      var random = Randomness(seed: 3)
      let count = 70_001
      let tensors = (0..<4).map { index in
        let numbers = random.floats(count)
        return backend.tensor(index == 3 ? numbers.map { $0 * $0 } : numbers, columns: count)
      }
      let sum = backend.sumOfSquares(tensors[1])
      for step in 1...2 {
        backend.updateAdamW(
          parameters: tensors[0], gradients: tensors[1], firstMoments: tensors[2],
          secondMoments: tensors[3],
          update: AdamWUpdate(
            gradientScale: 0.5, learningRate: 0.01, weightDecay: 0.1, beta1: 0.9, beta2: 0.95,
            epsilon: 1e-8, updateCount: step))
      }
      return [[Float(sum / 1e5)]] + tensors.map { backend.read($0) }
    }
    // Where the second moment begins near 0, an update is a quotient of small numbers.
    expectAgreement(set, within: 1e-4, "update", cpu: run, reference: run)
  }
}
