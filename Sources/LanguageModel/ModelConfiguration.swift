public import Compute

/// What a model's forward pass needs to know, resolved from a Hugging Face `config.json`.
///
/// Every number has been checked for sense; nothing here depends on the weights.
public struct ModelConfiguration: Sendable, Equatable {
  /// The architectures, under the names of `model_type`.
  public enum Family: String, Sendable, CaseIterable {
    case gptNeoX = "gpt_neox"
    case llama
    case mistral
    case qwen2
    case qwen3
    case gpt2
  }

  public let family: Family
  /// Rows of the embedding; token ids are below it.
  public let vocabularySize: Int
  public let hiddenSize: Int
  public let layerCount: Int
  /// Query heads.
  public let headCount: Int
  /// Key and value heads; divides ``headCount``.
  public let keyValueHeadCount: Int
  public let headSize: Int
  public let intermediateSize: Int
  public let activation: Activation
  /// Added to the variance (LayerNorm) or mean square (RMSNorm).
  public let normEpsilon: Float
  /// Rotary positions; `nil` where there are none (`gpt2` has learned ones).
  public let rotary: RotaryEmbedding?
  /// Whether attention and feed-forward layer read the same residual (`gpt_neox`).
  public let usesParallelResidual: Bool
  /// Whether query, key and value projections have a bias.
  public let attentionBias: Bool
  /// Whether the attention's output projection has a bias.
  public let outputBias: Bool
  /// Whether the feed-forward projections have a bias.
  public let mlpBias: Bool
  /// Whether queries and keys are RMS-normalised per head (`qwen3`).
  public let queryKeyNorm: Bool
  /// Whether the output projection is the input embedding, unless the file holds both.
  public let tiesEmbeddings: Bool
  /// Positions the model was made for; rows of the position embedding in `gpt2`.
  public let maximumPositions: Int
  /// Longest input that lm-evaluation-harness takes from the configuration, in tokens.
  public let maximumLength: Int
  /// Per layer, how many positions a token sees, itself included; `nil` for all before it.
  public let windows: [Int?]
  /// Whether attention scores are divided by √``headSize``; false for some `gpt2` only.
  public let scalesAttention: Bool
  /// Whether attention scores of layer i are divided by i + 1 as well; for some `gpt2` only.
  public let scalesAttentionByLayer: Bool

  /// Factor on the products of queries and keys.
  ///
  /// - Parameter layer: Index from 0.
  /// - Returns: 1/√``headSize`` but for the variants of `gpt2`.
  public func attentionScale(ofLayer layer: Int) -> Double {
    let scale = scalesAttention ? 1 / Double(headSize).squareRoot() : 1
    return scalesAttentionByLayer ? scale / Double(layer + 1) : scale
  }

  /// Angles per position of the rotary embedding, in radians; empty where there is none.
  public func inverseFrequencies() -> [Double] { rotary?.inverseFrequencies() ?? [] }
}

/// Rotary position embedding of the first part of each head, in the two-halves layout.
public struct RotaryEmbedding: Sendable, Equatable {
  /// How frequencies are changed for longer contexts.
  public enum Scaling: Sendable, Equatable {
    case none
    /// All frequencies divided by a factor.
    case linear(factor: Double)
    /// Low frequencies divided, high ones kept, those between blended (Llama 3.1).
    case llama3(
      factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
      originalPositions: Int)
  }

  /// Dimensions of a head that are rotated, even.
  public let dimensions: Int
  /// What the exponents are divided by: ``dimensions``, or one less where that was rounded up.
  public let exponentDivisor: Int
  /// `rope_theta`.
  public let base: Double
  public let scaling: Scaling

  /// Angles per position, in radians: one per pair of dimensions, highest first.
  ///
  /// Pair i turns by base^(−2i/d), changed as ``scaling`` says.
  /// - Returns: ``dimensions`` / 2 values.
  /// - SeeAlso: Su et al. 2021, arXiv:2104.09864; ROPE_INIT_FUNCTIONS of transformers 5.23.
  public func inverseFrequencies() -> [Double] {
    stride(from: 0, to: dimensions, by: 2).map { index in
      let plain = 1 / power(base, Double(index) / Double(exponentDivisor))
      switch scaling {
      case .none: return plain
      case .linear(let factor): return plain / factor
      case .llama3(let factor, let low, let high, let positions):
        let wavelength = 2 * Double.pi / plain
        if wavelength < Double(positions) / high { return plain }
        if wavelength > Double(positions) / low { return plain / factor }
        let smooth = (Double(positions) / wavelength - low) / (high - low)
        return (1 - smooth) * plain / factor + smooth * plain
      }
    }
  }
}
