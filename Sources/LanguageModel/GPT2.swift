public import Compute

/// GPT-2: learned position embeddings, layer norms with bias, weights stored as `Conv1D`.
///
/// Radford et al. 2019; numbers as transformers' `GPT2LMHeadModel` has them.
public final class GPT2<Backend: ComputeBackend>: CausalModel {
  public let configuration: ModelConfiguration
  public let projectionWidth: Int

  private let backend: Backend
  private let checkpoint: Checkpoint
  private let inputNorm: (weight: Backend.Vector, bias: Backend.Vector)
  private let feedForwardNorm: (weight: Backend.Vector, bias: Backend.Vector)
  private let projectQKV: Projection<Backend>
  private let projectOutput: Projection<Backend>
  private let expand: Projection<Backend>
  private let contract: Projection<Backend>
  private var workspace: Workspace<Backend>?
  private var layer = 0

  public init(checkpoint: Checkpoint, backend: Backend) {
    let configuration = checkpoint.configuration
    let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    self.configuration = configuration
    self.checkpoint = checkpoint
    self.backend = backend
    projectionWidth = 3 * hidden
    let vector = { backend.makeVector(count: hidden) }
    inputNorm = (vector(), vector())
    feedForwardNorm = (vector(), vector())
    projectQKV = Projection(backend, inputs: hidden, outputs: 3 * hidden, hasBias: true)
    projectOutput = Projection(backend, inputs: hidden, outputs: hidden, hasBias: true)
    expand = Projection(backend, inputs: hidden, outputs: inner, hasBias: true)
    contract = Projection(backend, inputs: inner, outputs: hidden, hasBias: true)
  }

  public func reserve(chunkRows: Int, positions: Int) {
    if (workspace?.rows ?? 0) < chunkRows {
      workspace = Workspace(
        backend, rows: chunkRows, hidden: configuration.hiddenSize, projection: projectionWidth,
        attended: configuration.hiddenSize, feedForward: configuration.intermediateSize)
    }
  }

  public func embed(
    _ tokens: ArraySlice<Int32>, positions: ArraySlice<Int32>, into hidden: Backend.Tensor
  ) {
    let tokenTable = checkpoint.tensor(checkpoint.layout.inputEmbedding).matrix()
    let positionTable = checkpoint.tensor("transformer.wpe.weight").matrix()
    backend.embed(tokens, table: tokenTable, into: hidden)
    backend.addEmbedding(positions, table: positionTable, to: hidden)
  }

  public func loadLayer(_ layer: Int) {
    self.layer = layer
    let prefix = "transformer.h.\(layer)."
    func tensor(_ name: String) -> StoredTensor { checkpoint.tensor(prefix + name) }
    func fill(_ projection: Projection<Backend>, _ name: String) {
      projection.fill(
        [tensor(name + ".weight").matrix(.inputsByOutputs)],
        biases: [tensor(name + ".bias").vector])
    }
    backend.fill(inputNorm.weight, from: [tensor("ln_1.weight").vector])
    backend.fill(inputNorm.bias, from: [tensor("ln_1.bias").vector])
    backend.fill(feedForwardNorm.weight, from: [tensor("ln_2.weight").vector])
    backend.fill(feedForwardNorm.bias, from: [tensor("ln_2.bias").vector])
    fill(projectQKV, "attn.c_attn")
    fill(projectOutput, "attn.c_proj")
    fill(expand, "mlp.c_fc")
    fill(contract, "mlp.c_proj")
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
    guard let work = workspace?.first(hidden.rowCount) else {
      preconditionFailure("reserve(chunkRows:positions:) comes first")
    }
    let (width, headSize) = (configuration.hiddenSize, configuration.headSize)
    let layout = AttentionLayout(
      query: 0, queryStride: headSize, key: width, value: 2 * width, keyValueStride: headSize,
      headCount: configuration.headCount, keyValueHeadCount: configuration.headCount,
      headSize: headSize, scale: Float(configuration.attentionScale(ofLayer: layer)), window: nil)
    backend.layerNorm(
      hidden, weight: inputNorm.weight, bias: inputNorm.bias, epsilon: configuration.normEpsilon,
      into: work.normalized)
    projectQKV.apply(work.normalized, into: work.projections)
    backend.attend(
      work.projections, kept: kept, layout: layout, groups: chunk.groups, into: work.attended)
    backend.keep(chunk.keeps, of: work.projections, in: kept)
    return work
  }

  /// The layer's second half, row by row: output projection and feed-forward layer.
  private func finishLayer(
    _ hidden: Backend.Tensor, attended: Backend.Tensor, work: Workspace<Backend>
  ) {
    projectOutput.apply(attended, epilogue: .accumulate, into: hidden)
    backend.layerNorm(
      hidden, weight: feedForwardNorm.weight, bias: feedForwardNorm.bias,
      epsilon: configuration.normEpsilon, into: work.normalized)
    expand.apply(
      work.normalized, epilogue: .store(configuration.activation), into: work.feedForward)
    contract.apply(work.feedForward, epilogue: .accumulate, into: hidden)
  }

  public func normalizeOutput(_ hidden: Backend.Tensor, into output: Backend.Tensor) {
    let weight = backend.makeVector(count: configuration.hiddenSize)
    let bias = backend.makeVector(count: configuration.hiddenSize)
    backend.fill(weight, from: [checkpoint.tensor("transformer.ln_f.weight").vector])
    backend.fill(bias, from: [checkpoint.tensor("transformer.ln_f.bias").vector])
    backend.layerNorm(
      hidden, weight: weight, bias: bias, epsilon: configuration.normEpsilon, into: output)
  }

  public func outputTable() -> StoredMatrix {
    checkpoint.tensor(checkpoint.layout.outputEmbedding).matrix()
  }
}
