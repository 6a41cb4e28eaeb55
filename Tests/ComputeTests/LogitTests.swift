import Compute
import Testing

/// What remains of the logits, as comparable numbers.
private struct Reduction: Equatable {
  var logSumExps: [Double]
  var bestTokens: [Int32]
  var targetLogits: [Float]

  init(_ result: (rows: [RowLogits], targetLogits: [Float])) {
    logSumExps = result.rows.map(\.logSumExp)
    bestTokens = result.rows.map(\.bestToken)
    targetLogits = result.targetLogits
  }
}

/// A vocabulary projection of made-up numbers.
private struct LogitCase: CustomStringConvertible {
  var rows: Int
  var depth: Int
  var vocabulary: Int
  var type = ScalarType.float32
  var layout = StoredMatrix.Layout.outputsByInputs
  var hasBias = false

  var description: String {
    "\(rows) rows, depth \(depth), vocabulary \(vocabulary), \(type), \(layout), bias \(hasBias)"
  }

  /// Rows 0, 3, 6, …: first and last token and some between, one of them twice; row 1: one token.
  var targets: [LogitTarget] {
    (0..<rows).flatMap { row -> [LogitTarget] in
      let tokens: [Int]
      switch row % 3 {
      case 0: tokens = [vocabulary - 1, 0, vocabulary / 2, row % vocabulary, vocabulary / 2]
      case 1: tokens = [row * 7 % vocabulary]
      default: tokens = []
      }
      return tokens.map { LogitTarget(row: row, token: Int32($0)) }
    }
  }

  func reduce(targets: [LogitTarget], on backend: some TransferringBackend) -> Reduction {
    var random = Randomness(seed: depth + vocabulary)
    let hidden = backend.tensor(random.floats(rows * depth), columns: depth)
    let table = StoredNumbers(random.floats(vocabulary * depth), as: type, offset: 2)
    let bias = hasBias ? backend.vector(random.floats(vocabulary)) : nil
    return table.keep {
      Reduction(
        backend.reduceLogits(
          hidden, table: $0.matrix(outputs: vocabulary, inputs: depth, layout: layout), bias: bias,
          targets: targets))
    }
  }

  /// Errors of the product, of the exponentials (1 ulp) and of the maximum's subtraction.
  var tolerance: Double { Double(depth + 16) * 0x1p-24 }
}

@Suite("Logits")
struct LogitTests {
  /// Logits as given: one row of a hidden state that is 1.
  private func reduce(
    _ logits: [Float], targets: [Int32] = [], on backend: some TransferringBackend
  ) -> Reduction {
    StoredNumbers(logits).keep {
      Reduction(
        backend.reduceLogits(
          backend.tensor([1], columns: 1), table: $0.matrix(outputs: logits.count, inputs: 1),
          bias: nil, targets: targets.map { LogitTarget(row: 0, token: $0) }))
    }
  }

  @Test(
    "Log-sum-exp, best token and targets agree with the reference",
    arguments: [1, 31, 256, 257, 1000])
  func agreesWithReference(vocabulary: Int) {
    var cases = [(1, 64), (13, 3), (200, 16), (5, 257)].map { rows, depth in
      LogitCase(rows: rows, depth: depth, vocabulary: vocabulary, hasBias: rows != 13)
    }
    for type in ScalarType.allCases {
      cases.append(LogitCase(rows: 7, depth: 20, vocabulary: vocabulary, type: type))
      cases.append(
        LogitCase(
          rows: 7, depth: 20, vocabulary: vocabulary, type: type, layout: .inputsByOutputs,
          hasBias: true))
    }
    for logits in cases {
      let wanted = logits.reduce(targets: logits.targets, on: ReferenceBackend())
      for set in CPUBackend.InstructionSet.available {
        let backend = CPUBackend(threads: 2, instructionSet: set)
        let found = logits.reduce(targets: logits.targets, on: backend)
        let what = "\(set): \(logits)"
        expectClose(found.targetLogits, wanted.targetLogits, within: logits.tolerance, what)
        let sumError = zip(found.logSumExps, wanted.logSumExps).map { abs($0 - $1) }.max() ?? 0
        #expect(sumError < logits.tolerance, "\(what)")
        // Rounding may swap tokens whose logits lie closer than that.
        func logit(ofBest reduction: Reduction) -> [Float] {
          let best = reduction.bestTokens.enumerated().map {
            LogitTarget(row: $0.offset, token: $0.element)
          }
          return logits.reduce(targets: best, on: ReferenceBackend()).targetLogits
        }
        expectClose(logit(ofBest: found), logit(ofBest: wanted), within: logits.tolerance, what)
      }
    }
  }

  @Test(
    "The first of equal logits is the best, wherever they stand",
    arguments: CPUBackend.InstructionSet.available)
  func ties(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    for vocabulary in [1, 31, 256, 257, 1000] {
      for first in [0, 1, 15, 16, 30, 63, 64, 127, 128, 255, 256, 999] where first < vocabulary {
        for second in stride(from: first, to: vocabulary, by: 41) {
          var logits = (0..<vocabulary).map { -Float($0 % 5) }
          logits[first] = 2
          logits[second] = 2
          let found = reduce(logits, on: backend)
          #expect(found.bestTokens == [Int32(first)], "\(first) and \(second) of \(vocabulary)")
        }
      }
    }
    // Zeros of both signs are equal.
    #expect(reduce([-1, -0.0, 0, -0.0], on: backend).bestTokens == [1])
  }

  @Test(
    "NaN and infinite logits are treated as NumPy's argmax treats them",
    arguments: CPUBackend.InstructionSet.available)
  func notFinite(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    for vocabulary in [1, 31, 300] {
      for place in [0, 1, 16, 30, 200, 299] where place < vocabulary {
        for later in [place, vocabulary - 1] {
          for bad in [Float.nan, .infinity, -.infinity] {
            for other in [Float.nan, .infinity, -.infinity] {
              var logits = (0..<vocabulary).map { Float($0 % 7) }
              logits[later] = other
              logits[place] = bad
              let found = reduce(logits, targets: [Int32(place)], on: backend)
              let wanted = reduce(logits, targets: [Int32(place)], on: ReferenceBackend())
              let what = "\(bad) at \(place), \(other) at \(later) of \(vocabulary)"
              #expect(found.bestTokens == wanted.bestTokens, "\(what)")
              expectSameBits(
                found.targetLogits.map { $0.isNaN ? .nan : $0 },
                wanted.targetLogits.map { $0.isNaN ? .nan : $0 }, what)
              expectClose(
                found.logSumExps.map { Float($0) }, wanted.logSumExps.map { Float($0) },
                within: 1e-6, what)
            }
          }
        }
      }
    }
  }

  @Test(
    "Whole blocks of the vocabulary at -∞ count nothing",
    arguments: CPUBackend.InstructionSet.available)
  func excludedBlocks(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    var logits = [Float](repeating: -.infinity, count: 1000)
    #expect(reduce(logits, on: backend).logSumExps == [-.infinity])
    logits[700] = 3
    let found = reduce(logits, targets: [0, 700], on: backend)
    #expect(found.logSumExps == [3] && found.bestTokens == [700])
    #expect(found.targetLogits == [-.infinity, 3])
  }

  @Test(
    "Logits far apart neither overflow nor lose the largest",
    arguments: CPUBackend.InstructionSet.available)
  func extremes(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    for size in [0, 0x1p-140, 80, 1000, 3e38] as [Float] {
      let logits = (0..<300).map { size * (Float($0 - 150) / 150) }
      let found = reduce(logits, on: backend).logSumExps[0]
      let wanted = reduce(logits, on: ReferenceBackend()).logSumExps[0]
      #expect(abs(found - wanted) <= 3e-7, "\(size)")
    }
  }

  @Test(
    "More rows than are held at a time keep their order",
    arguments: CPUBackend.InstructionSet.available)
  func manyRows(set: CPUBackend.InstructionSet) {
    let backend = CPUBackend(threads: 2, instructionSet: set)
    let rows = 8200
    // The logits of row r are r, 2r and -r.
    let hidden = backend.tensor((0..<rows).map { Float($0) }, columns: 1)
    let targets = [0, 1, 8191, 8192, 8192, 8199].map { LogitTarget(row: $0, token: 1) }
    let found = StoredNumbers([1, 2, -1]).keep {
      Reduction(
        backend.reduceLogits(
          hidden, table: $0.matrix(outputs: 3, inputs: 1), bias: nil, targets: targets))
    }
    #expect(found.targetLogits == [0, 2, 16382, 16384, 16384, 16398])
    #expect(found.bestTokens == (0..<Int32(rows)).map { $0 == 0 ? 0 : 1 })
    // From row 100 on the other two tokens are below a double's precision.
    #expect(found.logSumExps[100...] == (100..<rows).map { Double(2 * $0) }[...])
  }
}
