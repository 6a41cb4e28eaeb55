internal import HarnessCompatibility

/// Classification and short answers: MNLI, ToxiGen, arithmetic, WebQuestions, and NLI in Iberian
/// languages.
///
/// - SeeAlso: `lm_eval/tasks/glue/mnli/utils.py`, `toxigen/utils.py`, `arithmetic/utils.py`,
///   `webqs/utils.py`, `paloma/paloma_utils.py`, `agieval/utils.py`,
///   `{catalan,spanish}_bench/utils.py`, commit 4e7e0d4.
enum ClassificationProcessors {
  static let functions = inference + toxicity + sums + answers + texts

  private static let inference =
    NativeFunction.value(["mnli"], "utils.doc_to_text") {
      (row) throws(ProcessingError) in
      var hypothesis = try row.text("hypothesis").pythonStripped()
      if !hypothesis.pythonHasSuffix(".") { hypothesis += "." }
      return .string(
        "\(try row.formatted("premise"))\nQuestion: \(hypothesis) True, False or Neither?\nAnswer:")
    }
    + NativeFunction.documents(["catalan_bench", "spanish_bench"], "utils.process_doc_nli") {
      (row) throws(ProcessingError) in
      var row = row
      var premise = EnglishDetokenizer.joined(try row.text("premise")).pythonStripped()
      if [".", ",", "!", "?"].contains(where: premise.pythonHasSuffix) {
        premise = String(premise.unicodeScalars.dropLast())
      }
      row["premise"] = .string(premise)
      row["hypothesis"] = .string(
        EnglishDetokenizer.joined(try row.text("hypothesis")).pythonStripped())
      let hypothesis = try row.withSmallInitial("hypothesis")
      row["hypothesis"] = .string(hypothesis.pythonHasSuffix(".") ? hypothesis : hypothesis + ".")
      return row
    }

  private static let toxicity = NativeFunction.value(["toxigen"], "utils.doc_to_target") {
    (row) throws(ProcessingError) in
    var sum = 0.0
    for field in ["toxicity_ai", "toxicity_human"] {
      guard let number = try row.required(field).floatValue else {
        throw ProcessingError(
          field, "\(try row.required(field).typeName), where a number should stand")
      }
      sum += number
    }
    return .integer(sum > 5.5 ? 1 : 0)
  }

  private static let sums = NativeFunction.documents(["arithmetic"], "utils.process_docs") {
    (row) throws(ProcessingError) in
    var row = row
    row["context"] = .string(
      try row.text("context").pythonStripped().pythonReplacing("\n\n", with: "\n")
        .pythonReplacing("Q:", with: "Question:").pythonReplacing("A:", with: "Answer:"))
    row["completion"] = try row.required("completion")
    return row
  }

  private static let answers =
    NativeFunction.value(["webqs"], "utils.doc_to_choice") {
      (row) throws(ProcessingError) in .list(try aliases(row).map { .string($0) })
    }
    + NativeFunction.value(["webqs"], "utils.doc_to_target") {
      (row) throws(ProcessingError) in
      .list(try aliases(row).indices.map { .integer($0) })
    }

  /// The answers in order of code points, without those that begin with the one before.
  private static func aliases(_ row: PythonDictionary) throws(ProcessingError) -> [String] {
    let sorted = try row.texts("answers").sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
    guard let first = sorted.first else { throw ProcessingError("answers", "an empty list") }
    var kept = [first]
    for alias in sorted.dropFirst() where !alias.pythonHasPrefix(kept[kept.count - 1]) {
      kept.append(alias)
    }
    return kept
  }

  private static let texts =
    NativeFunction.value(["paloma"], "paloma_utils.doc_to_target") {
      (row) throws(ProcessingError) in .string(try row.formatted("text"))
    }
    + [
      // Its answers are lists, so lm-eval's standard rule gives the same acc and acc_norm.
      NativeFunction(
        family: "agieval", reference: "utils.process_results_mcqa", work: .results(.standard))
    ]
}
