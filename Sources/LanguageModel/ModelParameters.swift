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
    public let stage: ModelStage
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
  /// The same memory in the order in which a backward pass completes gradients.
  public let buckets: [ParameterBucket<Backend>]
  private let backend: Backend
  private var indices: [String: Int] = [:]

  /// Reads all weights of a checkpoint, in whatever dtype it has them.
  ///
  /// - Parameters:
  ///   - checkpoint: An opened checkpoint.
  ///   - backend: Where the parameters shall lie.
  ///   - minimumBucketCount: Numbers below which stages share a bucket; 4 MiB of them by default.
  /// - Complexity: O(parameters).
  public init(
    _ checkpoint: Checkpoint, on backend: Backend, minimumBucketCount: Int = 1 << 20
  ) {
    configuration = checkpoint.configuration
    self.backend = backend
    let isTied = checkpoint.tiesOutputEmbedding
    let layout = checkpoint.layout
    self.layout = layout
    let entries = layout.parameters.filter { !(isTied && $0.name == layout.outputEmbedding) }
    let plan = BucketPlan(
      entries.map { ($0.stage(in: layout), $0.shape.reduce(1, *)) },
      layers: configuration.layerCount, minimumCount: minimumBucketCount)
    var places = [(weights: Backend.Tensor, gradient: Backend.Tensor)?](
      repeating: nil, count: entries.count)
    buckets = plan.buckets.map { bucket in
      let weights = backend.makeTensor(rows: 1, columns: bucket.count)
      let gradient = backend.makeTensor(rows: 1, columns: bucket.count)
      backend.clear(weights)
      backend.clear(gradient)
      for (index, range) in bucket.members {
        let columns = entries[index].shape.last ?? 1
        let rows = entries[index].shape.dropLast().reduce(1, *)
        places[index] = (
          weights.columns(range).cut(rows: rows, columns: columns),
          gradient.columns(range).cut(rows: rows, columns: columns)
        )
      }
      return ParameterBucket(
        stages: bucket.stages,
        members: bucket.members.map { .init(parameter: $0.parameter, range: $0.range) },
        weights: weights, gradient: gradient)
    }
    var parameters: [Parameter] = []
    for (entry, place) in zip(entries, places) {
      guard let place else { preconditionFailure("every stage is in the plan") }
      let stored = checkpoint.tensor(entry.name)
      stored.withUnsafeBytes { bytes in
        backend.load(
          StoredVector(bytes: bytes, type: stored.dtype, count: entry.shape.reduce(1, *)),
          into: place.weights)
      }
      indices[entry.name] = parameters.count
      parameters.append(
        Parameter(
          name: entry.name, shape: entry.shape, stage: entry.stage(in: layout),
          weights: place.weights, gradient: place.gradient))
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

extension ParameterLayout.Parameter {
  /// Where a pass reads the parameter.
  func stage(in layout: ParameterLayout) -> ModelStage {
    if let layer { return .layer(layer) }
    return layout.isEmbedding(name) ? .embedding : .output
  }
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
