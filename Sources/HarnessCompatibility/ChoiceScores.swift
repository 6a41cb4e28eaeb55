import Foundation

/// What a summed log-likelihood of a choice is set against before choices are compared.
public enum ChoiceNormalization: String, Sendable, CaseIterable {
  /// Nothing: `acc`.
  case none
  /// Divided by Unicode code points of the raw choice: `acc_norm`.
  case characters
  /// Divided by UTF-8 bytes of the raw choice: `acc_bytes`.
  case bytes
  /// Divided by scored tokens, as llama.cpp, llm.c and nanochat do; no metric of lm-eval.
  case tokens
  /// Minus the log-likelihood of the choice without context: `acc_mutual_info`.
  case mutualInformation = "mutual_information"
}

/// The model's answers to one multiple-choice document.
public struct ChoiceScores: Sendable, Equatable {
  /// Raw choices, without target delimiter.
  public let choices: [String]
  /// Sum over the choice's tokens given the context, in nats, per choice.
  public let logLikelihoods: [Double]
  /// Whether every token of the choice was the most likely one.
  public let isGreedy: [Bool]
  /// Scored tokens per choice; empty if unknown.
  public let tokenCounts: [Int]
  /// The sums without context; empty unless `acc_mutual_info` was asked for.
  public let unconditionalLogLikelihoods: [Double]

  public init(
    choices: [String], logLikelihoods: [Double], isGreedy: [Bool], tokenCounts: [Int] = [],
    unconditionalLogLikelihoods: [Double] = []
  ) {
    self.choices = choices
    self.logLikelihoods = logLikelihoods
    self.isGreedy = isGreedy
    self.tokenCounts = tokenCounts
    self.unconditionalLogLikelihoods = unconditionalLogLikelihoods
  }

  /// What the choices are compared by.
  ///
  /// An empty choice gives a division by zero, so minus infinity or NaN, as NumPy has it.
  ///
  /// - Parameter normalization: What the sums are set against.
  /// - Returns: One score per choice, or `nil` if what the normalisation needs is not there.
  /// - SeeAlso: `lm_eval/api/task.py`, `process_results`, commit 4e7e0d4.
  public func scores(_ normalization: ChoiceNormalization) -> [Double]? {
    switch normalization {
    case .none: return logLikelihoods
    case .characters:
      return zip(logLikelihoods, choices).map { $0 / Double($1.unicodeScalars.count) }
    case .bytes:
      return zip(logLikelihoods, choices).map { $0 / Double($1.utf8.count) }
    case .tokens:
      guard tokenCounts.count == logLikelihoods.count else { return nil }
      return zip(logLikelihoods, tokenCounts).map { $0 / Double($1) }
    case .mutualInformation:
      guard unconditionalLogLikelihoods.count == logLikelihoods.count else { return nil }
      return zip(logLikelihoods, unconditionalLogLikelihoods).map { $0 - $1 }
    }
  }

  /// The choice that wins under a normalisation; the first one wins a tie, and a NaN wins over all.
  ///
  /// - Parameter normalization: What the sums are set against.
  /// - Returns: An index, or `nil` if what the normalisation needs is not there.
  public func best(_ normalization: ChoiceNormalization) -> Int? {
    scores(normalization).flatMap(Self.argmax)
  }

  /// Whether more than one choice reaches the best score, NaN aside.
  public func isTied(_ normalization: ChoiceNormalization) -> Bool {
    guard let scores = scores(normalization), let best = Self.argmax(scores) else { return false }
    return scores.filter { $0 == scores[best] }.count > 1
  }

  /// Index of the largest value as NumPy's `argmax` has it: the first NaN, else the first largest.
  ///
  /// - Parameter values: Any values.
  /// - Returns: `nil` for no values.
  public static func argmax(_ values: [Double]) -> Int? {
    guard var best = values.indices.first else { return nil }
    for index in values.indices {
      if values[index].isNaN { return index }
      if values[index] > values[best] { best = index }
    }
    return best
  }

  /// Probabilities of the choices among themselves: softmax of the log-likelihoods.
  ///
  /// - SeeAlso: `lm_eval/utils.py`, `softmax`, commit 4e7e0d4.
  public var probabilities: [Double] {
    guard let best = Self.argmax(logLikelihoods) else { return [] }
    let exponentials = logLikelihoods.map { exp($0 - logLikelihoods[best]) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }

  /// The share of probability on true choices, unshifted: long answers underflow to 0/0, so to NaN.
  ///
  /// - Parameter isTrue: Whether each choice is right.
  /// - Returns: A share of 1, or NaN.
  /// - SeeAlso: `lm_eval/tasks/truthfulqa/utils.py`, `process_results_mc2`, commit 4e7e0d4.
  public func trueProbability(isTrue: [Bool]) -> Double {
    let exponentials = logLikelihoods.map { exp($0) }
    let sum = exponentials.reduce(0, +)
    return zip(exponentials, isTrue).reduce(0) { $1.1 ? $0 + $1.0 / sum : $0 }
  }
}
