internal import Foundation

extension ReferenceBackend: TrainingBackend {
  public func storedMatrix(
    _ parameters: ReferenceTensor, layout: StoredMatrix.Layout
  ) -> StoredMatrix {
    let (first, second) = (parameters.rowCount, parameters.columnCount)
    return StoredMatrix(
      bytes: parameters.roundedBytes, type: .float32,
      outputs: layout == .outputsByInputs ? first : second,
      inputs: layout == .outputsByInputs ? second : first, layout: layout)
  }

  public func storedVector(_ parameters: ReferenceTensor) -> StoredVector {
    StoredVector(bytes: parameters.roundedBytes, type: .float32, count: parameters.columnCount)
  }

  public func load(_ bytes: StoredVector, into tensor: ReferenceTensor) {
    precondition(bytes.count == tensor.rowCount * tensor.columnCount)
    tensor.update { row, column, _ in
      Double(bytes.type.number(row * tensor.columnCount + column, of: bytes.bytes))
    }
  }

  public func copyBytes(of tensor: ReferenceTensor, to bytes: UnsafeMutableRawBufferPointer) {
    bytes.copyMemory(from: tensor.roundedBytes)
  }

  /// Numbers are double here.
  public func sharedMemory(of tensor: ReferenceTensor) -> UnsafeMutableBufferPointer<Float>? { nil }

  public func clear(_ tensor: ReferenceTensor) { tensor.update { _, _, _ in 0 } }

  public func copy(_ input: ReferenceTensor, into output: ReferenceTensor) {
    output.update { row, column, _ in input[row, column] }
  }

  public func fill(_ matrix: ReferenceMatrix, transposing sources: [StoredMatrix]) {
    var first = 0
    for source in sources {
      precondition(source.inputs == matrix.outputs)
      for output in 0..<source.outputs {
        for input in 0..<source.inputs {
          matrix.values[(first + output) * matrix.outputs + input] = source.weight(
            input: input, output: output)
        }
      }
      first += source.outputs
    }
    precondition(first == matrix.inputs)
  }

  public func multiplyByDerivative(
    _ gradient: ReferenceTensor, by transpose: ReferenceMatrix, activation: Activation,
    linear: ReferenceTensor, into output: ReferenceTensor
  ) {
    let products = Self.products(of: gradient, by: transpose, bias: nil)
    output.update { row, column, _ in
      products[row * transpose.outputs + column] * activation.slope(at: linear[row, column])
    }
    linear.update { _, _, x in activation.value(at: x) }
  }

  public func gatedGradient(
    gate: ReferenceTensor, up: ReferenceTensor, gradient: ReferenceTensor, activation: Activation
  ) {
    gradient.update { row, column, d in
      let (g, u) = (gate[row, column], up[row, column])
      gate[row, column] = d * u * activation.slope(at: g)
      up[row, column] = d * activation.value(at: g)
      return activation.value(at: g) * u
    }
  }

  public func addWeightGradients(
    input: ReferenceTensor, outputGradient: ReferenceTensor, layout: StoredMatrix.Layout,
    to gradients: [ReferenceTensor]
  ) {
    var first = 0
    for gradient in gradients {
      let outputs = layout == .outputsByInputs ? gradient.rowCount : gradient.columnCount
      gradient.update { row, column, value in
        let (output, own) = layout == .outputsByInputs ? (row, column) : (column, row)
        return (0..<input.rowCount).reduce(value) {
          $0 + input[$1, own] * outputGradient[$1, first + output]
        }
      }
      first += outputs
    }
  }

  public func addColumnSums(of rows: ReferenceTensor, to sums: ReferenceTensor) {
    sums.update { _, column, value in
      (0..<rows.rowCount).reduce(value) { $0 + rows[$1, column] }
    }
  }

  public func addEmbeddingGradient(
    _ tokens: ArraySlice<Int32>, gradient: ReferenceTensor, to tableGradient: ReferenceTensor
  ) {
    for (row, token) in tokens.enumerated() {
      for column in 0..<gradient.columnCount {
        tableGradient[Int(token), column] += gradient[row, column]
      }
    }
  }

  public func crossEntropy(
    _ hidden: ReferenceTensor, table: ReferenceMatrix, transpose: ReferenceMatrix,
    targets: ArraySlice<Int32>, scale: Float, hiddenGradient: ReferenceTensor,
    tableGradient: ReferenceTensor
  ) -> [Double] {
    let vocabulary = table.outputs
    let logits = Self.products(of: hidden, by: table, bias: nil)
    var losses: [Double] = []
    clear(hiddenGradient)
    for (row, target) in targets.enumerated() {
      guard target >= 0 else {
        losses.append(0)
        continue
      }
      let own = logits[row * vocabulary..<(row + 1) * vocabulary].map { $0 }
      let largest = own.max() ?? 0
      let total = own.reduce(0) { $0 + exp($1 - largest) }
      losses.append(largest + log(total) - own[Int(target)])
      for token in 0..<vocabulary {
        let slope =
          Double(scale) * (exp(own[token] - largest) / total - (token == Int(target) ? 1 : 0))
        for column in 0..<hidden.columnCount {
          hiddenGradient[row, column] +=
            slope * Double(transpose.values[token * transpose.outputs + column])
          tableGradient[token, column] += slope * hidden[row, column]
        }
      }
    }
    return losses
  }

  public func sumOfSquares(_ tensor: ReferenceTensor) -> Double {
    (0..<tensor.rowCount).reduce(0) { $0 + tensor.doubles(row: $1).reduce(0) { $0 + $1 * $1 } }
  }

  public func updateAdamW(
    parameters: ReferenceTensor, gradients: ReferenceTensor, firstMoments: ReferenceTensor,
    secondMoments: ReferenceTensor, update: AdamWUpdate
  ) {
    let (b1, b2, t) = (update.beta1, update.beta2, Double(update.updateCount))
    parameters.update { row, column, w in
      let g = gradients[row, column] * update.gradientScale
      let m = b1 * firstMoments[row, column] + (1 - b1) * g
      let v = b2 * secondMoments[row, column] + (1 - b2) * g * g
      firstMoments[row, column] = m
      secondMoments[row, column] = v
      let step = m / (1 - pow(b1, t)) / ((v / (1 - pow(b2, t))).squareRoot() + update.epsilon)
      return w * (1 - update.learningRate * update.weightDecay) - update.learningRate * step
    }
    clear(gradients)
  }
}

extension ReferenceTensor {
  /// Replaces each number by what `body` makes of its place and of itself.
  func update(_ body: (_ row: Int, _ column: Int, _ value: Double) -> Double) {
    for row in 0..<rowCount {
      for column in 0..<columnCount { self[row, column] = body(row, column, self[row, column]) }
    }
  }

  /// The numbers rounded to float32, of a tensor that is not a part of another.
  var roundedBytes: UnsafeRawBufferPointer {
    precondition(stride == columnCount || rowCount == 1)
    return UnsafeRawBufferPointer(
      UnsafeBufferPointer(rebasing: storage.round()[start..<start + rowCount * columnCount]))
  }
}

extension Activation {
  /// The derivative; at a corner the one that PyTorch takes.
  /// - Parameter x: Where.
  /// - Returns: The slope.
  func slope(at x: Double) -> Double {
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    switch self {
    case .geluExact:
      return erfc(-x * 0.5.squareRoot()) / 2 + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    case .geluClipped:
      return Activation.geluExact.value(at: x) > 10 ? 0 : Activation.geluExact.slope(at: x)
    case .geluTanh:
      let (a, b) = (2 * (2 / Double.pi).squareRoot(), 0.044715)
      let s = sigmoid(a * (x + b * x * x * x))
      return s + x * s * (1 - s) * a * (1 + 3 * b * x * x)
    case .geluSigmoid:
      let s = sigmoid(1.702 * x)
      return s + 1.702 * x * s * (1 - s)
    case .relu: return x > 0 ? 1 : 0
    case .silu:
      let s = sigmoid(x)
      return s * (1 + x * (1 - s))
    case .tanh: return 1 - Foundation.tanh(x) * Foundation.tanh(x)
    }
  }
}
