public import OrderedJSON

/// Where a run's first weights come from.
public enum ModelSource: Sendable, Equatable {
  /// New weights for a model of these Hugging Face keys; `vocab_size` may come from the tokenizer.
  case initialize(keys: JSONObject, initialization: Initialization)
  /// The folder of a checkpoint, as written in the plan.
  case checkpoint(path: String)
}

/// How new weights are drawn.
public struct Initialization: Sendable, Equatable {
  /// Deviation of embeddings and of the matrices that read the residual stream.
  public enum Weights: String, Sendable, CaseIterable {
    /// ``Initialization/deviation``.
    case normal
    /// √(2 / (5 · hidden size)), as GPT-NeoX's `small_init`.
    case small
  }

  /// Deviation of the matrices that write into the residual stream.
  public enum Outputs: String, Sendable, CaseIterable {
    /// ``Initialization/deviation`` / √(2 · layers), as GPT-2 and Megatron.
    case scaled
    /// 2 / (layers · √hidden size), as GPT-NeoX's `wang_init`.
    case wang
    /// As all other matrices.
    case same
  }

  public let weights: Weights
  public let outputs: Outputs
  /// Standard deviation, above 0.
  public let deviation: Double

  public init(weights: Weights = .normal, outputs: Outputs = .scaled, deviation: Double = 0.02) {
    self.weights = weights
    self.outputs = outputs
    self.deviation = deviation
  }

  /// The deviation of most matrices.
  ///
  /// - Parameter hiddenSize: Width of the residual stream.
  /// - Returns: A standard deviation.
  public func weightDeviation(hiddenSize: Int) -> Double {
    switch weights {
    case .normal: deviation
    case .small: (2 / (5 * Double(hiddenSize))).squareRoot()
    }
  }

  /// The deviation of the matrices that write into the residual stream.
  ///
  /// - Parameters:
  ///   - hiddenSize: Width of the residual stream.
  ///   - layers: Number of layers, at least 1.
  /// - Returns: A standard deviation.
  public func outputDeviation(hiddenSize: Int, layers: Int) -> Double {
    switch outputs {
    case .scaled: weightDeviation(hiddenSize: hiddenSize) / (2 * Double(layers)).squareRoot()
    case .wang: 2 / (Double(layers) * Double(hiddenSize).squareRoot())
    case .same: weightDeviation(hiddenSize: hiddenSize)
    }
  }
}
