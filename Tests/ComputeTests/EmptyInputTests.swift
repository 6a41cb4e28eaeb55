import Compute
import Testing

@Suite("Nothing to do, and next to nothing")
struct EmptyInputTests {
  @Test("No rows, spans or targets are no trouble", arguments: CPUBackend.InstructionSet.available)
  func nothing(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    let weights = [Float](repeating: 1, count: 24)
    let (matrix, vector) = (backend.matrix(weights, inputs: 4), backend.vector([1, 1, 1, 1]))
    let input = backend.makeTensor(rows: 0, columns: 4)
    let output = backend.makeTensor(rows: 0, columns: 6)
    backend.multiply(input, by: matrix, bias: nil, epilogue: .store(.silu), into: output)
    backend.multiply(input, by: matrix, bias: nil, epilogue: .accumulate, into: output)
    backend.multiplyGated(
      input, gate: matrix, gateBias: nil, up: matrix, upBias: nil, activation: .silu, into: output)
    backend.layerNorm(input, weight: vector, bias: vector, epsilon: 1e-5, into: input)
    backend.rmsNorm(input, weight: vector, epsilon: 1e-5, into: input)
    backend.rmsNormHeads(
      input, column: 0, stride: 4, headCount: 1, weight: vector, epsilon: 1e-5)
    let table = RotaryTable(frequencies: [1], positionCount: 1)
    backend.rotate(
      input, column: 0, stride: 4, headCount: 1, frequencies: table, positions: [])
    let nothing = RotaryTable(frequencies: [], positionCount: 0)
    backend.rotate(
      input, column: 0, stride: 4, headCount: 1, frequencies: nothing, positions: [])
    backend.gather([], of: backend.tensor([1, 2], columns: 2), into: input.columns(1..<3))
    StoredNumbers(weights).keep { stored in
      let table = stored.matrix(outputs: 6, inputs: 4)
      backend.embed([], table: table, into: input)
      backend.addEmbedding([], table: table, to: input)
      let reduced = backend.reduceLogits(input, table: table, bias: nil, targets: [])
      #expect(reduced.rows.isEmpty && reduced.targetLogits.isEmpty)
      let some = backend.reduceLogits(
        backend.tensor([1, 2, 3, 4], columns: 4), table: table, bias: nil, targets: [])
      #expect(some.rows.count == 1 && some.targetLogits.isEmpty)
    }
    StoredNumbers([]).keep {
      let empty = backend.makeMatrix(inputs: 4, outputs: 0)
      backend.fill(empty, from: [$0.matrix(outputs: 0, inputs: 4)])
      backend.fill(empty, from: [])
      backend.fill(backend.makeVector(count: 0), from: [$0.vector])
    }
    #expect(backend.read(output).isEmpty)
  }

  @Test(
    "Attention over no groups, no spans and spans without tokens changes nothing",
    arguments: CPUBackend.InstructionSet.available)
  func noSpans(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    func span(_ row: Int, _ count: Int, at position: Int) -> AttentionSpan {
      AttentionSpan(row: row, count: count, position: position, source: .current, hasQueries: true)
    }
    let numbers = (0..<60).map { Float($0) }
    for groups in [[], [[]], [[], []], [[span(0, 0, at: 0)]]] as [[[AttentionSpan]]] {
      let attention = AttentionCase(headSize: 2, heads: 2, keyValueHeads: 1, groups: groups)
      let result = attention.result(
        of: backend.tensor(numbers, columns: 10), kept: nil, on: backend)
      #expect(result.allSatisfy { $0.isNaN })
    }
    // An empty span between two others is as if it were not there.
    let base = [span(0, 3, at: 0), span(3, 2, at: 3)]
    let withGap = [span(0, 3, at: 0), span(6, 0, at: 3), span(3, 2, at: 3), span(0, 0, at: 5)]
    let results = [base, withGap].map { spans in
      AttentionCase(headSize: 2, heads: 2, keyValueHeads: 1, groups: [spans]).result(
        of: backend.tensor(numbers, columns: 10), kept: nil, on: backend)
    }
    expectSameBits(
      results[1].map { $0.isNaN ? 0 : $0 }, results[0].map { $0.isNaN ? 0 : $0 }, "\(set)")
  }

  @Test(
    "Subnormal numbers and negative zeros go through every product as the reference has them",
    arguments: CPUBackend.InstructionSet.available)
  func subnormal(set: CPUBackend.InstructionSet) {
    func results(on backend: some TransferringBackend) -> [Float] {
      let input = backend.tensor(
        [0x1p-140, -0x1p-149, -0.0, 0x1p-126, -0x1p-130, 0], columns: 3)
      let output = backend.makeTensor(rows: 2, columns: 2)
      backend.multiply(
        input, by: backend.matrix([1, 1, 1, -1, 0.5, 2], inputs: 3), bias: nil,
        epilogue: .store(nil), into: output)
      return backend.read(output)
    }
    // Every number is a multiple of 2^-149 but one that ends in 2^-150.
    expectClose(
      results(on: CPUBackend(threads: 1, instructionSet: set)), results(on: ReferenceBackend()),
      within: 0x1p-149, "\(set)")
  }
}
