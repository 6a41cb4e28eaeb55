internal import Compute
internal import LanguageModel
internal import Records

/// A backend with memory for operations, and the record that takes their times.
final class KernelBench<Backend: TrainingBackend> {
  let backend: Backend
  let session: BenchmarkSession
  var record: BenchmarkRecord

  init(_ backend: Backend, session: BenchmarkSession, record: BenchmarkRecord) {
    self.backend = backend
    self.session = session
    self.record = record
  }

  /// Measures one operation.
  ///
  /// - Parameters:
  ///   - group: Cases of a group stand together.
  ///   - name: What is done, and the shape.
  ///   - operations: Floating-point operations, where they are what counts.
  ///   - bytes: Bytes read and written at least, where they are what counts.
  ///   - body: The operation.
  func measure(
    _ group: String, _ name: String, operations: Double? = nil, bytes: Double? = nil,
    _ body: () -> Void
  ) {
    if session.isCancelled() { return }
    session.progress("\(group): \(name)")
    let times = session.repetitions.run(isCancelled: session.isCancelled) { _ in body() }
    guard let timing = TimingRecord(times), timing.median > 0 else { return }
    let gflops = operations.map { $0 / timing.median / 1e9 }
    let rate = bytes.map { $0 / timing.median }
    record.cases.append(
      BenchmarkCaseRecord(
        group: group, name: name, seconds: timing, gflops: gflops,
        fractionOfSGEMM: record.shareOfSGEMM(gflops), bytesPerSecond: rate,
        fractionOfMemoryRate: rate.flatMap { rate in record.memory.map { rate / $0.best } }))
  }

  /// A tensor of normal numbers, so that nothing is infinite or denormal.
  func tensor(_ rows: Int, _ columns: Int, deviation: Float = 1) -> Backend.Tensor {
    let tensor = backend.makeTensor(rows: rows, columns: columns)
    let numbers = FloatMemory(count: rows * columns, seed: 3)
    if deviation != 1 { for index in 0..<numbers.count { numbers.base[index] *= deviation } }
    withExtendedLifetime(numbers) {
      backend.load(
        StoredVector(
          bytes: UnsafeRawBufferPointer(numbers.numbers), type: .float32, count: numbers.count),
        into: tensor)
    }
    return tensor
  }

  /// A vector of normal numbers.
  func vector(_ count: Int) -> Backend.Vector {
    let vector = backend.makeVector(count: count)
    let numbers = tensor(1, count)
    withExtendedLifetime(numbers) { backend.fill(vector, from: [backend.storedVector(numbers)]) }
    return vector
  }

  /// A layer's products, forwards and both gradients, with their epilogues.
  func products(of model: ModelConfiguration, named name: String, rows: Int) {
    let (hidden, inner) = (model.hiddenSize, model.intermediateSize)
    let attended = model.headCount * model.headSize
    let projection = attended + 2 * model.keyValueHeadCount * model.headSize
    let group = "products of \(name), \(rows) rows"
    for (label, inputs, outputs, epilogue) in [
      ("query, key, value", hidden, projection, ProductEpilogue.store(nil)),
      ("attention output", attended, hidden, .accumulate),
      ("up, with GELU", hidden, inner, .store(.geluExact)), ("down", inner, hidden, .accumulate),
    ] {
      let work = WorkCount.product(rows: rows, inputs: inputs, outputs: outputs)
      let shape = "\(inputs)→\(outputs)"
      let (input, output) = (tensor(rows, inputs), tensor(rows, outputs, deviation: 0.01))
      let weights = tensor(outputs, inputs, deviation: 0.02)
      let stored = backend.storedMatrix(weights, layout: .outputsByInputs)
      let matrix = backend.makeMatrix(inputs: inputs, outputs: outputs)
      let transpose = backend.makeMatrix(inputs: outputs, outputs: inputs)
      let bias = vector(outputs)
      backend.fill(matrix, from: [stored])
      backend.fill(transpose, transposing: [stored])
      measure(group, "\(label) \(shape)", operations: work) {
        backend.multiply(input, by: matrix, bias: bias, epilogue: epilogue, into: output)
      }
      let (gradient, target) = (tensor(rows, outputs, deviation: 0.01), tensor(rows, inputs))
      measure(group, "\(label) \(shape), input gradient", operations: work) {
        backend.multiply(
          gradient, by: transpose, bias: nil, epilogue: .store(nil), into: target)
      }
      if label == "down" {
        let linear = tensor(rows, inputs)
        measure(group, "\(label) \(shape), input gradient with GELU's", operations: work) {
          backend.multiplyByDerivative(
            gradient, by: transpose, activation: .geluExact, linear: linear, into: target)
        }
      }
      let sums = backend.makeTensor(rows: outputs, columns: inputs)
      backend.clear(sums)
      measure(group, "\(label) \(shape), weight gradient", operations: work) {
        backend.addWeightGradients(
          input: input, outputGradient: gradient, layout: .outputsByInputs, to: [sums])
      }
      withExtendedLifetime(weights) {}
    }
  }

  /// The vocabulary's products, in training and in scoring.
  func loss(of model: ModelConfiguration, named name: String, rows: Int) {
    let (hidden, vocabulary) = (model.hiddenSize, model.vocabularySize)
    let group = "vocabulary of \(vocabulary), \(rows) rows"
    let work = WorkCount.product(rows: rows, inputs: hidden, outputs: vocabulary)
    let input = tensor(rows, hidden)
    let weights = tensor(vocabulary, hidden, deviation: 0.02)
    let stored = backend.storedMatrix(weights, layout: .outputsByInputs)
    let targets = (0..<rows).map { Int32(truncatingIfNeeded: ($0 &* 7919) % vocabulary) }
    let wanted = targets.enumerated().map { LogitTarget(row: $0.offset, token: $0.element) }
    measure(group, "\(name), logits reduced", operations: work) {
      _ = backend.reduceLogits(input, table: stored, bias: nil, targets: wanted)
    }
    let table = backend.makeMatrix(inputs: hidden, outputs: vocabulary)
    let transpose = backend.makeMatrix(inputs: vocabulary, outputs: hidden)
    backend.fill(table, from: [stored])
    backend.fill(transpose, transposing: [stored])
    let (hiddenGradient, tableGradient) = (tensor(rows, hidden), tensor(vocabulary, hidden))
    measure(group, "\(name), cross-entropy with gradients", operations: 3 * work) {
      _ = backend.crossEntropy(
        input, table: table, transpose: transpose, targets: targets[...], scale: 1e-3,
        hiddenGradient: hiddenGradient, tableGradient: tableGradient)
    }
    withExtendedLifetime(weights) {}
  }
}
