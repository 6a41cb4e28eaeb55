import Compute
import Testing

/// Rows of numbers to be normalised.
private struct NormCase: CustomStringConvertible {
  var rows: Int
  var width: Int
  /// Added to every number.
  var offset: Float = 0
  /// Factor on what remains.
  var spread: Float = 1
  var epsilon: Float = 1e-5
  var hasBias = true

  var description: String {
    "\(rows) × \(width), offset \(offset), spread \(spread), epsilon \(epsilon), bias \(hasBias)"
  }

  private func input(_ random: inout Randomness) -> [Float] {
    random.floats(rows * width).map { $0 * spread + offset }
  }

  func layerNorm(on backend: some TransferringBackend) -> [Float] {
    var random = Randomness(seed: rows + 1000 * width)
    let input = backend.tensor(input(&random), columns: width)
    let output = backend.makeTensor(rows: rows, columns: width)
    backend.layerNorm(
      input, weight: backend.vector(random.floats(width)),
      bias: hasBias ? backend.vector(random.floats(width)) : nil, epsilon: epsilon, into: output)
    return backend.read(output)
  }

  func rmsNorm(on backend: some TransferringBackend) -> [Float] {
    var random = Randomness(seed: rows + 1000 * width)
    let input = backend.tensor(input(&random), columns: width)
    let output = backend.makeTensor(rows: rows, columns: width)
    backend.rmsNorm(
      input, weight: backend.vector(random.floats(width)), epsilon: epsilon, into: output)
    return backend.read(output)
  }

  /// Two roundings of numbers up to max(√width, 2), the largest that a normalised row can hold.
  var tolerance: Double { 2 * 0x1p-24 * max(Double(width).squareRoot(), 2) }

  static let all: [NormCase] =
    [1, 5, 65, 193].flatMap { rows in
      [1, 3, 16, 17, 255, 700].map { NormCase(rows: rows, width: $0, hasBias: $0 % 2 == 1) }
    } + [
      // Numbers near 10⁴ are multiples of 2^-10, so these are four to eight steps apart.
      NormCase(rows: 7, width: 100, offset: 1e4, spread: 0.01),
      NormCase(rows: 7, width: 100, offset: -1e4, spread: 0.01, hasBias: false),
      NormCase(rows: 7, width: 33, offset: 1e4, spread: 1),
      NormCase(rows: 7, width: 33, offset: 1e4, spread: 0),
      NormCase(rows: 7, width: 33, spread: 1e30),
      NormCase(rows: 7, width: 33, spread: 2e38),
      NormCase(rows: 7, width: 33, spread: 1e-20),
      NormCase(rows: 7, width: 33, spread: 0x1p-140, epsilon: 1e-12),
      NormCase(rows: 7, width: 33, spread: 0x1p-140, epsilon: 0),
      NormCase(rows: 7, width: 33, spread: 0),
    ]
}

@Suite("Norms")
struct NormTests {
  @Test(
    "Layer norm agrees with the reference, far from zero too",
    arguments: CPUBackend.InstructionSet.available)
  func layerNorm(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    for norm in NormCase.all {
      expectClose(
        norm.layerNorm(on: backend), norm.layerNorm(on: ReferenceBackend()),
        within: norm.tolerance, "\(norm)")
    }
  }

  @Test("RMS norm agrees with the reference", arguments: CPUBackend.InstructionSet.available)
  func rmsNorm(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    for norm in NormCase.all {
      expectClose(
        norm.rmsNorm(on: backend), norm.rmsNorm(on: ReferenceBackend()), within: norm.tolerance,
        "\(norm)")
    }
  }

  @Test(
    "Norms of a row with NaN or infinity are NaN",
    arguments: CPUBackend.InstructionSet.available)
  func notFinite(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    let rows: [Float] = (0..<3 * 20).map { $0 == 7 ? .nan : $0 == 25 ? .infinity : 1 + Float($0) }
    let input = backend.tensor(rows, columns: 20)
    let output = backend.makeTensor(rows: 3, columns: 20)
    let ones = backend.vector([Float](repeating: 1, count: 20))
    backend.layerNorm(input, weight: ones, bias: nil, epsilon: 1e-5, into: output)
    #expect(backend.read(output).map(\.isNaN) == (0..<60).map { $0 < 40 })
    // x / ∞ is 0 where x is finite.
    backend.rmsNorm(input, weight: ones, epsilon: 1e-5, into: output)
    #expect(backend.read(output).map(\.isNaN) == (0..<60).map { $0 < 20 || $0 == 25 })
  }

  /// Norms of views in place, and of single heads.
  private func inPlace(on backend: some TransferringBackend) -> [Float] {
    var random = Randomness(seed: 11)
    let whole = backend.tensor(random.floats(9 * 50), columns: 50)
    let view = whole.rows(2..<8).columns(1..<38)
    let weight = backend.vector(random.floats(37))
    backend.layerNorm(
      view, weight: weight, bias: backend.vector(random.floats(37)), epsilon: 1e-5, into: view)
    let firstRows = whole.rows(0..<4).columns(3..<40)
    backend.rmsNorm(firstRows, weight: weight, epsilon: 1e-6, into: firstRows)
    // Three heads of nine columns, twelve apart, from column 10 on.
    backend.rmsNormHeads(
      whole.rows(1..<9), column: 10, stride: 12, headCount: 3,
      weight: backend.vector(random.floats(9)), epsilon: 1e-6)
    return backend.read(whole)
  }

  @Test(
    "Norms work in place on views and heads, and touch nothing beside them",
    arguments: CPUBackend.InstructionSet.available)
  func views(set: CPUBackend.InstructionSet) {
    // Two to four norms on top of each other, each passing on the error of the one before.
    expectClose(
      inPlace(on: CPUBackend(threads: 2, instructionSet: set)), inPlace(on: ReferenceBackend()),
      within: 4e-7, "in place")
  }
}
