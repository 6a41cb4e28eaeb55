internal import HarnessCompatibility

/// Winogrande by partial evaluation: the contexts hold the options, the continuation is common.
///
/// - SeeAlso: `lm_eval/tasks/{winogrande,icelandic_winogrande}/preprocess_winogrande.py` and
///   `lm_eval/tasks/xwinograd/utils.py`, commit 4e7e0d4.
enum WinograndeProcessors {
  static let functions =
    [
      ("winogrande", "preprocess_winogrande"), ("icelandic_winogrande", "preprocess_winogrande"),
      ("xwinograd", "utils"),
    ].flatMap(functions)

  private static func functions(_ family: String, _ module: String) -> [NativeFunction] {
    let position = NativeFunction.value([family], "\(module).doc_to_text") {
      (row) throws(ProcessingError) in
      .integer(try row.position(of: "answer", among: ["1", "2"]))
    }
    let contexts = NativeFunction.value([family], "\(module).doc_to_choice") {
      (row) throws(ProcessingError) in
      let (before, _) = try parts(of: row)
      return .list([
        .string(before + (try row.text("option1"))), .string(before + (try row.text("option2"))),
      ])
    }
    let continuation = NativeFunction.value([family], "\(module).doc_to_target") {
      (row) throws(ProcessingError) in
      let rest = try parts(of: row).after.pythonStripped()
      // The Icelandic task has no delimiter and writes the space itself.
      let hasSpace = family == "icelandic_winogrande" && rest != "."
      return .string(hasSpace ? " " + rest : rest)
    }
    return position + contexts + continuation
  }

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
