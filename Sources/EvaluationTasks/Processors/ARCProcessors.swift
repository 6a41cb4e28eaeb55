internal import HarnessCompatibility

/// ARC as translated by Okapi: five options in five fields, cleaned like HellaSwag's endings.
///
/// - SeeAlso: `lm_eval/tasks/okapi/arc_multilingual/utils.py`, commit 4e7e0d4.
enum ARCProcessors {
  static let functions = [
    NativeFunction(
      family: "arc_multilingual", reference: "utils.process_docs",
      work: .documents { (row) throws(ProcessingError) in try process(row) })
  ]

  private static func process(
    _ row: PythonDictionary
  ) throws(ProcessingError) -> PythonDictionary {
    var row = row
    _ = try row.required("id")
    var choices: [PythonValue] = []
    for field in ["option_a", "option_b", "option_c", "option_d", "option_e"] {
      // An empty or null option is none.
      if try row.required(field).isTruthy {
        choices.append(.string(WikiHowText.cleaned(try row.text(field))))
      }
    }
    let answer = try row.required("answer")
    guard let gold = ["A", "B", "C", "D", "E"].firstIndex(where: { .string($0) == answer }) else {
      throw ProcessingError("answer", "\(answer.representation) is not one of A to E")
    }
    let instruction = WikiHowText.cleaned(try row.text("instruction"))
    row["query"] = .string("Question: " + instruction + "\nAnswer:")
    row["choices"] = .list(choices)
    row["gold"] = .integer(gold)
    return row
  }
}
