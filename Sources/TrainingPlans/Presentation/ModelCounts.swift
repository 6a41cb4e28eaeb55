/// What the arithmetic of a training step depends on.
public struct ModelCounts: Sendable, Equatable {
  /// Parameters without input and output embedding.
  public let nonEmbeddingParameters: Int
  public let vocabularySize: Int
  public let hiddenSize: Int
  public let layers: Int

  public init(nonEmbeddingParameters: Int, vocabularySize: Int, hiddenSize: Int, layers: Int) {
    self.nonEmbeddingParameters = nonEmbeddingParameters
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.layers = layers
  }

  /// Floating-point operations of forward and backward passes.
  ///
  ///     6 · (parameters + V · H) · tokens + 6 · L · H · T · tokens
  ///
  /// The second term is attention over a causal half; recomputation is not counted.
  /// - Parameters:
  ///   - tokens: Tokens trained on.
  ///   - sequenceLength: T.
  /// - Returns: Operations, multiplications and additions apart.
  public func operations(tokens: Int, sequenceLength: Int) -> Double {
    let weights =
      Double(nonEmbeddingParameters) + Double(vocabularySize) * Double(hiddenSize)
    let attention = Double(layers) * Double(hiddenSize) * Double(sequenceLength)
    return 6 * (weights + attention) * Double(tokens)
  }
}
