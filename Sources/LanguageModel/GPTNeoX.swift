public import Compute

/// GPT-NeoX and Pythia: partial rotary embedding, layer norms with bias, and attention and
/// feed-forward side by side or one after the other.
///
/// Black et al. 2022, arXiv:2204.06745; numbers as transformers' `GPTNeoXForCausalLM` has them.
public final class GPTNeoX<Backend: ComputeBackend>: CausalModel {
  public let configuration: ModelConfiguration
  public let projectionWidth: Int

  private let backend: Backend
  private let weights: any WeightSource
  private let layout: AttentionLayout
  private let inputNorm: LayerNorm<Backend>
  private let feedForwardNorm: LayerNorm<Backend>
  private let outputNorm: LayerNorm<Backend>
  private let projectQKV: Projection<Backend>
  private let projectOutput: Projection<Backend>
  private let expand: Projection<Backend>
  private let contract: Projection<Backend>
  private var workspace: Workspace<Backend>?
  private var gradientWork: GradientWorkspace<Backend>?
  private var rotary: RotaryTable?
  /// The layer whose gradient was loaded last.
  private var layer = 0

  public init(weights: any WeightSource, backend: Backend) {
    let configuration = weights.configuration
    let (hidden, headSize) = (configuration.hiddenSize, configuration.headSize)
    self.configuration = configuration
    self.weights = weights
    self.backend = backend
    projectionWidth = 3 * hidden
    // Each head's query, key and value stand together in a row of the fused projection.
    layout = AttentionLayout(
      query: 0, queryStride: 3 * headSize, key: headSize, value: 2 * headSize,
      keyValueStride: 3 * headSize, headCount: configuration.headCount,
      keyValueHeadCount: configuration.headCount, headSize: headSize,
      scale: 1 / Float(headSize).squareRoot(), window: nil)
    inputNorm = LayerNorm(backend, configuration)
    feedForwardNorm = LayerNorm(backend, configuration)
    outputNorm = LayerNorm(backend, configuration)
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
    let table = weights.matrix(weights.layout.inputEmbedding)
    backend.embed(tokens, table: table, into: hidden)
  }

  public func loadLayer(_ layer: Int) {
    let prefix = prefix(layer)
    loadNorms(layer)
    for (projection, name) in projections {
      projection.fill(
        [weights.matrix(prefix + name + ".weight")],
        biases: projection.bias == nil ? [] : [weights.vector(prefix + name + ".bias")])
    }
  }

  private func loadNorms(_ layer: Int) {
    for (norm, name) in [(inputNorm, Names.inputNorm), (feedForwardNorm, Names.feedForwardNorm)] {
      norm.fill(from: weights, name: prefix(layer) + name)
    }
  }

  private func prefix(_ layer: Int) -> String { "gpt_neox.layers.\(layer)." }

  private var projections: [(Projection<Backend>, String)] {
    [
      (projectQKV, Names.qkv), (projectOutput, Names.output), (expand, Names.expand),
      (contract, Names.contract),
    ]
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
    guard let work = workspace?.first(hidden.rowCount).writing(to: record), let rotary else {
      preconditionFailure("reserve(chunkRows:positions:) comes first")
    }
    if let record { backend.copy(hidden, into: record.input) }
    inputNorm.apply(hidden, into: work.normalized)
    projectQKV.apply(work.normalized, into: work.projections)
    for column in [layout.query, layout.key] {
      backend.rotate(
        work.projections, column: column, stride: layout.queryStride,
        headCount: layout.headCount, frequencies: rotary, positions: positions)
    }
    backend.attend(
      work.projections, kept: kept, layout: layout, groups: chunk.groups,
      keepingStatistics: record?.statistics, into: work.attended)
    backend.keep(chunk.keeps, of: work.projections, in: kept)
    return work
  }

  /// The layer's second half, row by row: output projection and feed-forward layer.
  private func finishLayer(
    _ hidden: Backend.Tensor, attended: Backend.Tensor, work: Workspace<Backend>,
    record: LayerRecord<Backend>?
  ) {
    let activation = ProductEpilogue.store(configuration.activation)
    if configuration.usesParallelResidual {
      // Both branches read the stream as it was: the second norm comes before the first addition.
      feedForwardNorm.apply(hidden, into: work.normalized)
      projectOutput.apply(attended, epilogue: .accumulate, into: hidden)
    } else {
      projectOutput.apply(attended, epilogue: .accumulate, into: hidden)
      if let middle = record?.middle { backend.copy(hidden, into: middle) }
      feedForwardNorm.apply(hidden, into: work.normalized)
    }
    expand.apply(
      work.normalized, epilogue: activation, keepingLinear: record?.linear, into: work.feedForward)
    contract.apply(work.feedForward, epilogue: .accumulate, into: hidden)
  }

  public func normalizeOutput(_ hidden: Backend.Tensor, into output: Backend.Tensor) {
    outputNorm.fill(from: weights, name: Names.outputNorm)
    outputNorm.apply(hidden, into: output)
  }

  public func outputTable() -> StoredMatrix { weights.matrix(weights.layout.outputEmbedding) }
}

/// Names of a layer's parts in a checkpoint, and of the norm after the last layer.
private enum Names {
  static let inputNorm = "input_layernorm"
  static let feedForwardNorm = "post_attention_layernorm"
  static let qkv = "attention.query_key_value"
  static let output = "attention.dense"
  static let expand = "mlp.dense_h_to_4h"
  static let contract = "mlp.dense_4h_to_h"
  static let outputNorm = "gpt_neox.final_layer_norm"
}

// MARK: Gradients

extension GPTNeoX: TrainableModel where Backend: TrainingBackend {
  public func makeRecord(rows: Int) -> LayerRecord<Backend> {
    LayerRecord(backend, configuration, projectionWidth: projectionWidth, rows: rows)
  }

  public func loadLayerGradient(_ layer: Int) {
    self.layer = layer
    loadNorms(layer)
    for (projection, name) in projections {
      projection.fillTranspose([weights.matrix(prefix(layer) + name + ".weight")])
    }
  }

  public func applyLayerGradient(
    to gradient: Backend.Tensor, record: LayerRecord<Backend>, sequences: [Range<Int>],
    positions: ArraySlice<Int32>, parameters: ModelParameters<Backend>
  ) {
    let count = gradient.rowCount
    guard let work = workspace?.first(count), let rotary else {
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
    let feedForwardInput = record.middle ?? record.input
    backend.multiplyByDerivative(
      gradient, by: contract.transpose, activation: configuration.activation,
      linear: record.linear, into: work.feedForward)
    addGradients(contract, Names.contract, input: record.linear, outputGradient: gradient)
    feedForwardNorm.apply(feedForwardInput, into: work.normalized)
    addGradients(expand, Names.expand, input: work.normalized, outputGradient: work.feedForward)
    expand.applyGradient(work.feedForward, into: normGradients.feedForwardNorm)
    if !configuration.usesParallelResidual {
      feedForwardNorm.addGradient(
        input: feedForwardInput, outputGradient: normGradients.feedForwardNorm,
        name: prefix + Names.feedForwardNorm, parameters: parameters, to: gradient)
    }

    // Attention. Side by side, both branches take the gradient as it came.
    projectOutput.applyGradient(gradient, into: work.attended)
    addGradients(projectOutput, Names.output, input: record.attended, outputGradient: gradient)
    backend.attendGradient(
      projections: record.projections, statistics: record.statistics, attended: record.attended,
      attendedGradient: work.attended, layout: layout, sequences: sequences,
      into: work.projections)
    for column in [layout.query, layout.key] {
      backend.rotate(
        work.projections, column: column, stride: layout.queryStride,
        headCount: layout.headCount, frequencies: rotary, positions: positions,
        direction: .backward)
    }
    inputNorm.apply(record.input, into: work.normalized)
    addGradients(projectQKV, Names.qkv, input: work.normalized, outputGradient: work.projections)
    projectQKV.applyGradient(work.projections, into: normGradients.inputNorm)
    if configuration.usesParallelResidual {
      feedForwardNorm.addGradient(
        input: feedForwardInput, outputGradient: normGradients.feedForwardNorm,
        name: prefix + Names.feedForwardNorm, parameters: parameters, to: gradient)
    }
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
  }
}
