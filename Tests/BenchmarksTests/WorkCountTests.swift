import Benchmarks
import LanguageModel
import OrderedJSON
import Scoring
import Testing

@Suite("Useful work is counted by hand")
struct WorkCountTests {
  /// Hidden size 8, 2 layers, 2 heads of 4, vocabulary 10.
  ///
  /// A layer has 8·24 + 24 for query, key and value, 8·8 + 8 for the output, 8·16 + 16 and 16·8 + 8
  /// for the feed-forward layer, and two norms of 16: 600. With the last norm: 1216.
  private func model() throws -> ModelConfiguration {
    let json: JSONValue = [
      "model_type": "gpt_neox", "vocab_size": 10, "hidden_size": 8, "num_hidden_layers": 2,
      "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 64,
      "rotary_pct": 0.5,
    ]
    return try ModelConfiguration(json, path: "test")
  }

  /// A tree with the paths 1 2 3 4, 1 2 3 5 and 7.
  private static let sequences = [
    ScoredSequence(input: [1, 2, 3, 4], targets: [9]),
    ScoredSequence(input: [7], targets: [1]),
    ScoredSequence(input: [1, 2], targets: [8]),
    ScoredSequence(input: [1, 2, 3, 5], targets: [5, 6]),
    ScoredSequence(input: [1, 2, 3, 4], targets: [4, 9]),
  ]

  @Test("Training: 6 · (parameters + V · H) · tokens + 6 · L · H · T · tokens")
  func training() throws {
    let operations = WorkCount.training(try model(), tokens: 10, sequenceLength: 5)
    let (weights, attention) = (6 * (1216 + 10 * 8) * 10, 6 * 2 * 8 * 5 * 10)
    #expect(operations == Double(weights + attention))
  }

  @Test("A token that sequences share counts once, and so does what it predicts")
  func sharesPrefixes() {
    let unique = UniqueSequences(Self.sequences)
    #expect(unique.tokens == 6)
    // 2 of the path 1 2, 3 and its two continuations, and 7.
    #expect(unique.scoredPositions == 5)
    #expect(unique.attendedPairs(window: nil) == 1 + 2 + 3 + 4 + 4 + 1)
    #expect(unique.attendedPairs(window: 2) == 1 + 2 + 2 + 2 + 2 + 1)
    let reversed = UniqueSequences(Self.sequences.reversed())
    #expect(reversed.tokens == 6 && reversed.scoredPositions == 5)
  }

  @Test("Scoring: parameters by tokens, the vocabulary by scored positions, attention by pairs")
  func scoring() throws {
    let operations = WorkCount.scoring(
      try model(), sequences: UniqueSequences(Self.sequences))
    let (weights, logits, attention) = (2 * 1216 * 6, 2 * 10 * 8 * 5, 2 * 4 * 8 * 15)
    #expect(operations == Double(weights + logits + attention))
  }

  @Test("Attention over a causal half is what the training formula has for it")
  func agreesWithTraining() {
    // 4 · H · T · (T + 1) / 2 forwards, three times that with both gradients, is 6 · H · T · (T + 1).
    let pairs = WorkCount.attendedPairs(at: 0..<128)
    #expect(3 * 4 * 8 * pairs == 6 * 8 * 128 * 129)
    #expect(WorkCount.attendedPairs(at: 100..<128) + WorkCount.attendedPairs(at: 0..<100) == pairs)
    #expect(WorkCount.attendedPairs(at: 0..<6, window: 4) == 1 + 2 + 3 + 4 + 4 + 4)
    #expect(WorkCount.attendedPairs(at: 5..<6, window: 4) == 4)
  }
}
