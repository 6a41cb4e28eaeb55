internal import Files

/// Why a tokenizer could not be trained.
public enum TokenizerTrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A vocabulary that cannot hold every byte and the special tokens, or is too large.
  case vocabularySize(Int, least: Int, most: Int)
  case emptySpecialToken
  case repeatedSpecialToken(String)
  /// A special token above so many bytes.
  case longSpecialToken(String, limit: Int)
  /// The caller asked to stop.
  case cancelled

  public var description: String {
    switch self {
    case .vocabularySize(let size, let least, let most):
      "A vocabulary of \(size) tokens cannot be trained: every byte and every special token takes "
        + "one. Ask for \(least) to \(most)."
    case .emptySpecialToken: "A special token is empty. Leave it out, or give it a text."
    case .repeatedSpecialToken(let token):
      "The special token \"\(token.abbreviatedForTerminal(limit: 40))\" is named twice. Name it once."
    case .longSpecialToken(let token, let limit):
      "The special token \"\(token.abbreviatedForTerminal(limit: 40))\" has \(token.utf8.count) "
        + "bytes. At most \(limit) are supported; shorten it."
    case .cancelled: "Training was interrupted; nothing was written."
    }
  }
}
