import Compute
import Testing

/// Scores must not depend on the batch: a row has the same bits whatever stands around it, in which
/// order, and on how many threads.
@Suite("Independence of rows")
struct RowIndependenceTests {
  private static let rowCount = 203
  private static let width = 300

  /// Orders in which a selection of the rows is computed.
  private static let selections: [[Int]] = {
    var random = Randomness(seed: 9)
    let all = Array(0..<rowCount)
    let shuffled = all.map { ($0, random.next()) }.sorted { $0.1 < $1.1 }.map(\.0)
    return [Array(all.reversed()), shuffled, Array(all[5..<17]), [202], [0], [100, 100, 7]]
      + [1, 5, 6, 7, 8, 11, 12, 13, 97].map { Array(shuffled.prefix($0)) }
  }()

  /// Expects each row of a result to be the same for every selection of rows and number of threads.
  /// - Parameters:
  ///   - set: The instruction set.
  ///   - what: Names the operation.
  ///   - compute: Results of an operation for the rows of a tensor, equally many numbers for each.
  private func expectIndependence(
    _ set: CPUBackend.InstructionSet, _ what: String,
    _ compute: (CPUBackend, CPUTensor) -> [Float]
  ) {
    var random = Randomness(seed: 4)
    let numbers = random.floats(Self.rowCount * Self.width)
    var expected: [Float] = []
    for threads in 1...3 {
      let backend = CPUBackend(threads: threads, instructionSet: set)
      let input = backend.tensor(numbers, columns: Self.width)
      let all = compute(backend, input)
      if threads == 1 { expected = all }
      expectSameBits(all, expected, "\(what), \(threads) threads")
      let columns = expected.count / Self.rowCount
      for selection in Self.selections {
        let some = backend.makeTensor(rows: selection.count, columns: Self.width)
        backend.gather(selection, of: input, into: some)
        expectSameBits(
          compute(backend, some),
          selection.flatMap { expected[$0 * columns..<($0 + 1) * columns] },
          "\(what), \(threads) threads, \(selection.count) rows")
      }
    }
  }

  @Test("Rows of products", arguments: CPUBackend.InstructionSet.available)
  func products(set: CPUBackend.InstructionSet) {
    var random = Randomness(seed: 1)
    let weights = random.floats(75 * Self.width)
    let others = random.floats(75 * Self.width)
    let biases = random.floats(75)
    for epilogue in [.store(nil), .store(.geluExact), .accumulate] as [ProductEpilogue] {
      expectIndependence(set, "product, \(epilogue)") { backend, input in
        let output = backend.tensor(
          [Float](repeating: 0.3, count: input.rowCount * 75), columns: 75)
        backend.multiply(
          input, by: backend.matrix(weights, inputs: Self.width), bias: backend.vector(biases),
          epilogue: epilogue, into: output)
        return backend.read(output)
      }
    }
    expectIndependence(set, "gated product") { backend, input in
      let output = backend.makeTensor(rows: input.rowCount, columns: 75)
      backend.multiplyGated(
        input, gate: backend.matrix(weights, inputs: Self.width), gateBias: backend.vector(biases),
        up: backend.matrix(others, inputs: Self.width), upBias: nil, activation: .silu,
        into: output)
      return backend.read(output)
    }
  }

  @Test("Rows of norms and rotations", arguments: CPUBackend.InstructionSet.available)
  func norms(set: CPUBackend.InstructionSet) {
    var random = Randomness(seed: 1)
    let weights = random.floats(Self.width)
    let biases = random.floats(Self.width)
    expectIndependence(set, "layer norm") { backend, input in
      let output = backend.makeTensor(rows: input.rowCount, columns: Self.width)
      backend.layerNorm(
        input, weight: backend.vector(weights), bias: backend.vector(biases), epsilon: 1e-5,
        into: output)
      return backend.read(output)
    }
    expectIndependence(set, "RMS norm") { backend, input in
      let output = backend.makeTensor(rows: input.rowCount, columns: Self.width)
      backend.rmsNorm(input, weight: backend.vector(weights), epsilon: 1e-5, into: output)
      return backend.read(output)
    }
    let table = RotaryTable(frequencies: (0..<20).map { 1 / Float($0 + 1) }, positionCount: 50)
    expectIndependence(set, "norm and rotation of heads") { backend, input in
      let rows = backend.makeTensor(rows: input.rowCount, columns: Self.width)
      backend.gather(Array(0..<input.rowCount), of: input, into: rows)
      backend.rmsNormHeads(
        rows, column: 1, stride: 50, headCount: 5, weight: backend.vector(Array(weights[..<49])),
        epsilon: 1e-5)
      backend.rotate(
        rows, column: 1, stride: 50, headCount: 5, frequencies: table,
        positions: [Int32](repeating: 31, count: rows.rowCount)[...])
      return backend.read(rows)
    }
  }

  @Test("Rows of logits", arguments: CPUBackend.InstructionSet.available)
  func logits(set: CPUBackend.InstructionSet) {
    var random = Randomness(seed: 1)
    let stored = StoredNumbers(random.floats(1100 * Self.width), as: .bfloat16)
    let biases = random.floats(1100)
    stored.keep { stored in
      expectIndependence(set, "logits") { backend, input in
        let targets = (0..<input.rowCount).flatMap { row in
          [0, 600, 1099].map { LogitTarget(row: row, token: $0) }
        }
        let (rows, logits) = backend.reduceLogits(
          input, table: stored.matrix(outputs: 1100, inputs: Self.width),
          bias: backend.vector(biases), targets: targets)
        return rows.indices.flatMap { row -> [Float] in
          // The two halves of the double, so that no bit is lost.
          let bits = rows[row].logSumExp.bitPattern
          return [
            Float(bitPattern: UInt32(bits >> 32)),
            Float(bitPattern: UInt32(truncatingIfNeeded: bits)), Float(rows[row].bestToken),
          ] + logits[row * 3..<row * 3 + 3]
        }
      }
    }
  }
}
