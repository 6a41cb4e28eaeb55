internal import HarnessCompatibility

/// The Open Arabic LLM Leaderboard's families, complete and light.
///
/// - SeeAlso: `lm_eval/tasks/arabic_leaderboard_complete/*/utils.py` and
///   `lm_eval/tasks/arabic_leaderboard_light/*/utils.py`, commit 4e7e0d4.
enum ArabicLeaderboardProcessors {
  static let functions = listed + lettered + verdicts + stories

  private static func families(_ names: String...) -> [String] {
    names.flatMap { ["arabic_leaderboard_\($0)", "arabic_leaderboard_\($0)_light"] }
  }

  /// lm-eval's templates are indented like the code around them.
  private static let indentation = "        "
  private static let letters = ["أ", "ب", "ج", "د"]
  private static let instruction =
    "الأسئلة التالية هي أسئلة متعددة الإختيارات مع الجواب الصحيح"

  private static let listed = NativeFunction.documents(
    families(
      "alghafa", "arabic_mt_arc_challenge", "arabic_mt_arc_easy", "arabic_mt_mmlu",
      "arabic_mt_openbook_qa", "arabic_mt_piqa", "arabic_mt_race"), "utils.process_docs"
  ) { (row) throws(ProcessingError) in
    let question = try row.formatted("query")
    let label = try row.integer("label")
    // Every other field is a choice, in the row's order.
    let choices = row.entries.filter { key, _ in
      ![.string("query"), .string("label"), .string("__few_shots")].contains(key)
    }.map(\.1)
    var query = "\(instruction)\n\nالسؤال: \(question)\n"
    for (index, choice) in choices.enumerated() { query += "\(index)) \(choice.pythonText)\n" }
    return document(row, query + "الإجابة:", .list(choices), .integer(label))
  }

  private static let lettered =
    NativeFunction.documents(families("arabic_mmlu"), "utils.process_docs") {
      (row) throws(ProcessingError) in
      var query = try topic(row) + (try row.formatted("question")) + "\n"
      for (letter, field) in zip(letters, ["A", "B", "C", "D"]) {
        query += "\(letter). \(try row.formatted(field))\n"
      }
      return document(
        row, query + "الإجابة:", .list(letters.map { .string($0) }), try letter(row))
    }
    + NativeFunction.documents(families("arabic_exams"), "utils.process_docs") {
      (row) throws(ProcessingError) in
      var options: [String] = []
      for (letter, field) in zip(letters, ["A", "B", "C", "D"]) {
        options.append(" \(letter)) \(try row.formatted(field))\n")
      }
      let query = try topic(row) + "السؤال: \(try row.formatted("question"))\n"
      return document(
        row, "\(query)\(options.joined(separator: "\n"))\nالإجابة:",
        .list(letters.map { .string($0) }), try letter(row))
    }

  private static func topic(_ row: PythonDictionary) throws(ProcessingError) -> String {
    "\(instruction) حول \(try row.text("subject").pythonReplacing("_", with: " ")). \n\n"
  }

  /// The answer's place in the alphabet, beyond the four options too.
  private static func letter(_ row: PythonDictionary) throws(ProcessingError) -> PythonValue {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars.map { String($0) }
    return .integer(try row.position(of: "answer", among: alphabet))
  }

  private static let verdicts =
    NativeFunction.documents(families("avca"), "utils.process_docs") {
      (row) throws(ProcessingError) in
      let verdicts = ["صح", "خطأ"]
      return document(
        row, "السؤال: \(try row.formatted("question"))\nالإجابة:",
        .list(verdicts.map { .string($0) }),
        .integer(try row.position(of: "answer", among: verdicts)))
    }
    + NativeFunction.documents(families("arabic_mt_boolq"), "utils.process_docs") {
      (row) throws(ProcessingError) in
      let query = [
        "بناء على المقطع التالي، أجب عن السؤال ب نعم أو لا",
        "المقطع :",
        "\(try row.formatted("passage"))",
        "السؤال:",
        "\(try row.formatted("question"))",
        "الإجابة:",
        "",
      ].joined(separator: "\n" + indentation)
      let isTrue = try row.required("answer").isTruthy
      return document(
        row, query, .list([.string("نعم"), .string("لا")]), .integer(isTrue ? 0 : 1))
    }
    + NativeFunction.documents(families("arabic_mt_toxigen"), "utils.process_docs") {
      (row) throws(ProcessingError) in
      let query = [
        "هل العبارة التالية تحض على الكراهية؟ قم بالرد بـ\"نعم\" أو \"لا\".",
        "العبارة:",
        "'\(try row.formatted("text"))'",
        "الإجابة:",
        "",
      ].joined(separator: "\n" + indentation)
      var sum = 0.0
      for field in ["toxicity_ai", "toxicity_human"] {
        guard let number = try row.required(field).floatValue else {
          throw ProcessingError(field, "no number")
        }
        sum += number
      }
      return document(
        row, query, .list([.string("لا"), .string("نعم")]), .integer(sum > 5.5 ? 1 : 0))
    }

  private static let stories =
    NativeFunction.documents(families("arabic_mt_copa"), "utils.process_docs") {
      (row) throws(ProcessingError) in
      let isEffect = try row.position(of: "question", among: ["cause", "effect"]) == 1
      let first = try row.required("choice1")
      let second = try row.required("choice2")
      let start = "\(try row.formatted("premise"))، \(isEffect ? "لذلك" : "لأن") :"
      return document(
        row, "\(start)\n0) \(first.pythonText)\n1) \(second.pythonText)\nالإجابة:",
        .list([first, second]), try row.required("label"))
    }
    + NativeFunction.documents(families("arabic_mt_hellaswag"), "utils.process_docs") {
      (row) throws(ProcessingError) in
      let endings: [String]
      do throws(PythonError) {
        endings = try PythonLiteral.evaluate(text(row, "endings")).iterated().map(\.pythonText)
      } catch {
        throw ProcessingError("endings", "not a list in Python's notation: \(error.problem)")
      }
      var query = [
        "بناء على السياق التالي، اختر النهاية الصحيحة من الاقتراحات التالية",
        "السياق:",
        "\(WikiHowText.withoutBrackets(try row.text("ctx")))",
        "الاقتراحات:\n",
        "",
      ].joined(separator: "\n" + indentation)
      let choices = endings.map(WikiHowText.withoutBrackets)
      for (index, choice) in choices.enumerated() { query += "\(index)) \(choice)\n" }
      return document(
        row, query + "الإجابة:", .list(choices.map { .string($0) }), try row.required("label"))
    }

  private static func text(
    _ row: PythonDictionary, _ field: String
  ) throws(PythonError) -> String {
    guard case .string(let text)? = row[field] else {
      throw PythonError(.typeError, "the field is missing or no text")
    }
    return text
  }

  private static func document(
    _ row: PythonDictionary, _ query: String, _ choices: PythonValue, _ gold: PythonValue
  ) -> PythonDictionary {
    var row = row
    row["query"] = .string(query)
    row["choices"] = choices
    row["gold"] = gold
    return row
  }
}
