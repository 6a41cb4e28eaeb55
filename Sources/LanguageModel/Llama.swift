public import Compute

/// Llama, Mistral, Qwen2 and Qwen3: root-mean-square norms, rotary embedding on whole heads, shared
/// key and value heads, a gated feed-forward layer; Qwen3 also normalises queries and keys.
///
/// Touvron et al. 2023, arXiv:2302.13971; numbers as transformers' `LlamaForCausalLM`,
/// `MistralForCausalLM`, `Qwen2ForCausalLM` and `Qwen3ForCausalLM` have them.
public final class Llama<Backend: ComputeBackend>: CausalModel {
  public let configuration: ModelConfiguration
  public let projectionWidth: Int

  private let backend: Backend
  private let checkpoint: Checkpoint
  private let inputNorm: Backend.Vector
  private let feedForwardNorm: Backend.Vector
  private let queryNorm: Backend.Vector
  private let keyNorm: Backend.Vector
  private let projectQKV: Projection<Backend>
  private let projectOutput: Projection<Backend>
  private let gate: Projection<Backend>
  private let expand: Projection<Backend>
  private let contract: Projection<Backend>
  private var workspace: Workspace<Backend>?
  private var rotary: RotaryTable?
  private var layer = 0

  public init(checkpoint: Checkpoint, backend: Backend) {
    let configuration = checkpoint.configuration
    let hidden = configuration.hiddenSize
    let queryWidth = configuration.headCount * configuration.headSize
    self.configuration = configuration
    self.checkpoint = checkpoint
    self.backend = backend
    projectionWidth = queryWidth + 2 * configuration.keyValueHeadCount * configuration.headSize
    inputNorm = backend.makeVector(count: hidden)
    feedForwardNorm = backend.makeVector(count: hidden)
    queryNorm = backend.makeVector(count: configuration.headSize)
    keyNorm = backend.makeVector(count: configuration.headSize)
    projectQKV = Projection(
      backend, inputs: hidden, outputs: projectionWidth, hasBias: configuration.attentionBias)
    projectOutput = Projection(
      backend, inputs: queryWidth, outputs: hidden, hasBias: configuration.outputBias)
    let (inner, hasBias) = (configuration.intermediateSize, configuration.mlpBias)
    gate = Projection(backend, inputs: hidden, outputs: inner, hasBias: hasBias)
    expand = Projection(backend, inputs: hidden, outputs: inner, hasBias: hasBias)
    contract = Projection(backend, inputs: inner, outputs: hidden, hasBias: hasBias)
  }

  public func reserve(chunkRows: Int, positions: Int) {
    if (workspace?.rows ?? 0) < chunkRows {
      workspace = Workspace(
        backend, rows: chunkRows, hidden: configuration.hiddenSize, projection: projectionWidth,
        attended: configuration.headCount * configuration.headSize,
        feedForward: configuration.intermediateSize)
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
    self.layer = layer
    let prefix = "model.layers.\(layer)."
    func tensor(_ name: String) -> StoredTensor { checkpoint.tensor(prefix + name) }
    func fill(_ projection: Projection<Backend>, _ names: [String]) {
      projection.fill(
        names.map { tensor($0 + ".weight").matrix() },
        biases: projection.bias == nil ? [] : names.map { tensor($0 + ".bias").vector })
    }
    backend.fill(inputNorm, from: [tensor("input_layernorm.weight").vector])
    backend.fill(feedForwardNorm, from: [tensor("post_attention_layernorm.weight").vector])
    if configuration.queryKeyNorm {
      backend.fill(queryNorm, from: [tensor("self_attn.q_norm.weight").vector])
      backend.fill(keyNorm, from: [tensor("self_attn.k_norm.weight").vector])
    }
    fill(projectQKV, ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"])
    fill(projectOutput, ["self_attn.o_proj"])
    fill(gate, ["mlp.gate_proj"])
    fill(expand, ["mlp.up_proj"])
    fill(contract, ["mlp.down_proj"])
  }

  /// Queries of all heads, then all keys, then all values.
  private func layout(layer: Int) -> AttentionLayout {
    let headSize = configuration.headSize
    let queries = configuration.headCount * headSize
    return AttentionLayout(
      query: 0, queryStride: headSize, key: queries,
      value: queries + configuration.keyValueHeadCount * headSize, keyValueStride: headSize,
      headCount: configuration.headCount, keyValueHeadCount: configuration.keyValueHeadCount,
      headSize: headSize, scale: 1 / Float(headSize).squareRoot(),
      window: configuration.windows[layer])
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
    let layout = layout(layer: layer)
    let epsilon = configuration.normEpsilon
    backend.rmsNorm(hidden, weight: inputNorm, epsilon: epsilon, into: work.normalized)
    projectQKV.apply(work.normalized, into: work.projections)
    for (column, heads, norm) in [
      (layout.query, layout.headCount, queryNorm), (layout.key, layout.keyValueHeadCount, keyNorm),
    ] {
      if configuration.queryKeyNorm {
        backend.rmsNormHeads(
          work.projections, column: column, stride: layout.headSize, headCount: heads,
          weight: norm, epsilon: epsilon)
      }
      backend.rotate(
        work.projections, column: column, stride: layout.headSize, headCount: heads,
        frequencies: rotary, positions: positions)
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
    let epsilon = configuration.normEpsilon
    projectOutput.apply(attended, epilogue: .accumulate, into: hidden)
    backend.rmsNorm(hidden, weight: feedForwardNorm, epsilon: epsilon, into: work.normalized)
    backend.multiplyGated(
      work.normalized, gate: gate.matrix, gateBias: gate.bias, up: expand.matrix,
      upBias: expand.bias, activation: configuration.activation, into: work.feedForward)
    contract.apply(work.feedForward, epilogue: .accumulate, into: hidden)
  }

  public func normalizeOutput(_ hidden: Backend.Tensor, into output: Backend.Tensor) {
    let weight = backend.makeVector(count: configuration.hiddenSize)
    backend.fill(weight, from: [checkpoint.tensor("model.norm.weight").vector])
    backend.rmsNorm(hidden, weight: weight, epsilon: configuration.normEpsilon, into: output)
  }

  public func outputTable() -> StoredMatrix {
    checkpoint.tensor(checkpoint.layout.outputEmbedding).matrix()
  }
}
