internal import Communication
public import Compute
public import LanguageModel

extension TensorSnapshot {
  /// Copies a model's weights, and then the moments of its optimizer, which all ranks send to rank 0.
  ///
  /// - Parameters:
  ///   - parameters: Whose weights.
  ///   - optimizer: Of these parameters.
  ///   - backend: Where both lie.
  /// - Returns: How many of ``tensors`` are weights; the moments come after them. On ranks other than
  ///   0 there are no tensors.
  /// - Throws: `CommunicationError`.
  /// - Precondition: No save holds the snapshot.
  /// - Complexity: O(parameters).
  public func fill<Backend: TrainingBackend>(
    from parameters: ModelParameters<Backend>, optimizer: AdamW<Backend>, on backend: Backend
  ) throws -> Int {
    try optimizer.finishExchange()
    let all = parameters.parameters
    guard optimizer.ranks.isRoot else {
      try optimizer.sendMoments()
      return 0
    }
    arrange(
      all.map { ($0.name, $0.shape) }
        + all.map { (MomentNames.first + $0.name, $0.shape) }
        + all.map { (MomentNames.second + $0.name, $0.shape) })
    for (index, parameter) in all.enumerated() {
      backend.copyBytes(of: parameter.weights, to: destination(ofTensor: index))
    }
    try optimizer.collectMoments { moment, parameter in
      destination(ofTensor: (moment + 1) * all.count + parameter)
    }
    return all.count
  }
}
