import HarnessCompatibility

/// Cleaning of texts that several families share.
enum TextCleaning {
  /// Takes WikiHow's marks out of HellaSwag's texts.
  ///
  /// White space at the ends goes; ` [title]` becomes a full stop; what stands in square brackets within
  /// a line goes; then one pass makes two spaces one.
  /// - Parameter text: A text of the data set.
  /// - Returns: The cleaned text.
  /// - SeeAlso: `lm_eval/tasks/hellaswag/utils.py: preprocess`, commit 4e7e0d4.
  static func withoutWikiHowMarks(_ text: String) -> String {
    withoutBrackets(text.pythonStripped().pythonReplacing(" [title]", with: ". "))
      .pythonReplacing("  ", with: " ")
  }

  /// Python's `re.sub("\\[.*?\\]", "", text)`: shortest bracketed parts that hold no line feed.
  ///
  /// - Parameter text: Any text.
  /// - Returns: The text without them.
  /// - Complexity: O(length).
  static func withoutBrackets(_ text: String) -> String {
    let bytes = Array(text.utf8)
    // For each position, the next byte at or after it that ends a match or makes one impossible.
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    var nextStop = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "[") {
        nextStop = max(nextStop, index + 1)
        while nextStop < bytes.count, bytes[nextStop] != UInt8(ascii: "]"),
          bytes[nextStop] != UInt8(ascii: "\n")
        {
          nextStop += 1
        }
        if nextStop < bytes.count, bytes[nextStop] == UInt8(ascii: "]") {
          index = nextStop + 1
          continue
        }
      }
      result.append(bytes[index])
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Joins English marks to the words that a tokenizer has cut them from.
  ///
  /// - Parameter text: A tokenized text of any language.
  /// - Returns: The text with English rules applied in lm-eval's order.
  /// - SeeAlso: `lm_eval/tasks/paws-x/utils.py: general_detokenize`, commit 4e7e0d4.
  static func detokenized(_ text: String) -> String {
    let joined = text.pythonReplacing(" n't", with: "n't")
      .pythonReplacing(" )", with: ")").pythonReplacing("( ", with: "(")
      .pythonReplacing("\" ", with: "\"").pythonReplacing(" \"", with: "\"")
    var result = String.UnicodeScalarView()
    var pendingSpace = false
    for scalar in joined.unicodeScalars {
      if pendingSpace, !["'", ".", ","].contains(scalar) { result.append(" ") }
      pendingSpace = scalar == " "
      if !pendingSpace { result.append(scalar) }
    }
    if pendingSpace { result.append(" ") }
    return String(result)
  }
}
