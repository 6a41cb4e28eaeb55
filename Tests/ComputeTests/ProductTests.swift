import Compute
import Testing

/// A matrix product with everything that may follow it.
private struct ProductCase: CustomStringConvertible {
  var rows: Int
  var depth: Int
  var outputs: Int
  var epilogue = ProductEpilogue.store(nil)
  var hasBias = false

  var description: String {
    "[\(rows), \(depth)] · [\(depth), \(outputs)], \(epilogue), bias \(hasBias)"
  }

  func result(on backend: some TransferringBackend) -> [Float] {
    var random = Randomness(seed: rows * 31 + depth * 7 + outputs)
    let input = backend.tensor(random.floats(rows * depth), columns: depth)
    let matrix = backend.matrix(random.floats(outputs * depth), inputs: depth)
    let bias = hasBias ? backend.vector(random.floats(outputs)) : nil
    let output = backend.tensor(random.floats(rows * outputs), columns: outputs)
    backend.multiply(input, by: matrix, bias: bias, epilogue: epilogue, into: output)
    return backend.read(output)
  }

  func gatedResult(on backend: some TransferringBackend, activation: Activation) -> [Float] {
    var random = Randomness(seed: rows * 31 + depth * 7 + outputs)
    let input = backend.tensor(random.floats(rows * depth), columns: depth)
    let gate = backend.matrix(random.floats(outputs * depth), inputs: depth)
    let up = backend.matrix(random.floats(outputs * depth), inputs: depth)
    let gateBias = hasBias ? backend.vector(random.floats(outputs)) : nil
    let upBias = hasBias ? backend.vector(random.floats(outputs)) : nil
    let output = backend.makeTensor(rows: rows, columns: outputs)
    backend.multiplyGated(
      input, gate: gate, gateBias: gateBias, up: up, upBias: upBias, activation: activation,
      into: output)
    return backend.read(output)
  }

  /// Twice the largest error that was seen.
  ///
  /// Numbers of [-1, 1] make partial sums of about √k / 3 after k terms, at worst four times that,
  /// each rounded by up to 2^-24 of its size. A term left out would be about 0.25.
  var tolerance: Double { Double(depth + 12) * 0x1p-23 }
}

private let awkwardRows = [1, 5, 6, 12, 13, 193]
private let awkwardDepths = [1, 3, 16, 255, 256, 257, 700]
private let awkwardOutputs = [1, 15, 16, 17, 32, 33, 515]
private let epilogues: [ProductEpilogue] =
  [.store(nil), .accumulate] + Activation.allCases.map { .store($0) }

@Suite("Matrix products")
struct ProductTests {
  @Test("Every shape of a product agrees with the reference", arguments: awkwardRows)
  func shapes(rows: Int) {
    let reference = ReferenceBackend()
    let backends = CPUBackend.InstructionSet.available.map {
      CPUBackend(threads: 2, instructionSet: $0)
    }
    var epilogue = 0
    for depth in awkwardDepths {
      for outputs in awkwardOutputs {
        // Every shape meets one epilogue, and every epilogue many shapes.
        epilogue += 1
        let product = ProductCase(
          rows: rows, depth: depth, outputs: outputs,
          epilogue: epilogues[epilogue % epilogues.count], hasBias: epilogue % 3 != 0)
        let expected = product.result(on: reference)
        for backend in backends {
          expectClose(
            product.result(on: backend), expected, within: product.tolerance,
            "\(backend.instructionSet): \(product)")
        }
      }
    }
  }

  @Test(
    "Every epilogue of a product agrees with the reference",
    arguments: CPUBackend.InstructionSet.available)
  func allEpilogues(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    for epilogue in epilogues {
      for hasBias in [false, true] {
        for (rows, depth, outputs) in [(13, 300, 33), (24, 64, 64), (5, 3, 17)] {
          let product = ProductCase(
            rows: rows, depth: depth, outputs: outputs, epilogue: epilogue, hasBias: hasBias)
          expectClose(
            product.result(on: backend), product.result(on: ReferenceBackend()),
            within: product.tolerance, "\(product)")
        }
      }
    }
  }

  @Test(
    "A gated product agrees with the reference", arguments: CPUBackend.InstructionSet.available)
  func gated(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    for activation in Activation.allCases {
      for hasBias in [false, true] {
        for (rows, depth, outputs) in [(13, 257, 33), (24, 64, 64), (5, 3, 17), (193, 16, 515)] {
          let product = ProductCase(rows: rows, depth: depth, outputs: outputs, hasBias: hasBias)
          // Either factor, of a size up to √depth, carries the error of the other over.
          expectClose(
            product.gatedResult(on: backend, activation: activation),
            product.gatedResult(on: ReferenceBackend(), activation: activation),
            within: product.tolerance * Double(depth).squareRoot(), "\(activation): \(product)")
        }
      }
    }
  }

  /// Rows 2..<9 and columns 3..<20 of one tensor times a matrix, into rows 1..<8 and columns 5..<22 of
  /// another; returns all of the latter.
  private func slicedResult(on backend: some TransferringBackend) -> [Float] {
    var random = Randomness(seed: 5)
    let input = backend.tensor(random.floats(11 * 23), columns: 23).rows(2..<9).columns(3..<20)
    let output = backend.tensor(random.floats(9 * 31), columns: 31)
    backend.multiply(
      input, by: backend.matrix(random.floats(17 * 17), inputs: 17),
      bias: backend.vector(random.floats(17)), epilogue: .store(.silu),
      into: output.rows(1..<8).columns(5..<22))
    backend.multiplyGated(
      input, gate: backend.matrix(random.floats(3 * 17), inputs: 17), gateBias: nil,
      up: backend.matrix(random.floats(3 * 17), inputs: 17), upBias: nil, activation: .geluTanh,
      into: output.columns(28..<31).rows(0..<7))
    return backend.read(output)
  }

  @Test(
    "Products read and write views, and nothing beside them",
    arguments: CPUBackend.InstructionSet.available)
  func views(set: CPUBackend.InstructionSet) {
    expectClose(
      slicedResult(on: CPUBackend(threads: 2, instructionSet: set)),
      slicedResult(on: ReferenceBackend()), within: 2e-6, "views")
  }
}
