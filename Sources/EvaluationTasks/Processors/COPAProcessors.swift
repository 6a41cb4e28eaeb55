internal import HarnessCompatibility

/// COPA of SuperGLUE: a premise without its full stop, a connector, and two continuations.
///
/// - SeeAlso: `lm_eval/tasks/super_glue/copa/utils.py`, commit 4e7e0d4.
enum COPAProcessors {
  static let functions = [
    NativeFunction(
      family: "copa", reference: "utils.doc_to_text",
      work: .value { (row) throws(ProcessingError) in
        let connector: String
        switch try row.text("question") {
        case "cause": connector = "because"
        case "effect": connector = "therefore"
        case let question:
          throw ProcessingError(
            "question", "\(question.pythonRepresentation) is neither 'cause' nor 'effect'")
        }
        let premise = try row.text("premise").pythonStripped()
        return .string(String(premise.unicodeScalars.dropLast()) + " " + connector)
      }),
    NativeFunction(
      family: "copa", reference: "utils.doc_to_target",
      work: .value { (row) throws(ProcessingError) in
        let isFirst = try row.required("label") == .integer(0)
        return .string(try choice(isFirst ? "choice1" : "choice2", of: row))
      }),
    NativeFunction(
      family: "copa", reference: "utils.doc_to_choice",
      work: .value { (row) throws(ProcessingError) in
        .list([.string(try choice("choice1", of: row)), .string(try choice("choice2", of: row))])
      }),
  ]

  private static func choice(
    _ field: String, of row: PythonDictionary
  ) throws(ProcessingError) -> String {
    let text = try row.text(field)
    guard let first = text.unicodeScalars.first else {
      throw ProcessingError(field, "an empty choice")
    }
    return " " + String(first).pythonLowercased + String(text.unicodeScalars.dropFirst())
  }
}
