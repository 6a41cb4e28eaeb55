internal import HarnessCompatibility

/// Undoes English tokenization, whatever the language.
///
/// - SeeAlso: `lm_eval/utils.py: general_detokenize`, commit 4e7e0d4.
enum EnglishDetokenizer {
  /// Joins marks to the words that they were cut from.
  ///
  /// - Parameter text: A tokenized text.
  /// - Returns: The text with the rules applied in lm-eval's order.
  /// - Complexity: O(length).
  static func joined(_ text: String) -> String {
    var text = text
    for (old, new) in [
      (" n't", "n't"), (" )", ")"), ("( ", "("), ("\" ", "\""), (" \"", "\""),
    ] {
      text = text.pythonReplacing(old, with: new)
    }
    // A space before an apostrophe, full stop or comma goes.
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      if scalar == " ", next == "'" || next == "." || next == "," { continue }
      result.append(scalar)
    }
    return String(result)
  }
}
