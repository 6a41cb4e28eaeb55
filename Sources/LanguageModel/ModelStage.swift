/// A part of a model that a pass reads, and whose gradients it completes, in one go.
public enum ModelStage: Sendable, Hashable {
  /// Embeddings of tokens and positions, read first; a tied output embedding is one of them.
  case embedding
  case layer(Int)
  /// The norm after the last layer and the output embedding, read last.
  case output
}

/// Told how far a ``GradientPass`` has come, so that others can work on what is complete.
public protocol GradientPassObserver: AnyObject {
  /// The weights of a stage are about to be read.
  func willRead(_ stage: ModelStage)
  /// The pass adds no more to the gradients of a stage.
  func didAddGradients(_ stage: ModelStage)
}
