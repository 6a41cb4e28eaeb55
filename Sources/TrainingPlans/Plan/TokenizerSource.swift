public import Tokenization

/// What makes tokens of a plan's texts.
public enum TokenizerSource: Sendable, Equatable {
  /// Path of a tokenizer.json, or of a folder that holds one, as written in the plan.
  case file(path: String)
  /// A byte-level BPE, trained before the first run begins.
  case trained(TokenizerTraining)
}

/// A tokenizer that a plan asks to be trained.
public struct TokenizerTraining: Sendable, Equatable {
  /// Names of the data sets whose training files are learnt from, each once.
  public let dataSets: [String]
  /// Tokens to learn, bytes and the end of text included.
  public let vocabularySize: Int
  /// How texts are cut into words.
  public let pattern: TrainingPattern
}
