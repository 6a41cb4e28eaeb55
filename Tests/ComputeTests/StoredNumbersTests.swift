import CKernels
import Compute
import Testing

@Suite("Stored numbers")
struct StoredNumbersTests {
  /// All 65536 numbers of two bytes, as a backend widens them.
  private func widened(_ type: ScalarType, offset: Int, on backend: some TransferringBackend)
    -> [Float]
  {
    // A table of 256 rows of 256 numbers: embedding all rows shows every number.
    let stored = StoredNumbers(bits: Array(0...0xFFFF), as: type, offset: offset)
    let output = backend.makeTensor(rows: 256, columns: 256)
    stored.keep {
      backend.embed(
        Array(0..<256)[...], table: $0.matrix(outputs: 256, inputs: 256), into: output)
    }
    // A processor makes signalling NaN quiet, so NaN has no bits to compare.
    return backend.read(output).map { $0.isNaN ? .nan : $0 }
  }

  @Test(
    "Every half-precision number widens to its value",
    arguments: CPUBackend.InstructionSet.available, [0, 1])
  func float16(set: CPUBackend.InstructionSet, offset: Int) {
    let wanted = (0...UInt16.max).map { bits in
      let half = Float16(bitPattern: bits)
      return half.isNaN ? .nan : Float(half)
    }
    let backend = CPUBackend(threads: 2, instructionSet: set)
    expectSameBits(widened(.float16, offset: offset, on: backend), wanted, "\(set)")
    expectSameBits(widened(.float16, offset: offset, on: ReferenceBackend()), wanted, "reference")
  }

  @Test(
    "Every bfloat16 number widens to its value", arguments: CPUBackend.InstructionSet.available,
    [0, 1])
  func bfloat16(set: CPUBackend.InstructionSet, offset: Int) {
    let wanted = (0...UInt16.max).map { bits in
      let number = Float(bitPattern: UInt32(bits) << 16)
      return number.isNaN ? .nan : number
    }
    let backend = CPUBackend(threads: 2, instructionSet: set)
    expectSameBits(widened(.bfloat16, offset: offset, on: backend), wanted, "\(set)")
    expectSameBits(widened(.bfloat16, offset: offset, on: ReferenceBackend()), wanted, "reference")
  }

  /// Weights of several stored matrices side by side, fetched back by a product with the unit matrix,
  /// which is exact.
  private func filled(
    inputs: Int, sources: [(outputs: Int, type: ScalarType, layout: StoredMatrix.Layout)],
    offset: Int, on backend: some TransferringBackend
  ) -> [Float] {
    var random = Randomness(seed: inputs)
    let stored = sources.map { source in
      StoredNumbers(random.floats(inputs * source.outputs), as: source.type, offset: offset)
    }
    let outputs = sources.reduce(0) { $0 + $1.outputs }
    let matrix = backend.makeMatrix(inputs: inputs, outputs: outputs)
    withExtendedLifetime(stored) {
      backend.fill(
        matrix,
        from: zip(sources, stored).map { source, stored in
          stored.matrix(outputs: source.outputs, inputs: inputs, layout: source.layout)
        })
    }
    let unit = (0..<inputs * inputs).map { Float($0 % (inputs + 1) == 0 ? 1 : 0) }
    let output = backend.makeTensor(rows: inputs, columns: outputs)
    backend.multiply(
      backend.tensor(unit, columns: inputs), by: matrix, bias: nil, epilogue: .store(nil),
      into: output)
    return backend.read(output)
  }

  @Test(
    "Matrices of every type and layout come together as stored",
    arguments: CPUBackend.InstructionSet.available)
  func matrices(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    let layouts: [StoredMatrix.Layout] = [.outputsByInputs, .inputsByOutputs]
    for inputs in [1, 3, 128, 131] {
      for offset in [0, 1, 2] {
        for layout in layouts {
          for type in ScalarType.allCases {
            for sizes in [[1], [16], [17], [7, 1, 40], [33, 0, 2, 15]] {
              let sources = sizes.map { ($0, type, layout) }
              expectSameBits(
                filled(inputs: inputs, sources: sources, offset: offset, on: backend),
                filled(inputs: inputs, sources: sources, offset: offset, on: ReferenceBackend()),
                "\(inputs) inputs, \(sizes) outputs, \(type), \(layout), offset \(offset)")
            }
          }
        }
        // Types and layouts mixed in one matrix.
        let mixed = ScalarType.allCases.flatMap { type in layouts.map { (5, type, $0) } }
        expectSameBits(
          filled(inputs: inputs, sources: mixed, offset: offset, on: backend),
          filled(inputs: inputs, sources: mixed, offset: offset, on: ReferenceBackend()),
          "\(inputs) inputs, mixed, offset \(offset)")
      }
    }
  }

  @Test(
    "A matrix that is filled again holds the new weights alone",
    arguments: CPUBackend.InstructionSet.available)
  func refilled(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    let matrix = backend.makeMatrix(inputs: 1, outputs: 19)
    let output = backend.makeTensor(rows: 1, columns: 19)
    for factor in [1, 2] as [Float] {
      let weights = (0..<19).map { Float($0) * factor }
      StoredNumbers(weights).keep {
        backend.fill(matrix, from: [$0.matrix(outputs: 19, inputs: 1)])
      }
      backend.multiply(
        backend.tensor([1], columns: 1), by: matrix, bias: nil, epilogue: .store(nil),
        into: output)
      #expect(backend.read(output) == weights)
    }
  }

  /// Rows of tables, added up in a view, and gathered in another order.
  private func embedded(type: ScalarType, on backend: some TransferringBackend) -> [Float] {
    var random = Randomness(seed: 3)
    let table = StoredNumbers(random.floats(9 * 37), as: type, offset: 2)
    let positions = StoredNumbers(random.floats(5 * 37), as: type, offset: 6)
    let whole = backend.tensor(random.floats(8 * 40), columns: 40)
    let view = whole.rows(1..<7).columns(2..<39)
    let tokens: [Int32] = [99, 8, 0, 3, 3, 8, 1, 99]
    table.keep {
      backend.embed(tokens[1..<7], table: $0.matrix(outputs: 9, inputs: 37), into: view)
    }
    let places: [Int32] = [99, 0, 1, 2, 0, 4, 4]
    positions.keep {
      backend.addEmbedding(places[1...], table: $0.matrix(outputs: 5, inputs: 37), to: view)
    }
    let gathered = backend.makeTensor(rows: 4, columns: 37)
    backend.gather([5, 0, 0, 3], of: view, into: gathered)
    return backend.read(whole) + backend.read(gathered)
  }

  @Test(
    "Embeddings are the table's rows, and gathered rows the tensor's, to the bit",
    arguments: CPUBackend.InstructionSet.available)
  func embeddings(set: CPUBackend.InstructionSet) {
    for type in ScalarType.allCases {
      expectSameBits(
        embedded(type: type, on: CPUBackend(threads: 2, instructionSet: set)),
        embedded(type: type, on: ReferenceBackend()), "\(type)")
    }
  }

  @Test(
    "The first number that is not finite is found wherever it stands",
    arguments: CPUBackend.InstructionSet.available)
  func notFinite(set: CPUBackend.InstructionSet) throws {
    let kernels = try #require(cpteval_kernels_at(cpteval_level(UInt32(set.rawValue)))).pointee
    for count in [0, 1, 3, 15, 16, 63, 64, 65, 127, 200] {
      var values = (0..<count).map { _ in Float.greatestFiniteMagnitude }
      #expect(kernels.first_not_finite(values, count) == count)
      for place in 0..<count {
        for bad in [Float.nan, .infinity, -.infinity] {
          values[place] = bad
          #expect(kernels.first_not_finite(values, count) == place)
          // A later one of the other sign must not cancel it.
          values[count - 1] = -bad
          #expect(kernels.first_not_finite(values, count) == place)
          values[count - 1] = .leastNonzeroMagnitude
        }
        values[place] = -.greatestFiniteMagnitude
      }
    }
  }
}
