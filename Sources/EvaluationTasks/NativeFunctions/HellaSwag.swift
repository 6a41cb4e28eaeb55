import HarnessCompatibility
import OrderedJSON

/// HellaSwag and its translations: `query`, `choices` and `gold` from the published fields.
///
/// - SeeAlso: `lm_eval/tasks/hellaswag/utils.py` and
///   `lm_eval/tasks/okapi/hellaswag_multilingual/utils.py`, commit 4e7e0d4.
enum HellaSwag {
  static let documents = DocumentProcessor { row throws(NativeFunctionError) in
    [try document(row) { $0.pythonCapitalized }]
  }

  /// As ``documents``, but only the first letter of `ctx_b` changes: what follows stays as written.
  static let documentsKeepingNouns = DocumentProcessor { row throws(NativeFunctionError) in
    [
      try document(row) { text in
        guard let first = text.unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + text.droppingFirstScalars(1)
      }
    ]
  }

  private static func document(
    _ row: JSONObject, capitalize: (String) -> String
  ) throws(NativeFunctionError) -> JSONObject {
    let fields = DocumentFields(row)
    let context = try fields.text("ctx_a") + " " + capitalize(fields.text("ctx_b"))
    let query = try fields.text("activity_label") + ": " + context
    var document = row
    document["query"] = .string(TextCleaning.withoutWikiHowMarks(query))
    document["choices"] = .array(
      try fields.texts("endings").map { .string(TextCleaning.withoutWikiHowMarks($0)) })
    document["gold"] = .integer(try fields.integer("label"))
    return document
  }
}
