internal import HarnessCompatibility

/// Families that ask for the letter of one of several options, listed below the question.
///
/// - SeeAlso: `lm_eval/tasks/medmcqa/utils_medmcqa.py`, `medqa/preprocess_medqa.py`,
///   `logiqa/utils_logiqa.py`, `logiqa2/utils_logiqa2.py`, `pubmedqa/preprocess_pubmedqa.py`,
///   `eus_trivia/utils.py`, `eus_reading/utils.py`, `indicparam/utils.py`,
///   `leaderboard/{musr,mmlu_pro}/utils.py`, commit 4e7e0d4.
enum LetteredQuestionProcessors {
  static let functions = medical + logic + basque + indic + leaderboard

  private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars.map { String($0) }

  private static let medical =
    NativeFunction.value(["medmcqa"], "utils_medmcqa.doc_to_text") {
      (row) throws(ProcessingError) in
      let question = try row.text("question")
      let options = try lines(row, ["opa", "opb", "opc", "opd"])
      return .string("Question: \(question)\nChoices:\n\(options)Answer:")
    }
    + NativeFunction.value(["medqa"], "preprocess_medqa.doc_to_text") {
      (row) throws(ProcessingError) in
      let options = try lines(row, ["ending0", "ending1", "ending2", "ending3"])
      return .string("Question: \(try row.formatted("sent1"))\n\(options)Answer:")
    }
    + NativeFunction.value(["medqa"], "preprocess_medqa.doc_to_target") {
      (row) throws(ProcessingError) in try row.required("label")
    }
    + NativeFunction.value(["pubmedqa"], "preprocess_pubmedqa.doc_to_text") {
      (row) throws(ProcessingError) in
      let abstract = try row.texts("CONTEXTS").joined(separator: "\n")
      return .string("Abstract: \(abstract)\nQuestion: \(try row.formatted("QUESTION"))\nAnswer:")
    }

  private static let logic =
    NativeFunction.value(["logiqa"], "utils_logiqa.doc_to_text") {
      (row) throws(ProcessingError) in
      let start = "Passage: \(try row.text("context"))\nQuestion: \(try row.text("question"))"
      return .string("\(start)\nChoices:\n\(try fourLines(row, "options"))Answer:")
    }
    + NativeFunction.value(["logiqa"], "utils_logiqa.doc_to_target") {
      (row) throws(ProcessingError) in
      let label = try row.text("label").pythonStripped()
      guard let position = ["a", "b", "c", "d"].firstIndex(of: label) else {
        throw ProcessingError("label", "\(label.pythonRepresentation) is not one of a, b, c, d")
      }
      return .integer(position)
    }
    + NativeFunction.value(["logiqa2"], "utils_logiqa2.doc_to_text") {
      (row) throws(ProcessingError) in
      let start = "Passage: \(try row.text("text"))\nQuestion: \(try row.text("question"))"
      return .string("\(start)\n\(try fourLines(row, "options"))Answer:")
    }

  private static let basque =
    NativeFunction.value(["eus_trivia"], "utils.doc_to_text") {
      (row) throws(ProcessingError) in
      .string("Galdera: \(try row.formatted("question"))\n\(try candidates(row))\nErantzuna:")
    }
    + NativeFunction.value(["eus_reading"], "utils.doc_to_text_context") {
      (row) throws(ProcessingError) in
      let start = "Pasartea: \(try row.formatted("context"))\n\nGaldera: "
      return .string(
        "\(start)\(try row.formatted("question"))\n\(try candidates(row))\nErantzuna:")
    }
    + NativeFunction.value(["eus_trivia", "eus_reading"], "utils.doc_to_choice") {
      (row) throws(ProcessingError) in
      .list(letters.prefix(min(4, try candidateCount(row))).map { .string($0) })
    }

  private static let indic =
    NativeFunction.value(["indicparam"], "utils.doc_to_text") {
      (row) throws(ProcessingError) in
      let options = try lines(row, ["option_a", "option_b", "option_c", "option_d"])
      return .string("Question: \(try row.formatted("question_text"))\n\(options)Answer:")
    }
    + NativeFunction.value(["indicparam"], "utils.doc_to_choice") {
      (_) throws(ProcessingError) in .list(letters.prefix(4).map { .string($0) })
    }
    + NativeFunction.value(["indicparam"], "utils.doc_to_target") {
      (row) throws(ProcessingError) in
      let answer = try row.text("correct_answer").pythonUppercased
      guard let position = letters.prefix(4).firstIndex(of: answer) else {
        throw ProcessingError(
          "correct_answer", "\(answer.pythonRepresentation) is not one of A, B, C, D")
      }
      return .integer(position)
    }

  private static let leaderboard =
    NativeFunction.value(["musr"], "utils.doc_to_choice") {
      (row) throws(ProcessingError) in try writtenList(row, "choices")
    }
    + NativeFunction.value(["musr"], "utils.doc_to_text") {
      (row) throws(ProcessingError) in
      var choices = ""
      for (index, choice) in (try writtenList(row, "choices").elements ?? []).enumerated() {
        choices += "\(index + 1) - \(choice.pythonText)\n"
      }
      let start = "\(try row.formatted("narrative"))\n\n\(try row.formatted("question"))"
      return .string("\(start)\n\n\(choices)\nAnswer:")
    }
    + NativeFunction.value(["mmlu_pro"], "utils.doc_to_text") {
      (row) throws(ProcessingError) in
      let options = try lettered(try row.list("options"), "options", mark: ". ")
      return .string("\(try row.formatted("question"))\n\(options)Answer:")
    }
    + NativeFunction.value(["mmlu_pro"], "utils.doc_to_choice") {
      (row) throws(ProcessingError) in
      let count = try row.list("options").count
      guard count <= letters.count else {
        throw ProcessingError("options", "\(count) options, more than there are letters")
      }
      return .list(letters.prefix(count).map { .string($0) })
    }

  /// One line per option, each option in a field of its own.
  private static func lines(
    _ row: PythonDictionary, _ fields: [String]
  ) throws(ProcessingError) -> String {
    var text = ""
    for (letter, field) in zip(letters, fields) {
      text += "\(letter). \(try row.formatted(field))\n"
    }
    return text
  }

  /// One line for each of the first four options of a list.
  private static func fourLines(
    _ row: PythonDictionary, _ field: String
  ) throws(ProcessingError) -> String {
    try lettered(Array(try row.list(field).prefix(4)), field, mark: ". ")
  }

  private static func lettered(
    _ options: [PythonValue], _ field: String, mark: String
  ) throws(ProcessingError) -> String {
    guard options.count <= letters.count else {
      throw ProcessingError(field, "\(options.count) options, more than there are letters")
    }
    return zip(letters, options).map { "\($0)\(mark)\($1.pythonText)\n" }.joined()
  }

  private static func candidates(_ row: PythonDictionary) throws(ProcessingError) -> String {
    let options = Array(try row.list("candidates").prefix(4))
    _ = try candidateCount(row)
    return String(try lettered(options, "candidates", mark: ": ").dropLast())
  }

  private static func candidateCount(_ row: PythonDictionary) throws(ProcessingError) -> Int {
    let count = try row.list("candidates").count
    guard count >= 2 else { throw ProcessingError("candidates", "fewer than two options") }
    return count
  }

  /// A list in Python's notation, as a text.
  private static func writtenList(
    _ row: PythonDictionary, _ field: String
  ) throws(ProcessingError) -> PythonValue {
    let text = try row.text(field)
    do throws(PythonError) {
      let value = try PythonLiteral.evaluate(text)
      if value.elements != nil { return value }
    } catch {
      throw ProcessingError(field, "not a list in Python's notation: \(error.problem)")
    }
    throw ProcessingError(field, "no list in Python's notation")
  }
}
