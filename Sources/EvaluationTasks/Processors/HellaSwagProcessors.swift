internal import HarnessCompatibility

/// HellaSwag, English and as translated by Okapi.
///
/// - SeeAlso: `lm_eval/tasks/hellaswag/utils.py` and
///   `lm_eval/tasks/okapi/hellaswag_multilingual/utils.py`, commit 4e7e0d4.
enum HellaSwagProcessors {
  static let functions =
    NativeFunction.documents(["hellaswag", "hellaswag_multilingual"], "utils.process_docs") {
      (row) throws(ProcessingError) in
      // Python's capitalize lower-cases everything after the first letter, German nouns too.
      try process(row) { $0.pythonCapitalized }
    }
    + NativeFunction.documents(["hellaswag_multilingual"], "utils.process_docs_keep_nouns") {
      (row) throws(ProcessingError) in
      try process(row) { half in
        guard let first = half.unicodeScalars.first else { return half }
        return first.properties.titlecaseMapping + String(half.unicodeScalars.dropFirst())
      }
    }

  private static func process(
    _ row: PythonDictionary, capitalized: (String) -> String
  ) throws(ProcessingError) -> PythonDictionary {
    var row = row
    let context = try row.text("ctx_a") + " " + capitalized(try row.text("ctx_b"))
    row["query"] = .string(WikiHowText.cleaned(try row.text("activity_label") + ": " + context))
    row["choices"] = .list(try row.texts("endings").map { .string(WikiHowText.cleaned($0)) })
    row["gold"] = .integer(try row.integer("label"))
    return row
  }
}
