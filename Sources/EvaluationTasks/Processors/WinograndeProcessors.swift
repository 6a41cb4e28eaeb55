internal import HarnessCompatibility

/// Winogrande by partial evaluation: the contexts hold the options, the continuation is common.
///
/// - SeeAlso: `lm_eval/tasks/winogrande/preprocess_winogrande.py`, commit 4e7e0d4.
enum WinograndeProcessors {
  static let functions = [
    NativeFunction(
      family: "winogrande", reference: "preprocess_winogrande.doc_to_text",
      work: .value { (row) throws(ProcessingError) in
        switch try row.text("answer") {
        case "1": return .integer(0)
        case "2": return .integer(1)
        case let answer:
          throw ProcessingError("answer", "\(answer.pythonRepresentation) is neither '1' nor '2'")
        }
      }),
    NativeFunction(
      family: "winogrande", reference: "preprocess_winogrande.doc_to_choice",
      work: .value { (row) throws(ProcessingError) in
        let (before, _) = try parts(of: row)
        return .list([
          .string(before + (try row.text("option1"))), .string(before + (try row.text("option2"))),
        ])
      }),
    NativeFunction(
      family: "winogrande", reference: "preprocess_winogrande.doc_to_target",
      work: .value { (row) throws(ProcessingError) in
        .string(try parts(of: row).after.pythonStripped())
      }),
  ]

  /// The sentence before and after the first underscore.
  private static func parts(
    of row: PythonDictionary
  ) throws(ProcessingError) -> (before: String, after: String) {
    let parts = try row.text("sentence").pythonSplit(separator: "_", maximumSplits: 1)
    guard parts.count == 2 else {
      throw ProcessingError("sentence", "no _ that marks the blank")
    }
    return (parts[0], parts[1])
  }
}
