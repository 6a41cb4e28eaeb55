internal import HarnessCompatibility

/// The cleaning that HellaSwag and several translated tasks give their texts.
enum WikiHowText {
  /// Strips, turns `" [title]"` into `". "`, deletes `[…]` within a line, and halves double spaces once.
  ///
  /// - Parameter text: A text of the data.
  /// - Returns: The text for the prompt.
  /// - SeeAlso: `lm_eval/tasks/hellaswag/utils.py: preprocess`, commit 4e7e0d4.
  static func cleaned(_ text: String) -> String {
    let stripped = text.pythonStripped().pythonReplacing(" [title]", with: ". ")
    return withoutBrackets(stripped).pythonReplacing("  ", with: " ")
  }

  /// Deletes what the expression `\[.*?\]` matches; its dot does not match a newline.
  private static func withoutBrackets(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var position = 0
    while position < scalars.count {
      if scalars[position] == "[" {
        let rest = scalars[(position + 1)...]
        if let end = rest.firstIndex(where: { $0 == "]" || $0 == "\n" }), scalars[end] == "]" {
          position = end + 1
          continue
        }
      }
      result.append(scalars[position])
      position += 1
    }
    return String(result)
  }
}
