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
  private let weights: any WeightSource
  private let inputNorm: Backend.Vector
  private let feedForwardNorm: Backend.Vector
  private let queryNorm: Backend.Vector
  private let keyNorm: Backend.Vector
  private let outputNorm: Backend.Vector
  private let projectQKV: Projection<Backend>
  private let projectOutput: Projection<Backend>
  private let gate: Projection<Backend>
  private let expand: Projection<Backend>
  private let contract: Projection<Backend>
  private var workspace: Workspace<Backend>?
  private var gradientWork: GradientWorkspace<Backend>?
  private var rotary: RotaryTable?
  /// The layer that was loaded last.
  private var layer = 0

  public init(weights: any WeightSource, backend: Backend) {
    let configuration = weights.configuration
    let hidden = configuration.hiddenSize
    let queryWidth = configuration.headCount * configuration.headSize
    self.configuration = configuration
    self.weights = weights
    self.backend = backend
    projectionWidth = queryWidth + 2 * configuration.keyValueHeadCount * configuration.headSize
    inputNorm = backend.makeVector(count: hidden)
    feedForwardNorm = backend.makeVector(count: hidden)
    queryNorm = backend.makeVector(count: configuration.headSize)
    keyNorm = backend.makeVector(count: configuration.headSize)
    outputNorm = backend.makeVector(count: hidden)
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
    let table = weights.matrix(weights.layout.inputEmbedding)
    backend.embed(tokens, table: table, into: hidden)
  }

  public func loadLayer(_ layer: Int) {
    loadNorms(layer)
    for (projection, names) in projections {
      let names = names.map { prefix(layer) + $0 }
      projection.fill(
        names.map { weights.matrix($0 + ".weight") },
        biases: projection.bias == nil ? [] : names.map { weights.vector($0 + ".bias") })
    }
  }

  private func loadNorms(_ layer: Int) {
    self.layer = layer
    func fill(_ vector: Backend.Vector, _ name: String) {
      backend.fill(vector, from: [weights.vector(prefix(layer) + name + ".weight")])
    }
    fill(inputNorm, Names.inputNorm)
    fill(feedForwardNorm, Names.feedForwardNorm)
    if configuration.queryKeyNorm {
      fill(queryNorm, Names.queryNorm)
      fill(keyNorm, Names.keyNorm)
    }
  }

  private func prefix(_ layer: Int) -> String { "model.layers.\(layer)." }

  private var projections: [(Projection<Backend>, [String])] {
    [
      (projectQKV, Names.qkv), (projectOutput, [Names.output]), (gate, [Names.gate]),
      (expand, [Names.expand]), (contract, [Names.contract]),
    ]
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

  /// First column, number, norm and the norm's name of the heads of queries and of keys.
  private func heads(
    of layout: AttentionLayout
  ) -> [(column: Int, count: Int, norm: Backend.Vector, name: String)] {
    [
      (layout.query, layout.headCount, queryNorm, Names.queryNorm),
      (layout.key, layout.keyValueHeadCount, keyNorm, Names.keyNorm),
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
    let layout = layout(layer: layer)
    let epsilon = configuration.normEpsilon
    backend.rmsNorm(hidden, weight: inputNorm, epsilon: epsilon, into: work.normalized)
    projectQKV.apply(
      work.normalized, keepingLinear: record?.plainProjections, into: work.projections)
    for (column, heads, norm, _) in heads(of: layout) {
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
    let epsilon = configuration.normEpsilon
    projectOutput.apply(attended, epilogue: .accumulate, into: hidden)
    if let middle = record?.middle { backend.copy(hidden, into: middle) }
    backend.rmsNorm(hidden, weight: feedForwardNorm, epsilon: epsilon, into: work.normalized)
    backend.multiplyGated(
      work.normalized, gate: gate.matrix, gateBias: gate.bias, up: expand.matrix,
      upBias: expand.bias, activation: configuration.activation,
      keepingFactors: record.flatMap { record in record.up.map { (record.linear, $0) } },
      into: work.feedForward)
    contract.apply(work.feedForward, epilogue: .accumulate, into: hidden)
  }

  public func normalizeOutput(_ hidden: Backend.Tensor, into output: Backend.Tensor) {
    backend.fill(outputNorm, from: [weights.vector(Names.outputNorm)])
    backend.rmsNorm(hidden, weight: outputNorm, epsilon: configuration.normEpsilon, into: output)
  }

  public func outputTable() -> StoredMatrix { weights.matrix(weights.layout.outputEmbedding) }
}

/// Names of a layer's parts in a checkpoint, and of the norm after the last layer.
private enum Names {
  static let inputNorm = "input_layernorm"
  static let feedForwardNorm = "post_attention_layernorm"
  static let queryNorm = "self_attn.q_norm"
  static let keyNorm = "self_attn.k_norm"
  static let qkv = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]
  static let output = "self_attn.o_proj"
  static let gate = "mlp.gate_proj"
  static let expand = "mlp.up_proj"
  static let contract = "mlp.down_proj"
  static let outputNorm = "model.norm.weight"
}

// MARK: Gradients

extension Llama: TrainableModel where Backend: TrainingBackend {
  public func makeRecord(rows: Int) -> LayerRecord<Backend> {
    LayerRecord(backend, configuration, projectionWidth: projectionWidth, rows: rows)
  }

  public func loadLayerGradient(_ layer: Int) {
    loadNorms(layer)
    for (projection, names) in projections {
      projection.fillTranspose(names.map { weights.matrix(prefix(layer) + $0 + ".weight") })
    }
  }

  public func applyLayerGradient(
    to gradient: Backend.Tensor, record: LayerRecord<Backend>, sequences: [Range<Int>],
    positions: ArraySlice<Int32>, parameters: ModelParameters<Backend>
  ) {
    let count = gradient.rowCount
    guard let work = workspace?.first(count), let rotary, let middle = record.middle,
      let up = record.up
    else { preconditionFailure("reserve(chunkRows:positions:) comes first") }
    let normGradients = GradientWorkspace.reserved(
      in: &gradientWork, on: backend, rows: count, hidden: configuration.hiddenSize)
    let (prefix, epsilon) = (prefix(layer), configuration.normEpsilon)
    func addGradients(
      _ projection: Projection<Backend>, _ names: [String], input: Backend.Tensor,
      outputGradient: Backend.Tensor
    ) {
      projection.addParameterGradients(
        input: input, outputGradient: outputGradient, names: names.map { prefix + $0 },
        parameters: parameters)
    }

    // Feed-forward layer; gate and what it gates become their gradients in place.
    contract.applyGradient(gradient, into: work.feedForward)
    backend.gatedGradient(
      gate: record.linear, up: up, gradient: work.feedForward,
      activation: configuration.activation)
    addGradients(contract, [Names.contract], input: work.feedForward, outputGradient: gradient)
    backend.rmsNorm(middle, weight: feedForwardNorm, epsilon: epsilon, into: work.normalized)
    addGradients(gate, [Names.gate], input: work.normalized, outputGradient: record.linear)
    addGradients(expand, [Names.expand], input: work.normalized, outputGradient: up)
    gate.applyGradient(record.linear, into: normGradients.feedForwardNorm)
    backend.multiply(
      up, by: expand.transpose, bias: nil, epilogue: .accumulate,
      into: normGradients.feedForwardNorm)
    backend.addRMSNormGradient(
      input: middle, outputGradient: normGradients.feedForwardNorm, weight: feedForwardNorm,
      epsilon: epsilon,
      weightGradient: parameters.gradient(prefix + Names.feedForwardNorm + ".weight"),
      to: gradient)

    // Attention.
    let layout = layout(layer: layer)
    projectOutput.applyGradient(gradient, into: work.attended)
    addGradients(projectOutput, [Names.output], input: record.attended, outputGradient: gradient)
    backend.attendGradient(
      projections: record.projections, statistics: record.statistics, attended: record.attended,
      attendedGradient: work.attended, layout: layout, sequences: sequences,
      into: work.projections)
    for (column, heads, norm, name) in heads(of: layout) {
      backend.rotate(
        work.projections, column: column, stride: layout.headSize, headCount: heads,
        frequencies: rotary, positions: positions, direction: .backward)
      if let plain = record.plainProjections {
        backend.rmsNormHeadsGradient(
          input: plain, gradient: work.projections, column: column, stride: layout.headSize,
          headCount: heads, weight: norm, epsilon: epsilon,
          weightGradient: parameters.gradient(prefix + name + ".weight"))
      }
    }
    backend.rmsNorm(record.input, weight: inputNorm, epsilon: epsilon, into: work.normalized)
    addGradients(projectQKV, Names.qkv, input: work.normalized, outputGradient: work.projections)
    projectQKV.applyGradient(work.projections, into: normGradients.inputNorm)
    backend.addRMSNormGradient(
      input: record.input, outputGradient: normGradients.inputNorm, weight: inputNorm,
      epsilon: epsilon, weightGradient: parameters.gradient(prefix + Names.inputNorm + ".weight"),
      to: gradient)
  }

  public func applyOutputNormGradient(
    hidden: Backend.Tensor, outputGradient: Backend.Tensor, parameters: ModelParameters<Backend>,
    into gradient: Backend.Tensor
  ) {
    backend.clear(gradient)
    backend.addRMSNormGradient(
      input: hidden, outputGradient: outputGradient, weight: outputNorm,
      epsilon: configuration.normEpsilon, weightGradient: parameters.gradient(Names.outputNorm),
      to: gradient)
  }

  public func addEmbeddingGradient(
    tokens: ArraySlice<Int32>, positions: ArraySlice<Int32>, gradient: Backend.Tensor,
    parameters: ModelParameters<Backend>
  ) {
    backend.addEmbeddingGradient(
      tokens, gradient: gradient, to: parameters.gradient(weights.layout.inputEmbedding))
  }
}
