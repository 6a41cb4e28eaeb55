internal import Foundation

/// Every operation of ``ComputeBackend`` in the plainest loops: the definition that other backends
/// are tested against.
///
/// Arithmetic is in double; only weights are float32, as everywhere. Nothing is packed, blocked or
/// shared out, so what stands here can be read off the formula. It is some hundred times slower than
/// ``CPUBackend``: for tests, and for finding out which of two backends errs.
public final class ReferenceBackend: ComputeBackend {
  /// Creates a backend; it holds no state.
  public init() {}

  public func makeTensor(rows: Int, columns: Int) -> ReferenceTensor {
    ReferenceTensor(
      storage: .init(count: rows * columns), start: 0, stride: columns, rowCount: rows,
      columnCount: columns)
  }

  public func makeMatrix(inputs: Int, outputs: Int) -> ReferenceMatrix {
    ReferenceMatrix(inputs: inputs, outputs: outputs)
  }

  public func makeVector(count: Int) -> ReferenceVector { ReferenceVector(count: count) }

  /// Copies a tensor's numbers out, row after row.
  public func read(_ tensor: ReferenceTensor) -> [Float] {
    var result: [Float] = []
    for row in 0..<tensor.rowCount {
      for column in 0..<tensor.columnCount { result.append(Float(tensor[row, column])) }
    }
    return result
  }

  /// Copies numbers into a tensor, row after row.
  /// - Precondition: The counts agree.
  public func write(_ values: [Float], to tensor: ReferenceTensor) {
    precondition(values.count == tensor.rowCount * tensor.columnCount)
    for row in 0..<tensor.rowCount {
      for column in 0..<tensor.columnCount {
        tensor[row, column] = Double(values[row * tensor.columnCount + column])
      }
    }
  }

  public func fill(_ matrix: ReferenceMatrix, from sources: [StoredMatrix]) {
    precondition(sources.reduce(0) { $0 + $1.outputs } == matrix.outputs)
    var first = 0
    for source in sources {
      precondition(source.inputs == matrix.inputs)
      for input in 0..<source.inputs {
        for output in 0..<source.outputs {
          matrix.values[input * matrix.outputs + first + output] = source.weight(
            input: input, output: output)
        }
      }
      first += source.outputs
    }
  }

  public func fill(_ vector: ReferenceVector, from sources: [StoredVector]) {
    precondition(sources.reduce(0) { $0 + $1.count } == vector.values.count)
    vector.values = sources.flatMap { source in
      (0..<source.count).map { source.type.number($0, of: source.bytes) }
    }
  }

  public func embed(_ tokens: ArraySlice<Int32>, table: StoredMatrix, into output: ReferenceTensor)
  {
    precondition(output.columnCount == table.inputs && tokens.count == output.rowCount)
    for (row, token) in tokens.enumerated() {
      for column in 0..<table.inputs {
        output[row, column] = Double(table.weight(input: column, output: Int(token)))
      }
    }
  }

  public func addEmbedding(
    _ positions: ArraySlice<Int32>, table: StoredMatrix, to output: ReferenceTensor
  ) {
    precondition(output.columnCount == table.inputs && positions.count == output.rowCount)
    for (row, position) in positions.enumerated() {
      for column in 0..<table.inputs {
        output[row, column] += Double(table.weight(input: column, output: Int(position)))
      }
    }
  }

  public func layerNorm(
    _ input: ReferenceTensor, weight: ReferenceVector, bias: ReferenceVector?, epsilon: Float,
    into output: ReferenceTensor
  ) {
    precondition(input.rowCount == output.rowCount && input.columnCount == output.columnCount)
    let width = input.columnCount
    for row in 0..<input.rowCount {
      let numbers = input.doubles(row: row)
      let mean = numbers.reduce(0, +) / Double(width)
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      for column in 0..<width {
        let normal = (numbers[column] - mean) / (variance + Double(epsilon)).squareRoot()
        output[row, column] =
          normal * Double(weight.values[column]) + Double(bias?.values[column] ?? 0)
      }
    }
  }

  public func rmsNorm(
    _ input: ReferenceTensor, weight: ReferenceVector, epsilon: Float, into output: ReferenceTensor
  ) {
    precondition(input.rowCount == output.rowCount && input.columnCount == output.columnCount)
    let width = input.columnCount
    for row in 0..<input.rowCount {
      let numbers = input.doubles(row: row)
      let meanSquare = numbers.reduce(0) { $0 + $1 * $1 } / Double(width)
      for column in 0..<width {
        let normal = numbers[column] / (meanSquare + Double(epsilon)).squareRoot()
        output[row, column] = normal * Double(weight.values[column])
      }
    }
  }

  public func rmsNormHeads(
    _ rows: ReferenceTensor, column: Int, stride: Int, headCount: Int, weight: ReferenceVector,
    epsilon: Float
  ) {
    for head in 0..<headCount {
      let first = column + head * stride
      let view = rows.columns(first..<first + weight.values.count)
      rmsNorm(view, weight: weight, epsilon: epsilon, into: view)
    }
  }

  public func multiply(
    _ input: ReferenceTensor, by matrix: ReferenceMatrix, bias: ReferenceVector?,
    epilogue: ProductEpilogue, keepingLinear linear: ReferenceTensor?, into output: ReferenceTensor
  ) {
    precondition(input.rowCount == output.rowCount && output.columnCount == matrix.outputs)
    let products = Self.products(of: input, by: matrix, bias: bias)
    for row in 0..<output.rowCount {
      for column in 0..<output.columnCount {
        let sum = products[row * matrix.outputs + column]
        linear?[row, column] = sum
        switch epilogue {
        case .store(let activation): output[row, column] = activation?.value(at: sum) ?? sum
        case .accumulate: output[row, column] += sum
        }
      }
    }
  }

  public func multiplyGated(
    _ input: ReferenceTensor, gate: ReferenceMatrix, gateBias: ReferenceVector?,
    up: ReferenceMatrix, upBias: ReferenceVector?, activation: Activation,
    keepingFactors factors: (gate: ReferenceTensor, up: ReferenceTensor)?,
    into output: ReferenceTensor
  ) {
    precondition(input.rowCount == output.rowCount && output.columnCount == up.outputs)
    let gates = Self.products(of: input, by: gate, bias: gateBias)
    let ups = Self.products(of: input, by: up, bias: upBias)
    for row in 0..<output.rowCount {
      for column in 0..<output.columnCount {
        let index = row * up.outputs + column
        factors?.gate[row, column] = gates[index]
        factors?.up[row, column] = ups[index]
        output[row, column] = activation.value(at: gates[index]) * ups[index]
      }
    }
  }

  /// input · matrix + bias in double, `[rows, outputs]`.
  static func products(
    of input: ReferenceTensor, by matrix: ReferenceMatrix, bias: ReferenceVector?
  ) -> [Double] {
    precondition(input.columnCount == matrix.inputs)
    precondition(bias.map { $0.values.count == matrix.outputs } ?? true)
    var products: [Double] = []
    for row in 0..<input.rowCount {
      var sums = [Double](repeating: 0, count: matrix.outputs)
      for (inner, factor) in input.doubles(row: row).enumerated() {
        for column in 0..<matrix.outputs {
          sums[column] += factor * Double(matrix.values[inner * matrix.outputs + column])
        }
      }
      if let bias { for column in sums.indices { sums[column] += Double(bias.values[column]) } }
      products += sums
    }
    return products
  }

  public func rotate(
    _ rows: ReferenceTensor, column: Int, stride: Int, headCount: Int, frequencies: RotaryTable,
    positions: ArraySlice<Int32>, direction: RotaryDirection
  ) {
    precondition(positions.count == rows.rowCount)
    let pairs = frequencies.pairCount
    for (row, position) in positions.enumerated() {
      for head in 0..<headCount {
        for pair in 0..<pairs {
          let cosine = Double(frequencies.values[Int(position) * 2 * pairs + pair])
          let sine =
            Double(frequencies.values[Int(position) * 2 * pairs + pairs + pair])
            * Double(direction.rawValue)
          let first = column + head * stride + pair
          let (x, y) = (rows[row, first], rows[row, first + pairs])
          rows[row, first] = x * cosine - y * sine
          rows[row, first + pairs] = y * cosine + x * sine
        }
      }
    }
  }

  public func gather(_ rows: [Int], of input: ReferenceTensor, into output: ReferenceTensor) {
    precondition(rows.count == output.rowCount && input.columnCount == output.columnCount)
    for (row, source) in rows.enumerated() {
      for column in 0..<input.columnCount { output[row, column] = input[source, column] }
    }
  }
}

extension Activation {
  /// The function in double precision.
  /// - Parameter x: Where.
  /// - Returns: Its value; at the infinities what the formula gives, which may be NaN (∞ · 0).
  func value(at x: Double) -> Double {
    switch self {
    case .geluExact: x / 2 * erfc(-x * 0.5.squareRoot())
    case .geluClipped:
      Activation.geluExact.value(at: x) > 10 ? 10 : Activation.geluExact.value(at: x)
    case .geluTanh: x * Self.sigmoid(2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))
    case .geluSigmoid: x * Self.sigmoid(1.702 * x)
    case .relu: x < 0 ? 0 : x
    case .silu: x * Self.sigmoid(x)
    case .tanh: Foundation.tanh(x)
    }
  }

  /// 1 / (1 + e^-x); (1 + tanh u) / 2 is sigmoid(2u).
  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
