import Compute
public import LanguageModel
import Scoring
internal import TrainingPlans

/// Useful floating-point operations: what a computation needs, however it is done.
///
/// Multiplications and additions count apart. Padding, recomputation, and prefixes that are computed
/// again count nothing.
public enum WorkCount {
  /// 2 · rows · inputs · outputs.
  public static func product(rows: Int, inputs: Int, outputs: Int) -> Double {
    2 * Double(rows) * Double(inputs) * Double(outputs)
  }

  /// Pairs of a token and one it attends to, itself included.
  ///
  /// - Parameters:
  ///   - positions: Consecutive positions in a sequence.
  ///   - window: Tokens that a token sees, itself included; `nil` for all before it.
  /// - Returns: Σ min(position + 1, window).
  public static func attendedPairs(at positions: Range<Int>, window: Int? = nil) -> Double {
    func sum(below end: Int) -> Double {
      let growing = window.map { min($0, end) } ?? end
      return Double(growing) * Double(growing + 1) / 2 + Double(end - growing) * Double(growing)
    }
    return sum(below: positions.upperBound) - sum(below: positions.lowerBound)
  }

  /// Scores and weighted sums: 4 · head size · heads for each pair.
  static func attention(_ layout: AttentionLayout, groups: [[AttentionSpan]]) -> Double {
    var pairs = 0.0
    for group in groups {
      for span in group where span.hasQueries {
        pairs += attendedPairs(
          at: span.position..<span.position + span.count, window: layout.window)
      }
    }
    return 4 * Double(layout.headSize * layout.headCount) * pairs
  }

  /// Gradients of both products' factors, twice what attention itself takes.
  static func attentionGradient(_ layout: AttentionLayout, sequences: [Range<Int>]) -> Double {
    let pairs = sequences.reduce(0) {
      $0 + attendedPairs(at: 0..<$1.count, window: layout.window)
    }
    return 8 * Double(layout.headSize * layout.headCount) * pairs
  }

  /// Operations of an optimizer update.
  ///
  ///     6 · (non-embedding parameters + V · H) · tokens + 6 · L · H · T · tokens
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - tokens: Tokens trained on.
  ///   - sequenceLength: T.
  /// - Returns: `nil` for a model whose parameters cannot be counted.
  public static func training(
    _ configuration: ModelConfiguration, tokens: Int, sequenceLength: Int
  ) -> Double? {
    ModelCounts(configuration)?.operations(tokens: tokens, sequenceLength: sequenceLength)
  }

  /// Operations of scoring.
  ///
  ///     2 · non-embedding parameters · unique tokens + 2 · V · H · scored positions
  ///       + 4 · heads · head size · Σ over layers and unique tokens of the tokens attended to
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - sequences: What is scored.
  /// - Returns: `nil` for a model whose parameters cannot be counted.
  public static func scoring(
    _ configuration: ModelConfiguration, sequences: UniqueSequences
  ) -> Double? {
    guard let counts = ModelCounts(configuration) else { return nil }
    let weights = 2 * Double(counts.nonEmbeddingParameters) * Double(sequences.tokens)
    let logits = product(
      rows: sequences.scoredPositions, inputs: configuration.hiddenSize,
      outputs: configuration.vocabularySize)
    let width = Double(configuration.headCount * configuration.headSize)
    let attention = (0..<configuration.layerCount).reduce(0.0) { sum, layer in
      sum + 4 * width * sequences.attendedPairs(window: configuration.windows[layer])
    }
    return weights + logits + attention
  }
}
