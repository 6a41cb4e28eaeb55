public import OrderedJSON

/// The longest input of a model, in tokens, as lm-evaluation-harness finds it.
public enum MaximumLength {
  /// What holds where neither configuration nor tokenizer says.
  public static let fallback = 2048

  /// Looks at the configuration, then at the tokenizer.
  ///
  /// - Parameters:
  ///   - configuration: config.json; the keys `n_positions`, `max_position_embeddings` and `n_ctx` are
  ///     looked up in this order, in `text_config` instead where that is there.
  ///   - tokenizerLimit: `model_max_length`, `nil` where absent or without limit.
  /// - Returns: The length; a value that is no positive integer is passed over.
  /// - SeeAlso: `lm_eval/models/utils.py`, `resolve_max_length`, commit 4e7e0d4.
  public static func resolve(configuration: JSONValue, tokenizerLimit: Int?) -> Int {
    let source: JSONValue =
      if let text = configuration["text_config"], text.objectValue != nil { text } else {
        configuration
      }
    for key in ["n_positions", "max_position_embeddings", "n_ctx"] {
      if let value = source[key]?.integerValue, value > 0 { return value }
    }
    if let tokenizerLimit, tokenizerLimit > 0 { return tokenizerLimit }
    return fallback
  }
}
