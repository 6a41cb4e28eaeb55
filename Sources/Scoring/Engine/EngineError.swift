/// Why sequences could not be scored.
public enum EngineError: Error, Equatable, CustomStringConvertible {
  /// The limit leaves no room for one layer and one sequence; both in bytes.
  case memoryLimitTooSmall(limit: Int, needed: Int)
  /// A sequence holds an id that the model has no embedding for.
  case tokenOutOfRange(token: Int, vocabularySize: Int)
  /// A sequence is longer than the window, in tokens.
  case sequenceTooLong(length: Int, maximum: Int)
  /// The run was interrupted.
  case cancelled

  public var description: String {
    switch self {
    case .memoryLimitTooSmall(let limit, let needed):
      // Rounded up, so that the number can be copied into the option.
      """
      --memory-limit \(limit) bytes is too small: one layer, its working memory and the longest \
      document need \(needed) bytes. Pass --memory-limit \((needed + (1 << 20) - 1) >> 20)MiB or more.
      """
    case .tokenOutOfRange(let token, let vocabularySize):
      """
      token id \(token) has no embedding: the model's vocab_size is \(vocabularySize). The tokenizer \
      belongs to another model; pass the checkpoint's own tokenizer.json.
      """
    case .sequenceTooLong(let length, let maximum):
      "a sequence of \(length) tokens does not fit the model's window of \(maximum)"
    case .cancelled: "interrupted"
    }
  }
}
