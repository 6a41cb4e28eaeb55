public import Compute

/// What a layer's forward pass leaves for its gradient; R rows of one micro-batch.
///
/// What can be had again for little is not kept: normalised rows and activated numbers.
public struct LayerRecord<Backend: ComputeBackend> {
  /// Residual stream before the layer, `[R, hidden size]`.
  public let input: Backend.Tensor
  /// Residual stream between attention and feed-forward layer, `[R, hidden size]`, where the two
  /// follow one another.
  let middle: Backend.Tensor?
  /// Queries, keys and values as attention read them, `[R, projection width]`.
  let projections: Backend.Tensor
  /// The same before the norms of heads, where there are such.
  let plainProjections: Backend.Tensor?
  /// Softmax statistics of attention, `[R, 2 · heads]`.
  let statistics: Backend.Tensor
  /// What attention gave, `[R, heads · head size]`.
  let attended: Backend.Tensor
  /// The feed-forward layer before its activation, `[R, intermediate size]`; of a gated one the gate.
  let linear: Backend.Tensor
  /// What the gate is multiplied with, `[R, intermediate size]`, where there is one.
  let up: Backend.Tensor?

  /// Reserves the memory.
  ///
  /// - Parameters:
  ///   - backend: Where.
  ///   - configuration: Of the model.
  ///   - projectionWidth: Columns of queries, keys and values.
  ///   - rows: R.
  init(_ backend: Backend, _ configuration: ModelConfiguration, projectionWidth: Int, rows: Int) {
    func tensor(_ columns: Int) -> Backend.Tensor {
      backend.makeTensor(rows: rows, columns: columns)
    }
    input = tensor(configuration.hiddenSize)
    middle = configuration.usesParallelResidual ? nil : tensor(configuration.hiddenSize)
    projections = tensor(projectionWidth)
    plainProjections = configuration.queryKeyNorm ? tensor(projectionWidth) : nil
    statistics = tensor(2 * configuration.headCount)
    attended = tensor(configuration.headCount * configuration.headSize)
    linear = tensor(configuration.intermediateSize)
    up = configuration.isGated ? tensor(configuration.intermediateSize) : nil
  }

  private init(
    input: Backend.Tensor, middle: Backend.Tensor?, projections: Backend.Tensor,
    plainProjections: Backend.Tensor?, statistics: Backend.Tensor, attended: Backend.Tensor,
    linear: Backend.Tensor, up: Backend.Tensor?
  ) {
    self.input = input
    self.middle = middle
    self.projections = projections
    self.plainProjections = plainProjections
    self.statistics = statistics
    self.attended = attended
    self.linear = linear
    self.up = up
  }

  /// The same memory for fewer rows.
  func first(_ count: Int) -> LayerRecord {
    func part(_ tensor: Backend.Tensor) -> Backend.Tensor { tensor.rows(0..<count) }
    return LayerRecord(
      input: part(input), middle: middle.map(part), projections: part(projections),
      plainProjections: plainProjections.map(part), statistics: part(statistics),
      attended: part(attended), linear: part(linear), up: up.map(part))
  }
}

extension ModelConfiguration {
  /// Numbers that a ``LayerRecord`` holds per row.
  ///
  /// - Parameter projectionWidth: Columns of queries, keys and values.
  /// - Returns: A count of float32 numbers.
  package func recordColumns(projectionWidth: Int) -> Int {
    hiddenSize * (usesParallelResidual ? 1 : 2) + projectionWidth * (queryKeyNorm ? 2 : 1)
      + headCount * (2 + headSize) + intermediateSize * (isGated ? 2 : 1)
  }

  /// Whether the feed-forward layer has a gate.
  public var isGated: Bool {
    switch family {
    case .gptNeoX, .gpt2: false
    case .llama, .mistral, .qwen2, .qwen3: true
    }
  }
}
