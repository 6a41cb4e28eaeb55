internal import HarnessCompatibility

/// How the parts of a prompt are joined.
///
/// Source: `lm_eval/api/utils.py` and `lm_eval/api/task.py: build_qa_turn`, commit 4e7e0d4.
enum PromptParts {
  /// Joins two texts, with a delimiter unless white space stands at the joint.
  static func joined(_ first: String, _ second: String, delimiter: String) -> String {
    if first.isEmpty { return second }
    if second.isEmpty { return first }
    return needsDelimiter(first, second) ? first + delimiter + second : first + second
  }

  /// Whether both sides of the joint are something other than white space.
  static func needsDelimiter(_ first: String, _ second: String) -> Bool {
    guard let end = first.unicodeScalars.last, let start = second.unicodeScalars.first else {
      return false
    }
    return !end.isPythonSpace && !start.isPythonSpace
  }

  /// The document's own question, with the prefix of the answer if there is one.
  static func question(_ text: String, prefix: String?, targetDelimiter: String) -> String {
    guard let prefix, !prefix.isEmpty else { return text }
    return text + (needsDelimiter(text, prefix) ? targetDelimiter : "") + prefix
  }

  /// An example: question, delimiter, answer, and what separates it from what follows.
  static func example(
    _ text: String, answer: String?, prefix: String?, targetDelimiter: String,
    fewshotDelimiter: String
  ) -> String {
    let prefix = prefix ?? ""
    guard let answer else {
      // Without an answer nothing separates the example from the next.
      return question(text, prefix: prefix, targetDelimiter: targetDelimiter)
    }
    let delimiter =
      prefix.isEmpty || needsDelimiter(text, prefix) ? targetDelimiter : ""
    return text + delimiter + joined(prefix, answer, delimiter: " ") + fewshotDelimiter
  }
}
