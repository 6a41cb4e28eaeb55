public import LanguageModel

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

  /// Counts the parameters of a model.
  ///
  /// - Parameter configuration: The model; `nil` comes of one whose parameters do not fit `Int`.
  public init?(_ configuration: ModelConfiguration) {
    guard let total = ParameterLayout(configuration).parameterCount else { return nil }
    let table = configuration.vocabularySize * configuration.hiddenSize
    let positions =
      configuration.family == .gpt2 ? configuration.maximumPositions * configuration.hiddenSize : 0
    self.init(
      nonEmbeddingParameters: total - table * (configuration.tiesEmbeddings ? 1 : 2) - positions,
      vocabularySize: configuration.vocabularySize, hiddenSize: configuration.hiddenSize,
      layers: configuration.layerCount)
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
