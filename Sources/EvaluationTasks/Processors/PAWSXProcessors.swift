internal import HarnessCompatibility

/// PAWS-X: two sentences, joined by a word that says whether they mean the same.
///
/// - SeeAlso: `lm_eval/tasks/paws-x/utils.py`, commit 4e7e0d4.
enum PAWSXProcessors {
  static let functions =
    NativeFunction.documents(
      ["paws-x", "spanish_bench", "catalan_bench"], "utils.process_docs_paraphrases"
    ) { (row) throws(ProcessingError) in try process(row, detokenize: EnglishDetokenizer.joined) }
    + NativeFunction.documents(["galician_bench"], "utils.process_docs_paws") {
      (row) throws(ProcessingError) in try process(row, detokenize: EnglishDetokenizer.joined)
    }
    // Basque texts are taken as they are, with white space at the ends.
    + NativeFunction.documents(["basque_bench"], "utils.paws_process_docs") {
      (row) throws(ProcessingError) in try process(row, detokenize: nil)
    }

  private static func process(
    _ row: PythonDictionary, detokenize: ((String) -> String)?
  ) throws(ProcessingError) -> PythonDictionary? {
    for field in ["sentence1", "sentence2"] {
      let value = try row.required(field)
      if value == .none || value == .string("") { return nil }
    }
    var row = row
    var first = try row.text("sentence1")
    var second = try row.text("sentence2")
    if let detokenize {
      first = detokenize(first).pythonStripped()
      second = detokenize(second).pythonStripped()
    }
    if let end = first.unicodeScalars.last, ".,;".unicodeScalars.contains(end) {
      first = String(first.unicodeScalars.dropLast())
    }
    guard let initial = second.unicodeScalars.first else {
      throw ProcessingError("sentence2", "only white space, where a sentence should stand")
    }
    row["sentence1"] = .string(first)
    row["sentence2"] = .string(
      String(initial).pythonLowercased + String(second.unicodeScalars.dropFirst()))
    return row
  }
}
