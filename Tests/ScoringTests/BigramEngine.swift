import Foundation
import Scoring
import Tokenization

/// A table model for tests: log p(next | previous) from a fixed hash, normalised over the vocabulary.
///
/// It is deterministic and knows nothing beyond the previous token, so every score can be recomputed
/// by hand.
struct BigramEngine: LogLikelihoodEngine {
  let maximumLength: Int
  let vocabularySize: Int
  /// Answers NaN wherever this token is a target.
  var poison: Int32?
  /// Fails after this many calls.
  var failsAfterCalls: Int?
  private(set) var calls: [Int] = []

  init(maximumLength: Int, vocabularySize: Int) {
    self.maximumLength = maximumLength
    self.vocabularySize = vocabularySize
  }

  struct Failure: Error {}

  private func logits(after token: Int32) -> [Double] {
    (0..<vocabularySize).map { next in
      let mixed = (UInt64(token) &* 2_654_435_761 ^ UInt64(next) &* 40_503) % 1009
      return Double(mixed) / 250
    }
  }

  mutating func score(
    _ sequences: [ScoredSequence], progress: (ScoringProgress) -> Void
  ) throws -> [SequenceScore] {
    if let failsAfterCalls, calls.count >= failsAfterCalls { throw Failure() }
    calls.append(sequences.count)
    let tokens = sequences.reduce(0) { $0 + $1.input.count }
    let scores = sequences.map { sequence in
      precondition(sequence.input.count <= maximumLength)
      let first = sequence.input.count - sequence.targets.count
      var terms: [Double] = []
      var isGreedy = true
      for (index, target) in sequence.targets.enumerated() {
        let logits = logits(after: sequence.input[first + index])
        let normalizer = log(logits.reduce(0) { $0 + exp($1) })
        terms.append(target == poison ? .nan : logits[Int(target)] - normalizer)
        if logits.indices.contains(where: { logits[$0] > logits[Int(target)] }) { isGreedy = false }
      }
      return SequenceScore(
        logLikelihood: terms.reduce(0, +), isGreedy: isGreedy, tokenLogLikelihoods: terms)
    }
    progress(
      ScoringProgress(
        finishedSequences: sequences.count, totalSequences: sequences.count,
        finishedTokens: tokens, totalTokens: tokens, weightBytesRead: 1000 * calls.count))
    return scores
  }
}

/// One token per byte, but for the pair "xy", which is one token of its own; `<s>` is id 0.
struct ByteTokenizer: TextTokenizer {
  var addsBOS = false
  var hasBOS = true

  static let merged: Int32 = 257

  var specialTokens: SpecialTokens {
    SpecialTokens(bos: hasBOS ? .init(text: "<s>", id: 0) : nil)
  }

  var prefixTokenID: Int32? { hasBOS ? 0 : nil }

  func token(of id: Int32) -> String? { "#\(id)" }

  func encode(_ text: String, addSpecialTokens: Bool) throws -> [Int32] {
    var ids: [Int32] = addSpecialTokens && addsBOS ? [0] : []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "<"), rest.starts(with: Array("s>".utf8)) {
        rest = rest.dropFirst(2)
        ids.append(0)
      } else if byte == UInt8(ascii: "x"), rest.first == UInt8(ascii: "y") {
        rest = rest.dropFirst()
        ids.append(Self.merged)
      } else {
        ids.append(Int32(byte) + 1)
      }
    }
    return ids
  }

  func decode(_ ids: [Int32], skipSpecialTokens: Bool) throws -> String {
    ids.map { $0 == 0 ? "<s>" : $0 == Self.merged ? "xy" : String(UnicodeScalar(UInt8($0 - 1))) }
      .joined()
  }
}
