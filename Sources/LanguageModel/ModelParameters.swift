public import Compute

/// The parameters of a model that is being trained, float32, with their gradients.
///
/// Names and shapes are those of the checkpoint; a vector is a tensor of one row. A tied output
/// embedding is the input embedding, with one gradient for both uses.
public final class ModelParameters<Backend: TrainingBackend>: WeightSource {
  /// One trained tensor.
  public struct Parameter {
    public let name: String
    /// As in the checkpoint, outermost dimension first.
    public let shape: [Int]
    public let weights: Backend.Tensor
    /// Of the loss with respect to ``weights``; 0 after each update.
    public let gradient: Backend.Tensor
    /// Whether it has two dimensions or more, which is what decays.
    public var isMatrix: Bool { shape.count >= 2 }
  }

  public let configuration: ModelConfiguration
  public let layout: ParameterLayout
  /// In the layout's order.
  public let parameters: [Parameter]
  private let backend: Backend
  private var indices: [String: Int] = [:]

  /// Reads all weights of a checkpoint, in whatever dtype it has them.
  ///
  /// - Parameters:
  ///   - checkpoint: An opened checkpoint.
  ///   - backend: Where the parameters shall lie.
  /// - Complexity: O(parameters).
  public init(_ checkpoint: Checkpoint, on backend: Backend) {
    configuration = checkpoint.configuration
    layout = checkpoint.layout
    self.backend = backend
    let isTied = checkpoint.tiesOutputEmbedding
    var parameters: [Parameter] = []
    for entry in layout.parameters where !(isTied && entry.name == layout.outputEmbedding) {
      let columns = entry.shape.last ?? 1
      let rows = entry.shape.dropLast().reduce(1, *)
      let weights = backend.makeTensor(rows: rows, columns: columns)
      let gradient = backend.makeTensor(rows: rows, columns: columns)
      let stored = checkpoint.tensor(entry.name)
      stored.withUnsafeBytes { bytes in
        backend.load(
          StoredVector(bytes: bytes, type: stored.dtype, count: rows * columns), into: weights)
      }
      backend.clear(gradient)
      indices[entry.name] = parameters.count
      parameters.append(
        Parameter(name: entry.name, shape: entry.shape, weights: weights, gradient: gradient))
    }
    self.parameters = parameters
    if isTied { indices[layout.outputEmbedding] = indices[layout.inputEmbedding] }
  }

  /// The gradient of a parameter.
  ///
  /// - Parameter name: A name of ``layout``.
  /// - Returns: A tensor to add to.
  /// - Precondition: The name is in the layout.
  public func gradient(_ name: String) -> Backend.Tensor { parameter(name).gradient }

  public func matrix(_ name: String, _ layout: StoredMatrix.Layout) -> StoredMatrix {
    backend.storedMatrix(parameter(name).weights, layout: layout)
  }

  public func vector(_ name: String) -> StoredVector {
    backend.storedVector(parameter(name).weights)
  }

  private func parameter(_ name: String) -> Parameter {
    guard let index = indices[name] else { preconditionFailure("no tensor \(name) in the layout") }
    return parameters[index]
  }

  /// Numbers in all parameters.
  public var count: Int { parameters.reduce(0) { $0 + $1.shape.reduce(1, *) } }
}

extension Checkpoint {
  /// Whether the output projection is the input embedding: the configuration ties the two and the
  /// files do not hold two that differ.
  public var tiesOutputEmbedding: Bool {
    guard layout.tiesEmbeddings else { return false }
    let (input, output) = (tensor(layout.inputEmbedding), tensor(layout.outputEmbedding))
    if input.bytes.baseAddress == output.bytes.baseAddress { return true }
    return input.dtype == output.dtype && input.bytes.elementsEqual(output.bytes)
  }
}
