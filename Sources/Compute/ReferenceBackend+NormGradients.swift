extension ReferenceBackend {
  public func addLayerNormGradient(
    input: ReferenceTensor, outputGradient: ReferenceTensor, weight: ReferenceVector,
    epsilon: Float, weightGradient: ReferenceTensor, biasGradient: ReferenceTensor?,
    to inputGradient: ReferenceTensor
  ) {
    let width = Double(input.columnCount)
    for row in 0..<input.rowCount {
      let numbers = input.doubles(row: row)
      let mean = numbers.reduce(0, +) / width
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / width
      let deviation = (variance + Double(epsilon)).squareRoot()
      let normal = numbers.map { ($0 - mean) / deviation }
      let slopes = outputGradient.doubles(row: row)
      let scaled = zip(slopes, weight.values).map { $0 * Double($1) }
      let first = scaled.reduce(0, +) / width
      let second = zip(scaled, normal).reduce(0) { $0 + $1.0 * $1.1 } / width
      for column in normal.indices {
        weightGradient[0, column] += slopes[column] * normal[column]
        biasGradient?[0, column] += slopes[column]
        inputGradient[row, column] +=
          (scaled[column] - first - normal[column] * second) / deviation
      }
    }
  }

  public func addRMSNormGradient(
    input: ReferenceTensor, outputGradient: ReferenceTensor, weight: ReferenceVector,
    epsilon: Float, weightGradient: ReferenceTensor, to inputGradient: ReferenceTensor
  ) {
    for row in 0..<input.rowCount {
      let gradient = Self.rmsNormGradient(
        of: input.doubles(row: row), slopes: outputGradient.doubles(row: row), weight: weight,
        epsilon: epsilon, weightGradient: weightGradient)
      for (column, number) in gradient.enumerated() { inputGradient[row, column] += number }
    }
  }

  public func rmsNormHeadsGradient(
    input: ReferenceTensor, gradient: ReferenceTensor, column: Int, stride: Int, headCount: Int,
    weight: ReferenceVector, epsilon: Float, weightGradient: ReferenceTensor
  ) {
    for head in 0..<headCount {
      let first = column + head * stride
      let columns = first..<first + weight.values.count
      let (numbers, slopes) = (input.columns(columns), gradient.columns(columns))
      for row in 0..<input.rowCount {
        let result = Self.rmsNormGradient(
          of: numbers.doubles(row: row), slopes: slopes.doubles(row: row), weight: weight,
          epsilon: epsilon, weightGradient: weightGradient)
        for (index, number) in result.enumerated() { slopes[row, index] = number }
      }
    }
  }

  /// One row: the gradient with respect to its numbers; the weight's is added to.
  private static func rmsNormGradient(
    of numbers: [Double], slopes: [Double], weight: ReferenceVector, epsilon: Float,
    weightGradient: ReferenceTensor
  ) -> [Double] {
    let width = Double(numbers.count)
    let meanSquare = numbers.reduce(0) { $0 + $1 * $1 } / width
    let root = (meanSquare + Double(epsilon)).squareRoot()
    let normal = numbers.map { $0 / root }
    let scaled = zip(slopes, weight.values).map { $0 * Double($1) }
    let mean = zip(scaled, normal).reduce(0) { $0 + $1.0 * $1.1 } / width
    for column in normal.indices { weightGradient[0, column] += slopes[column] * normal[column] }
    return normal.indices.map { (scaled[$0] - normal[$0] * mean) / root }
  }
}
