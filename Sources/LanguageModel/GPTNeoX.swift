public import Compute

/// GPT-NeoX and Pythia: partial rotary embedding, layer norms with bias, and attention and
/// feed-forward side by side or one after the other.
///
/// Black et al. 2022, arXiv:2204.06745; numbers as transformers' `GPTNeoXForCausalLM` has them.
public final class GPTNeoX<Backend: ComputeBackend>: CausalModel {
  public let configuration: ModelConfiguration
  public let projectionWidth: Int

  private let backend: Backend
  private let checkpoint: Checkpoint
  private let layout: AttentionLayout
  private let inputNorm: (weight: Backend.Vector, bias: Backend.Vector)
  private let feedForwardNorm: (weight: Backend.Vector, bias: Backend.Vector)
  private let projectQKV: Projection<Backend>
  private let projectOutput: Projection<Backend>
  private let expand: Projection<Backend>
  private let contract: Projection<Backend>
  private var workspace: Workspace<Backend>?
  private var rotary: RotaryTable?

  public init(checkpoint: Checkpoint, backend: Backend) {
    let configuration = checkpoint.configuration
    let (hidden, headSize) = (configuration.hiddenSize, configuration.headSize)
    self.configuration = configuration
    self.checkpoint = checkpoint
    self.backend = backend
    projectionWidth = 3 * hidden
    // Each head's query, key and value stand together in a row of the fused projection.
    layout = AttentionLayout(
      query: 0, queryStride: 3 * headSize, key: headSize, value: 2 * headSize,
      keyValueStride: 3 * headSize, headCount: configuration.headCount,
      keyValueHeadCount: configuration.headCount, headSize: headSize,
      scale: 1 / Float(headSize).squareRoot(), window: nil)
    let vector = { backend.makeVector(count: hidden) }
    inputNorm = (vector(), vector())
    feedForwardNorm = (vector(), vector())
    let inner = configuration.intermediateSize
    projectQKV = Projection(
      backend, inputs: hidden, outputs: 3 * hidden, hasBias: configuration.attentionBias)
    projectOutput = Projection(
      backend, inputs: hidden, outputs: hidden, hasBias: configuration.outputBias)
    expand = Projection(backend, inputs: hidden, outputs: inner, hasBias: configuration.mlpBias)
    contract = Projection(backend, inputs: inner, outputs: hidden, hasBias: configuration.mlpBias)
  }

  public func reserve(chunkRows: Int, positions: Int) {
    if (workspace?.rows ?? 0) < chunkRows {
      workspace = Workspace(
        backend, rows: chunkRows, hidden: configuration.hiddenSize, projection: projectionWidth,
        attended: configuration.hiddenSize, feedForward: configuration.intermediateSize)
    }
    if (rotary?.positionCount ?? 0) < positions {
      rotary = configuration.rotaryTable(positionCount: positions)
    }
  }

  public func embed(
    _ tokens: ArraySlice<Int32>, positions: ArraySlice<Int32>, into hidden: Backend.Tensor
  ) {
    let table = checkpoint.tensor(checkpoint.layout.inputEmbedding).matrix()
    backend.embed(tokens, table: table, into: hidden)
  }

  public func loadLayer(_ layer: Int) {
    let prefix = "gpt_neox.layers.\(layer)."
    func tensor(_ name: String) -> StoredTensor { checkpoint.tensor(prefix + name) }
    func fill(_ projection: Projection<Backend>, _ name: String) {
      projection.fill(
        [tensor(name + ".weight").matrix()],
        biases: projection.bias == nil ? [] : [tensor(name + ".bias").vector])
    }
    backend.fill(inputNorm.weight, from: [tensor("input_layernorm.weight").vector])
    backend.fill(inputNorm.bias, from: [tensor("input_layernorm.bias").vector])
    backend.fill(
      feedForwardNorm.weight, from: [tensor("post_attention_layernorm.weight").vector])
    backend.fill(feedForwardNorm.bias, from: [tensor("post_attention_layernorm.bias").vector])
    fill(projectQKV, "attention.query_key_value")
    fill(projectOutput, "attention.dense")
    fill(expand, "mlp.dense_h_to_4h")
    fill(contract, "mlp.dense_4h_to_h")
  }

  public func applyLayer(
    to hidden: Backend.Tensor, chunk: TokenBatch.Chunk, positions: ArraySlice<Int32>,
    kept: Backend.Tensor?
  ) {
    let work = attend(hidden, chunk: chunk, positions: positions, kept: kept)
    finishLayer(hidden, attended: work.attended, work: work)
  }

  public func applyLastLayer(
    to hidden: Backend.Tensor, chunk: TokenBatch.Chunk, positions: ArraySlice<Int32>,
    kept: Backend.Tensor?, rows: [Int], into output: Backend.Tensor
  ) {
    let work = attend(hidden, chunk: chunk, positions: positions, kept: kept)
    backend.gather(rows, of: hidden, into: output)
    finishLayer(
      output, attended: work.gatherAttended(rows, on: backend), work: work.first(rows.count))
  }

  /// The layer's first half: attention over the chunk, its output not yet projected.
  private func attend(
    _ hidden: Backend.Tensor, chunk: TokenBatch.Chunk, positions: ArraySlice<Int32>,
    kept: Backend.Tensor?
  ) -> Workspace<Backend> {
    guard let work = workspace?.first(hidden.rowCount), let rotary else {
      preconditionFailure("reserve(chunkRows:positions:) comes first")
    }
    backend.layerNorm(
      hidden, weight: inputNorm.weight, bias: inputNorm.bias, epsilon: configuration.normEpsilon,
      into: work.normalized)
    projectQKV.apply(work.normalized, into: work.projections)
    for column in [layout.query, layout.key] {
      backend.rotate(
        work.projections, column: column, stride: layout.queryStride,
        headCount: layout.headCount, frequencies: rotary, positions: positions)
    }
    backend.attend(
      work.projections, kept: kept, layout: layout, groups: chunk.groups, into: work.attended)
    backend.keep(chunk.keeps, of: work.projections, in: kept)
    return work
  }

  /// The layer's second half, row by row: output projection and feed-forward layer.
  private func finishLayer(
    _ hidden: Backend.Tensor, attended: Backend.Tensor, work: Workspace<Backend>
  ) {
    let activation = ProductEpilogue.store(configuration.activation)
    if configuration.usesParallelResidual {
      // Both branches read the stream as it was: the second norm comes before the first addition.
      backend.layerNorm(
        hidden, weight: feedForwardNorm.weight, bias: feedForwardNorm.bias,
        epsilon: configuration.normEpsilon, into: work.normalized)
      projectOutput.apply(attended, epilogue: .accumulate, into: hidden)
    } else {
      projectOutput.apply(attended, epilogue: .accumulate, into: hidden)
      backend.layerNorm(
        hidden, weight: feedForwardNorm.weight, bias: feedForwardNorm.bias,
        epsilon: configuration.normEpsilon, into: work.normalized)
    }
    expand.apply(work.normalized, epilogue: activation, into: work.feedForward)
    contract.apply(work.feedForward, epilogue: .accumulate, into: hidden)
  }

  public func normalizeOutput(_ hidden: Backend.Tensor, into output: Backend.Tensor) {
    let weight = backend.makeVector(count: configuration.hiddenSize)
    let bias = backend.makeVector(count: configuration.hiddenSize)
    backend.fill(weight, from: [checkpoint.tensor("gpt_neox.final_layer_norm.weight").vector])
    backend.fill(bias, from: [checkpoint.tensor("gpt_neox.final_layer_norm.bias").vector])
    backend.layerNorm(
      hidden, weight: weight, bias: bias, epsilon: configuration.normEpsilon, into: output)
  }

  public func outputTable() -> StoredMatrix {
    checkpoint.tensor(checkpoint.layout.outputEmbedding).matrix()
  }
}
