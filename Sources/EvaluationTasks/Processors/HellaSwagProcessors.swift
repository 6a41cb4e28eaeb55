internal import HarnessCompatibility

/// HellaSwag, English and as translated by Okapi.
///
/// - SeeAlso: `lm_eval/tasks/hellaswag/utils.py` and
///   `lm_eval/tasks/okapi/hellaswag_multilingual/utils.py`, commit 4e7e0d4.
enum HellaSwagProcessors {
  static let functions = ["hellaswag", "hellaswag_multilingual"].flatMap { family in
    [
      NativeFunction(
        family: family, reference: "utils.process_docs",
        work: .documents { (row) throws(ProcessingError) in
          // Python's capitalize lower-cases everything after the first letter, German nouns too.
          try process(row) { $0.pythonCapitalized }
        }),
      NativeFunction(
        family: family, reference: "utils.process_docs_keep_nouns",
        work: .documents { (row) throws(ProcessingError) in
          try process(row) { half in
            guard let first = half.unicodeScalars.first else { return half }
            return first.properties.titlecaseMapping + String(half.unicodeScalars.dropFirst())
          }
        }),
    ]
  }

  private static func process(
    _ row: PythonDictionary, capitalized: (String) -> String
  ) throws(ProcessingError) -> PythonDictionary {
    var row = row
    let context = try row.text("ctx_a") + " " + capitalized(try row.text("ctx_b"))
    row["query"] = .string(WikiHowText.cleaned(try row.text("activity_label") + ": " + context))
    row["choices"] = .list(try row.texts("endings").map { .string(WikiHowText.cleaned($0)) })
    row["gold"] = try label(row)
    return row
  }

  /// `int(doc["label"])`.
  private static func label(_ row: PythonDictionary) throws(ProcessingError) -> PythonValue {
    let value = try row.required("label")
    switch value {
    case .integer: return value
    case .bool(let flag): return .integer(flag ? 1 : 0)
    case .float(let number):
      if let whole = Int(exactly: number.rounded(.towardZero)) { return .integer(whole) }
    case .string(let text):
      if let number = PythonValue(decimalText: text) { return number }
    default: break
    }
    throw ProcessingError("label", "\(value.representation) is not a number")
  }
}
