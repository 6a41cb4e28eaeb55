public import Compute

/// A backend that hands every operation on to another one, and notes what each took.
///
/// Results are the other's, bit by bit: tensors, matrices and vectors are its own. Models are generic
/// over their backend, so where this is not used nothing is paid for it.
public final class TimedBackend<Base: TrainingBackend>: TrainingBackend {
  public typealias Tensor = Base.Tensor
  public typealias Matrix = Base.Matrix
  public typealias Vector = Base.Vector
  typealias Key = OperationTimes.Key

  /// What does the work.
  public let base: Base
  /// What was noted.
  public let times = OperationTimes()
  private let isCancelled: () -> Bool

  /// Wraps a backend.
  ///
  /// - Parameters:
  ///   - base: What does the work.
  ///   - isCancelled: Asked before each operation. Once it says so operations do nothing, so that
  ///     whoever waits for a step is soon free; what the step gives is worthless then.
  public init(_ base: Base, isCancelled: @escaping () -> Bool = { false }) {
    self.base = base
    self.isCancelled = isCancelled
  }

  /// Whether the user has had enough.
  var isStopped: Bool { isCancelled() }

  /// Does an operation unless the user has had enough.
  func run(_ key: Key, operations: Double = 0, _ body: () -> Void) {
    if isStopped { return }
    times.measure(key, operations: operations, body)
  }

  // MARK: Memory

  public func makeTensor(rows: Int, columns: Int) -> Tensor {
    times.measure(Key(.allocate)) { base.makeTensor(rows: rows, columns: columns) }
  }

  public func makeMatrix(inputs: Int, outputs: Int) -> Matrix {
    times.measure(Key(.allocate)) { base.makeMatrix(inputs: inputs, outputs: outputs) }
  }

  public func makeVector(count: Int) -> Vector {
    times.measure(Key(.allocate)) { base.makeVector(count: count) }
  }

  public func fill(_ matrix: Matrix, from sources: [StoredMatrix]) {
    run(Key(.fillWeights)) { base.fill(matrix, from: sources) }
  }

  public func fill(_ vector: Vector, from sources: [StoredVector]) {
    run(Key(.fillVector)) { base.fill(vector, from: sources) }
  }

  public func copy(_ input: Tensor, into output: Tensor) {
    run(Key(.copy)) { base.copy(input, into: output) }
  }

  public func gather(_ rows: [Int], of input: Tensor, into output: Tensor) {
    run(Key(.gather)) { base.gather(rows, of: input, into: output) }
  }

  // MARK: Forwards

  public func embed(_ tokens: ArraySlice<Int32>, table: StoredMatrix, into output: Tensor) {
    run(Key(.embed)) { base.embed(tokens, table: table, into: output) }
  }

  public func addEmbedding(
    _ positions: ArraySlice<Int32>, table: StoredMatrix, to output: Tensor
  ) {
    run(Key(.embed)) { base.addEmbedding(positions, table: table, to: output) }
  }

  public func layerNorm(
    _ input: Tensor, weight: Vector, bias: Vector?, epsilon: Float, into output: Tensor
  ) {
    run(Key(.layerNorm)) {
      base.layerNorm(input, weight: weight, bias: bias, epsilon: epsilon, into: output)
    }
  }

  public func rmsNorm(_ input: Tensor, weight: Vector, epsilon: Float, into output: Tensor) {
    run(Key(.rmsNorm)) { base.rmsNorm(input, weight: weight, epsilon: epsilon, into: output) }
  }

  public func rmsNormHeads(
    _ rows: Tensor, column: Int, stride: Int, headCount: Int, weight: Vector, epsilon: Float
  ) {
    run(Key(.rmsNorm)) {
      base.rmsNormHeads(
        rows, column: column, stride: stride, headCount: headCount, weight: weight,
        epsilon: epsilon)
    }
  }

  public func multiply(
    _ input: Tensor, by matrix: Matrix, bias: Vector?, epilogue: ProductEpilogue,
    keepingLinear linear: Tensor?, into output: Tensor
  ) {
    let name: OperationTimes.Operation =
      switch epilogue {
      case .store(nil): .multiply
      case .store: .multiplyActivation
      case .accumulate: .multiplyAccumulate
      }
    let (inputs, outputs) = (input.columnCount, output.columnCount)
    run(
      Key(name, inputs: inputs, outputs: outputs),
      operations: WorkCount.product(rows: input.rowCount, inputs: inputs, outputs: outputs)
    ) {
      base.multiply(
        input, by: matrix, bias: bias, epilogue: epilogue, keepingLinear: linear, into: output)
    }
  }

  public func multiplyGated(
    _ input: Tensor, gate: Matrix, gateBias: Vector?, up: Matrix, upBias: Vector?,
    activation: Activation, keepingFactors factors: (gate: Tensor, up: Tensor)?,
    into output: Tensor
  ) {
    let (inputs, outputs) = (input.columnCount, output.columnCount)
    run(
      Key(.multiplyGated, inputs: inputs, outputs: 2 * outputs),
      operations: WorkCount.product(rows: input.rowCount, inputs: inputs, outputs: 2 * outputs)
    ) {
      base.multiplyGated(
        input, gate: gate, gateBias: gateBias, up: up, upBias: upBias, activation: activation,
        keepingFactors: factors, into: output)
    }
  }

  public func rotate(
    _ rows: Tensor, column: Int, stride: Int, headCount: Int, frequencies: RotaryTable,
    positions: ArraySlice<Int32>, direction: RotaryDirection
  ) {
    run(Key(.rotate)) {
      base.rotate(
        rows, column: column, stride: stride, headCount: headCount, frequencies: frequencies,
        positions: positions, direction: direction)
    }
  }

  public func attend(
    _ projections: Tensor, kept: Tensor?, layout: AttentionLayout, groups: [[AttentionSpan]],
    keepingStatistics statistics: Tensor?, into output: Tensor
  ) {
    run(Key(.attend), operations: WorkCount.attention(layout, groups: groups)) {
      base.attend(
        projections, kept: kept, layout: layout, groups: groups, keepingStatistics: statistics,
        into: output)
    }
  }

  public func reduceLogits(
    _ hidden: Tensor, table: StoredMatrix, bias: Vector?, targets: [LogitTarget]
  ) -> (rows: [RowLogits], targetLogits: [Float]) {
    if isStopped {
      return (
        Array(repeating: RowLogits(logSumExp: 0, bestToken: 0), count: hidden.rowCount),
        Array(repeating: 0, count: targets.count)
      )
    }
    return times.measure(
      Key(.reduceLogits, inputs: table.inputs, outputs: table.outputs),
      operations: WorkCount.product(
        rows: hidden.rowCount, inputs: table.inputs, outputs: table.outputs)
    ) {
      base.reduceLogits(hidden, table: table, bias: bias, targets: targets)
    }
  }
}
