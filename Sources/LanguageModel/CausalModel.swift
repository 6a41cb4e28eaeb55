public import Compute

/// A decoder whose weights come layer by layer from a checkpoint.
///
/// A pass over a ``TokenBatch`` goes: embed all rows; for each layer, load its weights once and take
/// every chunk through it; normalise the rows whose predictions matter; reduce their logits. One set
/// of weight buffers serves all layers, so memory holds one layer in float32, whatever the depth.
public protocol CausalModel<Backend>: AnyObject {
  associatedtype Backend: ComputeBackend

  var configuration: ModelConfiguration { get }

  /// Reserves working memory for chunks and positions up to those sizes; keeps what is large enough.
  func reserve(chunkRows: Int, positions: Int)

  /// Token embeddings, with position embeddings where the architecture has them.
  ///
  /// - Parameters:
  ///   - tokens: Ids below the vocabulary size.
  ///   - positions: Position of each token in its sequence.
  ///   - hidden: `[tokens, hidden size]`, overwritten.
  func embed(
    _ tokens: ArraySlice<Int32>, positions: ArraySlice<Int32>, into hidden: Backend.Tensor)

  /// Widens the weights of a layer into the buffers.
  func loadLayer(_ layer: Int)

  /// Takes a chunk through the layer that was loaded last.
  ///
  /// - Parameters:
  ///   - hidden: Residual stream of the chunk's rows, `[rows, hidden size]`, updated in place.
  ///   - chunk: What attention needs to know.
  ///   - positions: Of the chunk's rows.
  ///   - kept: Projections that later chunks need, `[kept rows, projection width]`.
  ///   - record: Given what the layer's gradient needs, if it is there; the numbers are the same
  ///     with and without.
  func applyLayer(
    to hidden: Backend.Tensor, chunk: TokenBatch.Chunk, positions: ArraySlice<Int32>,
    kept: Backend.Tensor?, record: LayerRecord<Backend>?)

  /// Takes a chunk through the last layer, of which only some rows are wanted.
  ///
  /// Keys and values are needed of all rows, but what follows attention is computed for the wanted
  /// ones alone: the bulk of the layer, where few positions are scored.
  ///
  /// - Parameters:
  ///   - hidden: Residual stream of the chunk's rows; not changed.
  ///   - chunk: What attention needs to know.
  ///   - positions: Of the chunk's rows.
  ///   - kept: Projections that later chunks need.
  ///   - rows: Rows of the chunk that are wanted, ascending.
  ///   - output: `[rows, hidden size]`, overwritten.
  func applyLastLayer(
    to hidden: Backend.Tensor, chunk: TokenBatch.Chunk, positions: ArraySlice<Int32>,
    kept: Backend.Tensor?, rows: [Int], into output: Backend.Tensor)

  /// The norm before the output projection, `[rows, hidden size]`.
  func normalizeOutput(_ hidden: Backend.Tensor, into output: Backend.Tensor)

  /// `[vocabulary, hidden size]`, the embedding itself where the two are tied.
  /// - Returns: The matrix that turns hidden states into logits.
  func outputTable() -> StoredMatrix

  /// Columns of the projections that attention reads: queries, keys and values of all heads.
  var projectionWidth: Int { get }
}

/// A weight matrix with its bias, in buffers that are filled anew for each layer.
final class Projection<Backend: ComputeBackend> {
  let matrix: Backend.Matrix
  let bias: Backend.Vector?
  let backend: Backend
  /// How the weights lie in a checkpoint.
  let layout: StoredMatrix.Layout
  private let inputs: Int
  private let outputs: Int
  /// The weights the other way round, for the gradient of the input; made when it is first wanted.
  private(set) lazy var transpose = backend.makeMatrix(inputs: outputs, outputs: inputs)

  init(
    _ backend: Backend, inputs: Int, outputs: Int, hasBias: Bool,
    layout: StoredMatrix.Layout = .outputsByInputs
  ) {
    self.backend = backend
    self.layout = layout
    self.inputs = inputs
    self.outputs = outputs
    matrix = backend.makeMatrix(inputs: inputs, outputs: outputs)
    bias = hasBias ? backend.makeVector(count: outputs) : nil
  }

  /// Fills in the weights, side by side if there are several.
  func fill(_ matrices: [StoredMatrix], biases: [StoredVector]) {
    backend.fill(matrix, from: matrices)
    if let bias { backend.fill(bias, from: biases) }
  }

  func apply(
    _ input: Backend.Tensor, epilogue: ProductEpilogue = .store(nil),
    keepingLinear linear: Backend.Tensor? = nil, into output: Backend.Tensor
  ) {
    backend.multiply(
      input, by: matrix, bias: bias, epilogue: epilogue, keepingLinear: linear, into: output)
  }
}

/// Working memory for the chunk at hand.
struct Workspace<Backend: ComputeBackend> {
  let rows: Int
  let normalized: Backend.Tensor
  let projections: Backend.Tensor
  let attended: Backend.Tensor
  let feedForward: Backend.Tensor

  init(
    _ backend: Backend, rows: Int, hidden: Int, projection: Int, attended: Int, feedForward: Int
  ) {
    self.rows = rows
    normalized = backend.makeTensor(rows: rows, columns: hidden)
    projections = backend.makeTensor(rows: rows, columns: projection)
    self.attended = backend.makeTensor(rows: rows, columns: attended)
    self.feedForward = backend.makeTensor(rows: rows, columns: feedForward)
  }

  /// The attended rows that are wanted, in memory that the projections no longer need.
  func gatherAttended(_ rows: [Int], on backend: Backend) -> Backend.Tensor {
    let gathered = projections.rows(0..<rows.count).columns(0..<attended.columnCount)
    backend.gather(rows, of: attended, into: gathered)
    return gathered
  }

  /// The same memory but for what a record keeps, which is written straight there.
  func writing(to record: LayerRecord<Backend>?) -> Workspace {
    guard let record else { return self }
    return Workspace(
      rows: rows, normalized: normalized, projections: record.projections,
      attended: record.attended, feedForward: feedForward)
  }

  /// The same memory for a chunk of fewer rows.
  func first(_ count: Int) -> Workspace {
    Workspace(
      rows: count, normalized: normalized.rows(0..<count), projections: projections.rows(0..<count),
      attended: attended.rows(0..<count), feedForward: feedForward.rows(0..<count))
  }

  private init(
    rows: Int, normalized: Backend.Tensor, projections: Backend.Tensor, attended: Backend.Tensor,
    feedForward: Backend.Tensor
  ) {
    self.rows = rows
    self.normalized = normalized
    self.projections = projections
    self.attended = attended
    self.feedForward = feedForward
  }
}

extension CausalModel {
  /// Takes a chunk through the layer that was loaded last, with nothing kept for a gradient.
  ///
  /// - Parameters:
  ///   - hidden: Residual stream of the chunk's rows, updated in place.
  ///   - chunk: What attention needs to know.
  ///   - positions: Of the chunk's rows.
  ///   - kept: Projections that later chunks need.
  public func applyLayer(
    to hidden: Backend.Tensor, chunk: TokenBatch.Chunk, positions: ArraySlice<Int32>,
    kept: Backend.Tensor?
  ) {
    applyLayer(to: hidden, chunk: chunk, positions: positions, kept: kept, record: nil)
  }
}

extension ComputeBackend {
  /// Copies the projections that later chunks need; comes after the chunk's own attention, which may
  /// still read what is overwritten.
  func keep(_ keeps: [TokenBatch.Keep], of projections: Tensor, in kept: Tensor?) {
    guard let kept else { return }
    for keep in keeps {
      gather(
        Array(keep.rows), of: projections,
        into: kept.rows(keep.keptRow..<keep.keptRow + keep.rows.count))
    }
  }
}

extension ModelConfiguration {
  /// Cosines and sines for positions from 0, with frequencies in float32 as transformers has them.
  func rotaryTable(positionCount: Int) -> RotaryTable {
    RotaryTable(frequencies: inverseFrequencies().map { Float($0) }, positionCount: positionCount)
  }
}

extension Checkpoint {
  /// Stored tensors of each layer, in the layout's order.
  public func tensorsByLayer() -> [[StoredTensor]] {
    var layers = [[StoredTensor]](repeating: [], count: configuration.layerCount)
    for parameter in layout.parameters {
      if let layer = parameter.layer { layers[layer].append(tensor(parameter.name)) }
    }
    return layers
  }

}

extension WeightSource {
  /// The model of these weights, computing on a backend.
  public func makeModel<Backend: ComputeBackend>(on backend: Backend) -> any CausalModel<Backend> {
    switch configuration.family {
    case .gptNeoX: GPTNeoX(weights: self, backend: backend)
    case .llama, .mistral, .qwen2, .qwen3: Llama(weights: self, backend: backend)
    case .gpt2: GPT2(weights: self, backend: backend)
    }
  }

  /// The same model, able to give gradients as well.
  public func makeTrainableModel<Backend: TrainingBackend>(
    on backend: Backend
  ) -> any TrainableModel<Backend> {
    switch configuration.family {
    case .gptNeoX: GPTNeoX(weights: self, backend: backend)
    case .llama, .mistral, .qwen2, .qwen3: Llama(weights: self, backend: backend)
    case .gpt2: GPT2(weights: self, backend: backend)
    }
  }
}
