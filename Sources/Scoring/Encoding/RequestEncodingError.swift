import Files

/// Why requests cannot be encoded at all.
public enum RequestEncodingError: Error, Equatable, CustomStringConvertible {
  /// `--bos always` with a tokenizer that names no such token.
  case noBeginningOfSequenceToken
  /// A text without context, and no token to put before it.
  case noPrefixToken
  case windowTooSmall(Int)
  /// The tokenizer knows more tokens than the model.
  case idBeyondVocabulary(id: Int32, vocabularySize: Int, text: String)

  public var description: String {
    switch self {
    case .noBeginningOfSequenceToken:
      """
      The tokenizer names no beginning-of-sequence token, so --bos always has nothing to add. \
      Name it as bos_token in tokenizer_config.json, or use --bos tokenizer.
      """
    case .noPrefixToken:
      """
      A text without context has to follow a beginning- or end-of-sequence token, and the tokenizer \
      names neither. Name bos_token or eos_token in tokenizer_config.json.
      """
    case .windowTooSmall(let window):
      "A window of \(window) tokens cannot score anything; the model needs one of 1 or more."
    case .idBeyondVocabulary(let id, let size, let text):
      """
      Token id \(id) is beyond the model's vocabulary of \(size)\
      \(text.isEmpty ? "" : " (in the text \"\(text.abbreviatedForTerminal(limit: 60))\")"). \
      The tokenizer belongs to another model; use the tokenizer.json saved with these weights.
      """
    }
  }
}
