public import Compute

/// GPT-2: learned position embeddings, layer norms with bias, weights stored as `Conv1D`.
///
/// Radford et al. 2019; numbers as transformers' `GPT2LMHeadModel` has them.
public final class GPT2<Backend: ComputeBackend>: CausalModel {
  public let configuration: ModelConfiguration
  public let projectionWidth: Int

  private let backend: Backend
  private let weights: any WeightSource
  private let inputNorm: LayerNorm<Backend>
  private let feedForwardNorm: LayerNorm<Backend>
  private let outputNorm: LayerNorm<Backend>
  private let projectQKV: Projection<Backend>
  private let projectOutput: Projection<Backend>
  private let expand: Projection<Backend>
  private let contract: Projection<Backend>
  private var workspace: Workspace<Backend>?
  private var gradientWork: GradientWorkspace<Backend>?
  /// The layer that was loaded last.
  private var layer = 0

  public init(weights: any WeightSource, backend: Backend) {
    let configuration = weights.configuration
    let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    self.configuration = configuration
    self.weights = weights
    self.backend = backend
    projectionWidth = 3 * hidden
    inputNorm = LayerNorm(backend, configuration)
    feedForwardNorm = LayerNorm(backend, configuration)
    outputNorm = LayerNorm(backend, configuration)
    projectQKV = Projection(
      backend, inputs: hidden, outputs: 3 * hidden, hasBias: true, layout: .inputsByOutputs)
    projectOutput = Projection(
      backend, inputs: hidden, outputs: hidden, hasBias: true, layout: .inputsByOutputs)
    expand = Projection(
      backend, inputs: hidden, outputs: inner, hasBias: true, layout: .inputsByOutputs)
    contract = Projection(
      backend, inputs: inner, outputs: hidden, hasBias: true, layout: .inputsByOutputs)
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
    let tokenTable = weights.matrix(weights.layout.inputEmbedding)
    let positionTable = weights.matrix(Names.positions)
    backend.embed(tokens, table: tokenTable, into: hidden)
    backend.addEmbedding(positions, table: positionTable, to: hidden)
  }

  public func loadLayer(_ layer: Int) {
    loadNorms(layer)
    for (projection, name) in projections {
      let name = prefix(layer) + name
      projection.fill(
        [weights.matrix(name + ".weight", projection.layout)],
        biases: [weights.vector(name + ".bias")])
    }
  }

  private func loadNorms(_ layer: Int) {
    self.layer = layer
    for (norm, name) in [(inputNorm, Names.inputNorm), (feedForwardNorm, Names.feedForwardNorm)] {
      norm.fill(from: weights, name: prefix(layer) + name)
    }
  }

  private func prefix(_ layer: Int) -> String { "transformer.h.\(layer)." }

  private var projections: [(Projection<Backend>, String)] {
    [
      (projectQKV, Names.qkv), (projectOutput, Names.output), (expand, Names.expand),
      (contract, Names.contract),
    ]
  }

  /// All queries, then all keys, then all values.
  private var attentionLayout: AttentionLayout {
    let (width, headSize) = (configuration.hiddenSize, configuration.headSize)
    return AttentionLayout(
      query: 0, queryStride: headSize, key: width, value: 2 * width, keyValueStride: headSize,
      headCount: configuration.headCount, keyValueHeadCount: configuration.headCount,
      headSize: headSize, scale: Float(configuration.attentionScale(ofLayer: layer)), window: nil)
  }

  public func applyLayer(
    to hidden: Backend.Tensor, chunk: TokenBatch.Chunk, positions: ArraySlice<Int32>,
    kept: Backend.Tensor?, record: LayerRecord<Backend>?
  ) {
    let work = attend(hidden, chunk: chunk, positions: positions, kept: kept, record: record)
    finishLayer(hidden, attended: work.attended, work: work, record: record)
  }

  public func applyLastLayer(
    to hidden: Backend.Tensor, chunk: TokenBatch.Chunk, positions: ArraySlice<Int32>,
    kept: Backend.Tensor?, rows: [Int], into output: Backend.Tensor
  ) {
    let work = attend(hidden, chunk: chunk, positions: positions, kept: kept, record: nil)
    backend.gather(rows, of: hidden, into: output)
    finishLayer(
      output, attended: work.gatherAttended(rows, on: backend), work: work.first(rows.count),
      record: nil)
  }

  /// The layer's first half: attention over the chunk, its output not yet projected.
  private func attend(
    _ hidden: Backend.Tensor, chunk: TokenBatch.Chunk, positions: ArraySlice<Int32>,
    kept: Backend.Tensor?, record: LayerRecord<Backend>?
  ) -> Workspace<Backend> {
    guard let work = workspace?.first(hidden.rowCount).writing(to: record) else {
      preconditionFailure("reserve(chunkRows:positions:) comes first")
    }
    if let record { backend.copy(hidden, into: record.input) }
    inputNorm.apply(hidden, into: work.normalized)
    projectQKV.apply(work.normalized, into: work.projections)
    backend.attend(
      work.projections, kept: kept, layout: attentionLayout, groups: chunk.groups,
      keepingStatistics: record?.statistics, into: work.attended)
    backend.keep(chunk.keeps, of: work.projections, in: kept)
    return work
  }

  /// The layer's second half, row by row: output projection and feed-forward layer.
  private func finishLayer(
    _ hidden: Backend.Tensor, attended: Backend.Tensor, work: Workspace<Backend>,
    record: LayerRecord<Backend>?
  ) {
    projectOutput.apply(attended, epilogue: .accumulate, into: hidden)
    if let middle = record?.middle { backend.copy(hidden, into: middle) }
    feedForwardNorm.apply(hidden, into: work.normalized)
    expand.apply(
      work.normalized, epilogue: .store(configuration.activation),
      keepingLinear: record?.linear, into: work.feedForward)
    contract.apply(work.feedForward, epilogue: .accumulate, into: hidden)
  }

  public func normalizeOutput(_ hidden: Backend.Tensor, into output: Backend.Tensor) {
    outputNorm.fill(from: weights, name: Names.outputNorm)
    outputNorm.apply(hidden, into: output)
  }

  public func outputTable() -> StoredMatrix { weights.matrix(weights.layout.outputEmbedding) }
}

/// Names of a layer's parts in a checkpoint, and of what stands outside the layers.
private enum Names {
  static let inputNorm = "ln_1"
  static let feedForwardNorm = "ln_2"
  static let qkv = "attn.c_attn"
  static let output = "attn.c_proj"
  static let expand = "mlp.c_fc"
  static let contract = "mlp.c_proj"
  static let outputNorm = "transformer.ln_f"
  static let positions = "transformer.wpe.weight"
}

// MARK: Gradients

extension GPT2: TrainableModel where Backend: TrainingBackend {
  public func makeRecord(rows: Int) -> LayerRecord<Backend> {
    LayerRecord(backend, configuration, projectionWidth: projectionWidth, rows: rows)
  }

  public func loadLayerGradient(_ layer: Int) {
    loadNorms(layer)
    for (projection, name) in projections {
      projection.fillTranspose([
        weights.matrix(prefix(layer) + name + ".weight", projection.layout)
      ])
    }
  }

  public func applyLayerGradient(
    to gradient: Backend.Tensor, record: LayerRecord<Backend>, sequences: [Range<Int>],
    positions: ArraySlice<Int32>, parameters: ModelParameters<Backend>
  ) {
    let count = gradient.rowCount
    guard let work = workspace?.first(count), let middle = record.middle else {
      preconditionFailure("reserve(chunkRows:positions:) comes first")
    }
    let normGradients = GradientWorkspace.reserved(
      in: &gradientWork, on: backend, rows: count, hidden: configuration.hiddenSize)
    let prefix = prefix(layer)
    func addGradients(
      _ projection: Projection<Backend>, _ name: String, input: Backend.Tensor,
      outputGradient: Backend.Tensor
    ) {
      projection.addParameterGradients(
        input: input, outputGradient: outputGradient, names: [prefix + name],
        parameters: parameters)
    }

    // Feed-forward layer.
    backend.multiplyByDerivative(
      gradient, by: contract.transpose, activation: configuration.activation,
      linear: record.linear, into: work.feedForward)
    addGradients(contract, Names.contract, input: record.linear, outputGradient: gradient)
    feedForwardNorm.apply(middle, into: work.normalized)
    addGradients(expand, Names.expand, input: work.normalized, outputGradient: work.feedForward)
    expand.applyGradient(work.feedForward, into: normGradients.feedForwardNorm)
    feedForwardNorm.addGradient(
      input: middle, outputGradient: normGradients.feedForwardNorm,
      name: prefix + Names.feedForwardNorm, parameters: parameters, to: gradient)

    // Attention.
    projectOutput.applyGradient(gradient, into: work.attended)
    addGradients(projectOutput, Names.output, input: record.attended, outputGradient: gradient)
    backend.attendGradient(
      projections: record.projections, statistics: record.statistics, attended: record.attended,
      attendedGradient: work.attended, layout: attentionLayout, sequences: sequences,
      into: work.projections)
    inputNorm.apply(record.input, into: work.normalized)
    addGradients(projectQKV, Names.qkv, input: work.normalized, outputGradient: work.projections)
    projectQKV.applyGradient(work.projections, into: normGradients.inputNorm)
    inputNorm.addGradient(
      input: record.input, outputGradient: normGradients.inputNorm, name: prefix + Names.inputNorm,
      parameters: parameters, to: gradient)
  }

  public func applyOutputNormGradient(
    hidden: Backend.Tensor, outputGradient: Backend.Tensor, parameters: ModelParameters<Backend>,
    into gradient: Backend.Tensor
  ) {
    backend.clear(gradient)
    outputNorm.addGradient(
      input: hidden, outputGradient: outputGradient, name: Names.outputNorm,
      parameters: parameters, to: gradient)
  }

  public func addEmbeddingGradient(
    tokens: ArraySlice<Int32>, positions: ArraySlice<Int32>, gradient: Backend.Tensor,
    parameters: ModelParameters<Backend>
  ) {
    backend.addEmbeddingGradient(
      tokens, gradient: gradient, to: parameters.gradient(weights.layout.inputEmbedding))
    backend.addEmbeddingGradient(
      positions, gradient: gradient, to: parameters.gradient(Names.positions))
  }
}
