import Compute
import Testing

@Suite("Rotary embedding")
struct RotaryTests {
  /// Heads turned inside wider rows of a view; the whole tensor is returned.
  private func turned(
    pairs: Int, heads: Int, headSize: Int, rows: Int, on backend: some TransferringBackend
  ) -> [Float] {
    var random = Randomness(seed: pairs * 100 + heads)
    let table = RotaryTable(
      frequencies: (0..<pairs).map { 1 / Float($0 + 1) }, positionCount: 400, scale: 1.25)
    let width = 2 + heads * (headSize + 1)
    let whole = backend.tensor(random.floats((rows + 2) * (width + 3)), columns: width + 3)
    let positions = (0..<rows + 1).map { Int32($0 * 37 % 400) }
    backend.rotate(
      whole.rows(1..<rows + 1).columns(2..<width + 2), column: 2, stride: headSize + 1,
      headCount: heads, frequencies: table, positions: positions[1...])
    return backend.read(whole)
  }

  @Test(
    "Turning whole and partial heads agrees with the reference, and touches nothing else",
    arguments: CPUBackend.InstructionSet.available)
  func agreesWithReference(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    for (pairs, headSize) in [
      (0, 4), (1, 2), (3, 6), (4, 16), (8, 64), (16, 33), (20, 80), (64, 128),
    ] {
      for (heads, rows) in [(1, 1), (3, 5), (2, 130)] {
        let found = turned(pairs: pairs, heads: heads, headSize: headSize, rows: rows, on: backend)
        let wanted = turned(
          pairs: pairs, heads: heads, headSize: headSize, rows: rows, on: ReferenceBackend())
        // Two products and a sum of numbers below 1.25 are off by at most three halves of an ulp.
        expectClose(
          found, wanted, within: 3 * 0x1p-24, "\(pairs) pairs of \(headSize), \(heads) heads")
      }
    }
  }

  @Test("A quarter turn takes (x, y) to (-y, x)", arguments: CPUBackend.InstructionSet.available)
  func quarterTurn(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 1, instructionSet: set)
    let row = backend.tensor([1, 2, 3, 4, 5], columns: 5)
    let table = RotaryTable(frequencies: [.pi / 2, 0], positionCount: 2)
    backend.rotate(row, column: 0, stride: 4, headCount: 1, frequencies: table, positions: [1])
    expectClose(backend.read(row), [-3, 2, 1, 4, 5], within: 5e-7, "\(set)")
  }

  @Test("Products of turned vectors depend on the distance of their positions alone")
  func relativePositions() {
    let backend = ReferenceBackend()
    var random = Randomness(seed: 1)
    let (query, key) = (random.floats(16), random.floats(16))
    let table = RotaryTable(
      frequencies: (0..<8).map { Float(1) / Float(1 << $0) }, positionCount: 200)
    let products = [(7, 3), (104, 100), (199, 195)].map { queryPosition, keyPosition in
      let rows = backend.tensor(query + key, columns: 16)
      backend.rotate(
        rows, column: 0, stride: 16, headCount: 1, frequencies: table,
        positions: [Int32(queryPosition), Int32(keyPosition)])
      let turned = backend.read(rows)
      return (0..<16).reduce(0) { $0 + Double(turned[$1]) * Double(turned[16 + $1]) }
    }
    // Frequencies are powers of two, so that every angle is exact in float32.
    #expect(abs(products[1] - products[0]) < 1e-6)
    #expect(abs(products[2] - products[0]) < 1e-6)
  }
}
