internal import HarnessCompatibility

/// COPA of SuperGLUE: a premise without its full stop, a connector, and two continuations.
///
/// - SeeAlso: `lm_eval/tasks/super_glue/copa/utils.py`, commit 4e7e0d4.
enum COPAProcessors {
  static let functions =
    NativeFunction.value(["copa"], "utils.doc_to_text") { (row) throws(ProcessingError) in
      let isEffect = try row.position(of: "question", among: ["cause", "effect"]) == 1
      let premise = try row.text("premise").pythonStripped().unicodeScalars.dropLast()
      return .string("\(String(premise)) \(isEffect ? "therefore" : "because")")
    }
    + NativeFunction.value(["copa"], "utils.doc_to_target") { (row) throws(ProcessingError) in
      // lm-eval takes any label but 0 for the second choice, also that of rows without an answer.
      let label = try row.integer("label")
      guard 0...1 ~= label else {
        throw ProcessingError("label", "\(label) is neither 0 nor 1")
      }
      return .string(" " + (try row.withSmallInitial(label == 0 ? "choice1" : "choice2")))
    }
    + NativeFunction.value(["copa"], "utils.doc_to_choice") { (row) throws(ProcessingError) in
      .list([
        .string(" " + (try row.withSmallInitial("choice1"))),
        .string(" " + (try row.withSmallInitial("choice2"))),
      ])
    }
}
