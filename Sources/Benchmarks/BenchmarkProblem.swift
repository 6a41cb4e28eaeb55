internal import Files

/// Why something cannot be measured as it was asked for.
public enum BenchmarkProblem: Error, Equatable, CustomStringConvertible {
  /// The model has learned positions, and fewer than that.
  case sequenceTooLong(length: Int, maximum: Int)
  /// Training would not fit; bytes of the machine.
  case tooMuchMemory(available: Int)
  /// Texts are not what comes out of decoding their tokens.
  case notReversible(text: String, decoded: String)
  /// There is nothing to encode.
  case noText

  public var description: String {
    switch self {
    case .sequenceTooLong(let length, let maximum):
      "The model has \(maximum) positions. Give --sequence-length \(maximum) instead of \(length)."
    case .tooMuchMemory(let available):
      """
      Training this model with these sequences needs more memory than the machine has \
      (\(available >> 20) MiB). Give fewer --micro-sequences, or a smaller --model.
      """
    case .notReversible(let text, let decoded):
      """
      Encoding and decoding does not give the text back: "\(text.abbreviatedForTerminal())" became \
      "\(decoded.abbreviatedForTerminal())". Nothing was measured; please report this tokenizer.
      """
    case .noText: "The texts are empty. Name files with text in --text."
    }
  }
}
