public import Compute

/// A model that gives the gradient of a loss with respect to its parameters.
///
/// A pass goes as ``GradientPass`` has it: forwards with a ``LayerRecord`` per layer, then backwards
/// through the layers, each time loading what the layer needs.
public protocol TrainableModel<Backend>: CausalModel where Backend: TrainingBackend {
  /// Memory for what a layer of that many rows leaves for its gradient.
  func makeRecord(rows: Int) -> LayerRecord<Backend>

  /// Loads what the gradient of a layer needs: norms, and the matrices the other way round.
  func loadLayerGradient(_ layer: Int)

  /// Takes the gradient of a micro-batch back through the layer that was loaded last.
  ///
  /// - Parameters:
  ///   - gradient: With respect to the layer's output, `[rows, hidden size]`; becomes that with
  ///     respect to its input.
  ///   - record: What the forward pass left; used up.
  ///   - sequences: Rows of each sequence.
  ///   - positions: Of the rows.
  ///   - parameters: Whose gradients are added to.
  func applyLayerGradient(
    to gradient: Backend.Tensor, record: LayerRecord<Backend>, sequences: [Range<Int>],
    positions: ArraySlice<Int32>, parameters: ModelParameters<Backend>)

  /// Takes a gradient back through the norm before the output projection.
  ///
  /// - Parameters:
  ///   - hidden: What was normalised, `[rows, hidden size]`.
  ///   - outputGradient: With respect to the result.
  ///   - parameters: Whose gradients are added to.
  ///   - gradient: With respect to `hidden`, overwritten.
  func applyOutputNormGradient(
    hidden: Backend.Tensor, outputGradient: Backend.Tensor, parameters: ModelParameters<Backend>,
    into gradient: Backend.Tensor)

  /// Adds the gradients of the embeddings.
  ///
  /// - Parameters:
  ///   - tokens: Of the rows.
  ///   - positions: Of the rows.
  ///   - gradient: With respect to the residual stream before the first layer.
  ///   - parameters: Whose gradients are added to.
  func addEmbeddingGradient(
    tokens: ArraySlice<Int32>, positions: ArraySlice<Int32>, gradient: Backend.Tensor,
    parameters: ModelParameters<Backend>)
}

extension Projection where Backend: TrainingBackend {
  /// Fills in the weights the other way round, one below the other if there are several.
  func fillTranspose(_ matrices: [StoredMatrix]) {
    backend.fill(transpose, transposing: matrices)
  }

  /// Gradient of the input from that of the output.
  func applyGradient(_ outputGradient: Backend.Tensor, into inputGradient: Backend.Tensor) {
    backend.multiply(
      outputGradient, by: transpose, bias: nil, epilogue: .store(nil), into: inputGradient)
  }

  /// Adds the gradients of weights and biases.
  ///
  /// - Parameters:
  ///   - input: What the weights were multiplied with.
  ///   - outputGradient: With respect to the result.
  ///   - names: Of the layers that stand side by side, without `.weight` and `.bias`.
  ///   - parameters: Whose gradients are added to.
  func addParameterGradients(
    input: Backend.Tensor, outputGradient: Backend.Tensor, names: [String],
    parameters: ModelParameters<Backend>
  ) {
    backend.addWeightGradients(
      input: input, outputGradient: outputGradient, layout: layout,
      to: names.map { parameters.gradient($0 + ".weight") })
    guard bias != nil else { return }
    var column = 0
    for name in names {
      let sums = parameters.gradient(name + ".bias")
      backend.addColumnSums(
        of: outputGradient.columns(column..<column + sums.columnCount), to: sums)
      column += sums.columnCount
    }
  }
}

/// Working memory of a layer's gradient beyond what the forward pass's working memory lends.
struct GradientWorkspace<Backend: ComputeBackend> {
  let rows: Int
  /// Gradients with respect to the results of the two norms, `[rows, hidden size]`.
  let inputNorm: Backend.Tensor
  let feedForwardNorm: Backend.Tensor

  init(_ backend: Backend, rows: Int, hidden: Int) {
    self.rows = rows
    inputNorm = backend.makeTensor(rows: rows, columns: hidden)
    feedForwardNorm = backend.makeTensor(rows: rows, columns: hidden)
  }

  /// Memory for some rows: what is stored if it is large enough, else anew.
  ///
  /// - Parameters:
  ///   - stored: What there is; replaced if it is too small.
  ///   - backend: Where.
  ///   - rows: Rows wanted.
  ///   - hidden: Hidden size.
  /// - Returns: Tensors of just that many rows.
  static func reserved(
    in stored: inout GradientWorkspace?, on backend: Backend, rows: Int, hidden: Int
  ) -> GradientWorkspace {
    if let stored, stored.rows >= rows { return stored.first(rows) }
    let new = GradientWorkspace(backend, rows: rows, hidden: hidden)
    stored = new
    return new
  }

  /// The same memory for fewer rows.
  func first(_ count: Int) -> GradientWorkspace {
    GradientWorkspace(
      rows: count, inputNorm: inputNorm.rows(0..<count),
      feedForwardNorm: feedForwardNorm.rows(0..<count))
  }

  private init(rows: Int, inputNorm: Backend.Tensor, feedForwardNorm: Backend.Tensor) {
    self.rows = rows
    self.inputNorm = inputNorm
    self.feedForwardNorm = feedForwardNorm
  }
}
