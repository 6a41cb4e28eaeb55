public import Compute
public import LanguageModel

extension TensorSnapshot {
  /// Copies a model's weights, and then the moments of its optimizer.
  ///
  /// - Parameters:
  ///   - parameters: Whose weights.
  ///   - optimizer: Of these parameters.
  ///   - backend: Where both lie.
  /// - Returns: How many of ``tensors`` are weights; the moments come after them.
  /// - Precondition: No save holds the snapshot.
  /// - Complexity: O(parameters).
  public func fill<Backend: TrainingBackend>(
    from parameters: ModelParameters<Backend>, optimizer: AdamW<Backend>, on backend: Backend
  ) -> Int {
    let all = parameters.parameters
    arrange(
      all.map { ($0.name, $0.shape) }
        + all.map { (MomentNames.first + $0.name, $0.shape) }
        + all.map { (MomentNames.second + $0.name, $0.shape) })
    for (index, tensor)
      in (all.map(\.weights) + optimizer.firstMoments + optimizer.secondMoments).enumerated()
    {
      backend.copyBytes(of: tensor, to: destination(ofTensor: index))
    }
    return all.count
  }
}
