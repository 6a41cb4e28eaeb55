public import Compute

/// Token sequences side by side, as a trainer takes them through a model.
public struct TrainingBatch: Sendable {
  /// One token per row.
  public private(set) var tokens: [Int32] = []
  /// What each row should predict; a negative number is not counted.
  public private(set) var targets: [Int32] = []
  /// Position of each row in its sequence, from 0.
  public private(set) var positions: [Int32] = []
  /// Rows of each sequence, one after the other.
  public private(set) var sequences: [Range<Int>] = []

  /// Lays sequences out.
  ///
  /// - Parameters:
  ///   - sequences: Token ids, each sequence one longer than what goes into the model.
  ///   - endOfDocument: The token that ends a document, if documents shall not see one another:
  ///     each is then a sequence of its own, and no token predicts the next document's first.
  public init(_ sequences: [ArraySlice<Int32>], endOfDocument: Int32? = nil) {
    for sequence in sequences { append(sequence, endOfDocument: endOfDocument) }
  }

  /// Adds a sequence.
  ///
  /// - Parameters:
  ///   - sequence: Token ids, one more than what goes into the model.
  ///   - endOfDocument: As in ``init(_:endOfDocument:)``.
  public mutating func append(_ sequence: ArraySlice<Int32>, endOfDocument: Int32? = nil) {
    var start = tokens.count
    for (token, target) in zip(sequence, sequence.dropFirst()) {
      let ends = token == endOfDocument
      positions.append(Int32(tokens.count - start))
      tokens.append(token)
      targets.append(ends ? -1 : target)
      if ends {
        sequences.append(start..<tokens.count)
        start = tokens.count
      }
    }
    if start < tokens.count { sequences.append(start..<tokens.count) }
  }

  /// Predictions that count.
  public var targetCount: Int { targets.reduce(0) { $0 + ($1 >= 0 ? 1 : 0) } }

  /// All rows as one chunk, whose attention does not look beyond a sequence.
  var chunk: TokenBatch.Chunk {
    TokenBatch.Chunk(
      rows: 0..<tokens.count,
      groups: sequences.map {
        [
          AttentionSpan(
            row: $0.lowerBound, count: $0.count, position: 0, source: .current, hasQueries: true)
        ]
      }, keeps: [])
  }
}

/// Takes micro-batches forwards and back through a model, adding up its parameters' gradients.
///
/// Memory is reserved once. The same parameters and batches give the same bits, whatever the threads.
public final class GradientPass<Backend: TrainingBackend> {
  private let backend: Backend
  private let model: any TrainableModel<Backend>
  private let parameters: ModelParameters<Backend>
  private let rows: Int
  private let recomputes: Bool
  /// One per layer; with recomputation they share all but ``LayerRecord/input``.
  private let records: [LayerRecord<Backend>]
  private let inputs: [Backend.Tensor]
  private let hidden: Backend.Tensor
  private let normalized: Backend.Tensor
  private let gradient: Backend.Tensor
  private let table: Backend.Matrix
  private let tableTranspose: Backend.Matrix
  /// Told how far a pass has come.
  public weak var observer: (any GradientPassObserver)?

  /// Reserves memory.
  ///
  /// - Parameters:
  ///   - parameters: What is trained.
  ///   - backend: Where.
  ///   - rows: Most tokens of a micro-batch.
  ///   - sequenceLength: Most tokens of a sequence.
  ///   - recomputes: Whether a layer's activations are computed again for its gradient instead of
  ///     being kept, which saves most of the memory for a third more work.
  public init(
    _ parameters: ModelParameters<Backend>, on backend: Backend, rows: Int, sequenceLength: Int,
    recomputes: Bool = false
  ) {
    let configuration = parameters.configuration
    self.parameters = parameters
    self.backend = backend
    self.rows = rows
    self.recomputes = recomputes
    let model = parameters.makeTrainableModel(on: backend)
    self.model = model
    func stream() -> Backend.Tensor {
      backend.makeTensor(rows: rows, columns: configuration.hiddenSize)
    }
    if recomputes {
      records = [model.makeRecord(rows: rows)]
      inputs = (0..<configuration.layerCount).map { _ in stream() }
    } else {
      records = (0..<configuration.layerCount).map { _ in model.makeRecord(rows: rows) }
      inputs = []
    }
    (hidden, normalized, gradient) = (stream(), stream(), stream())
    let (vocabulary, width) = (configuration.vocabularySize, configuration.hiddenSize)
    table = backend.makeMatrix(inputs: width, outputs: vocabulary)
    tableTranspose = backend.makeMatrix(inputs: vocabulary, outputs: width)
    model.reserve(chunkRows: rows, positions: sequenceLength)
  }

  /// Adds the gradients of a micro-batch.
  ///
  /// - Parameters:
  ///   - batch: At most as many rows as there is memory for.
  ///   - scale: Factor on the loss of each row, usually 1 / predictions of the whole batch.
  /// - Returns: Loss of each row in nats, unscaled; 0 where none is counted.
  public func run(_ batch: TrainingBatch, scale: Float) -> [Double] {
    let count = batch.tokens.count
    precondition(count <= rows)
    if count == 0 { return [] }
    let layers = parameters.configuration.layerCount
    let (chunk, positions) = (batch.chunk, batch.positions[...])
    let hidden = hidden.rows(0..<count)
    let normalized = normalized.rows(0..<count)
    let gradient = gradient.rows(0..<count)
    observer?.willRead(.embedding)
    model.embed(batch.tokens[...], positions: positions, into: hidden)
    for layer in 0..<layers {
      observer?.willRead(.layer(layer))
      model.loadLayer(layer)
      if recomputes { backend.copy(hidden, into: inputs[layer].rows(0..<count)) }
      model.applyLayer(
        to: hidden, chunk: chunk, positions: positions, kept: nil,
        record: recomputes ? nil : records[layer].first(count))
    }
    observer?.willRead(.output)
    model.normalizeOutput(hidden, into: normalized)
    let output = model.outputTable()
    backend.fill(table, from: [output])
    backend.fill(tableTranspose, transposing: [output])
    let losses = backend.crossEntropy(
      normalized, table: table, transpose: tableTranspose, targets: batch.targets[...],
      scale: scale, hiddenGradient: gradient,
      tableGradient: parameters.gradient(parameters.layout.outputEmbedding))
    // The normalised rows are used up; their memory holds their gradient now.
    backend.copy(gradient, into: normalized)
    model.applyOutputNormGradient(
      hidden: hidden, outputGradient: normalized, parameters: parameters, into: gradient)
    observer?.didAddGradients(.output)
    for layer in (0..<layers).reversed() {
      let record = recomputes ? records[0].first(count) : records[layer].first(count)
      if recomputes {
        backend.copy(inputs[layer].rows(0..<count), into: hidden)
        model.loadLayer(layer)
        model.applyLayer(
          to: hidden, chunk: chunk, positions: positions, kept: nil, record: record)
      }
      model.loadLayerGradient(layer)
      model.applyLayerGradient(
        to: gradient, record: record, sequences: batch.sequences, positions: positions,
        parameters: parameters)
      observer?.didAddGradients(.layer(layer))
    }
    model.addEmbeddingGradient(
      tokens: batch.tokens[...], positions: positions, gradient: gradient, parameters: parameters)
    observer?.didAddGradients(.embedding)
    return losses
  }

  /// Loss of each row alone, in nats, without gradients.
  ///
  /// - Parameter batch: At most as many rows as there is memory for.
  /// - Returns: The same bits as ``run(_:scale:)`` gives, and as scoring the saved checkpoint does.
  public func losses(_ batch: TrainingBatch) -> [Double] {
    let count = batch.tokens.count
    precondition(count <= rows)
    if count == 0 { return [] }
    let positions = batch.positions[...]
    let hidden = hidden.rows(0..<count)
    let normalized = normalized.rows(0..<count)
    observer?.willRead(.embedding)
    model.embed(batch.tokens[...], positions: positions, into: hidden)
    for layer in 0..<parameters.configuration.layerCount {
      observer?.willRead(.layer(layer))
      model.loadLayer(layer)
      model.applyLayer(to: hidden, chunk: batch.chunk, positions: positions, kept: nil)
    }
    observer?.willRead(.output)
    model.normalizeOutput(hidden, into: normalized)
    let counted = batch.targets.indices.filter { batch.targets[$0] >= 0 }
    let logits = backend.reduceLogits(
      normalized, table: model.outputTable(), bias: nil,
      targets: counted.map { LogitTarget(row: $0, token: batch.targets[$0]) })
    var losses = [Double](repeating: 0, count: count)
    for (row, logit) in zip(counted, logits.targetLogits) {
      losses[row] = logits.rows[row].logSumExp - Double(logit)
    }
    return losses
  }
}
