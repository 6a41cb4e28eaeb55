internal import HarnessCompatibility

/// MMLU's kin in other languages and with other wordings.
///
/// - SeeAlso: `lm_eval/tasks/{arabicmmlu,egymmlu,darijammlu,greekmmlu,csatqa}/utils.py`,
///   `mmlusr/*/utils.py`, `tmmluplus/default/utils.py`, `tmlu/default/utils.py`, commit 4e7e0d4.
enum MMLUVariantProcessors {
  static let functions = arabic + dialects + greek + tables + korean

  private static let letters = ["A", "B", "C", "D", "E"]
  private static let optionFields = (1...5).map { "Option \($0)" }
  private static let levels = [
    "Primary": "primary school", "Middle": "middle school", "High": "high school",
    "Univ": "university", "Prof": "professional",
  ]

  private static let arabic =
    NativeFunction.value(["arabicmmlu"], "utils.doc_to_text") {
      (row) throws(ProcessingError) in
      var kind = try row.formatted("Subject") + " question"
      if try row.required("Level").isTruthy {
        let level = try row.text("Level")
        guard let name = levels[level] else {
          throw ProcessingError(
            "Level",
            "\(level.pythonRepresentation) is not one of \(levels.keys.sorted().joined(separator: ", "))"
          )
        }
        kind += " for " + name
      }
      if try row.required("Country").isTruthy { kind += " in " + (try row.text("Country")) }
      var question = try row.formatted("Question")
      if try row.required("Context").isTruthy {
        question = try row.formatted("Context") + "\n\n" + question
      }
      var options: [String] = []
      for (letter, field) in zip(letters, optionFields) {
        guard try row.required(field).isTruthy else { break }
        options.append("\(letter). \(try row.formatted(field))")
      }
      let list = options.joined(separator: "\n")
      return .string(
        "This is a \(kind). Select the correct answer!\n\nQuestion: \(question)\n\(list)\n\nAnswer:"
      )
    }
    + NativeFunction.value(["arabicmmlu"], "utils.doc_to_choice") {
      (row) throws(ProcessingError) in
      var choices: [PythonValue] = []
      for (letter, field) in zip(letters, optionFields) where try row.required(field).isTruthy {
        choices.append(.string(letter))
      }
      return .list(choices)
    }

  private static let dialects =
    NativeFunction.value(["egymmlu"], "utils.doc_to_text") {
      (row) throws(ProcessingError) in
      try dialect(
        row, subject: "egy_subject", start: "ده سؤال متعدد الاختيار (مع إجابته) على ",
        end: "\n الجواب:")
    }
    + NativeFunction.value(["darijammlu"], "utils.doc_to_text") {
      (row) throws(ProcessingError) in
      try dialect(
        row, subject: "subject_darija", start: "هادا سؤال متعدد الخيارات (مع الجواب ديالو) على ",
        end: "\nالجواب:")
    }
    + NativeFunction.value(["egymmlu", "darijammlu"], "utils.doc_to_choice") {
      (row) throws(ProcessingError) in
      .list(try labels(letters, row).map { .string($0) })
    }

  private static func dialect(
    _ row: PythonDictionary, subject: String, start: String, end: String
  ) throws(ProcessingError) -> PythonValue {
    var question = try row.formatted("question")
    if try row.required("context") != .string("") {
      question = try row.formatted("context") + "\n\n" + question
    }
    let options = zip(try labels(letters, row), try row.list("choices"))
      .map { "\($0). \($1.pythonText)" }.joined(separator: "\n")
    return .string("\(start)\(try row.formatted(subject))\n\n\(question)\n\(options)\(end)")
  }

  /// As many labels as there are choices.
  private static func labels(
    _ labels: [String], _ row: PythonDictionary
  ) throws(ProcessingError) -> ArraySlice<String> {
    let count = try row.list("choices").count
    guard count <= labels.count else {
      throw ProcessingError("choices", "\(count) choices, more than \(labels.count)")
    }
    return labels.prefix(count)
  }

  private static let greekLetters = ["Α", "Β", "Γ", "Δ"]
  private static let greekSubjects = [
    "Economics": "Οικονομικών", "Education": "Παιδαγωγικής", "Medicine": "Ιατρικής",
    "Electrical Engineering": "Ηλεκτρολόγων Μηχανικών",
    "Greek Mythology": "Ελληνικής Μυθολογίας",
    "Computer Networks & Security": "Δικτύων Υπολογιστών και Ασφάλειας", "Law": "Νομικής",
    "Physics": "Φυσικής", "Government and Politics": "Διακυβέρνησης και Πολιτικής",
    "Art": "Τέχνης", "Greek Literature": "Νεοελληνικής Λογοτεχνίας",
    "World History": "Παγκόσμιας Ιστορίας", "General Knowledge": "Γενικών Γνώσεων",
    "World Religions": "Παγκόσμιων Θρησκειών", "Mathematics": "Μαθηματικών",
    "Clinical Knowledge": "Κλινικών Γνώσεων", "Driving Rules": "Κανόνων Οδικής Κυκλοφορίας",
    "Biology": "Βιολογίας", "Civil Engineering": "Πολιτικών Μηχανικών",
    "Computer Science": "Επιστήμης Υπολογιστών", "Geography": "Γεωγραφίας",
    "Chemistry": "Χημείας", "Prehistory": "Προϊστορίας", "Agriculture": "Γεωργίας",
    "Modern Greek Language": "Νεοελληνικής Γλώσσας", "Accounting": "Λογιστικής",
    "Greek History": "Ελληνικής Ιστορίας", "Management": "Διοίκησης Επιχειρήσεων",
    "Greek Traditions": "Ελληνικών Παραδόσεων",
    "Maritime Safety and Rescue Operations":
      "Ναυαγοσωστικων Λειτουργιών και Ασφάλειας στη Θάλασσα",
  ]

  private static let greek =
    NativeFunction.value(["greekmmlu"], "utils.doc_to_text") {
      (row) throws(ProcessingError) in
      let subject = try row.formatted("subject")
      let options = zip(try labels(greekLetters, row), try row.list("choices"))
        .map { "\($0). \($1.pythonText)" }.joined(separator: "\n")
      let start = "Αυτό είναι μια ερώτηση \(greekSubjects[subject] ?? subject)."
      return .string(
        "\(start) Επίλεξε τη σωστή απάντηση!\n\nΕρώτηση: \(try row.formatted("question"))\n"
          + "\(options)\n\n Απάντηση:")
    }
    + NativeFunction.value(["greekmmlu"], "utils.doc_to_choice") {
      (row) throws(ProcessingError) in
      .list(try labels(greekLetters, row).map { .string($0) })
    }

  private static let tables =
    NativeFunction.documents(["mmlusr"], "utils.process_docs") {
      (row) throws(ProcessingError) in
      var document = row
      var choices: [PythonValue] = []
      for field in ["choice1", "choice2", "choice3", "choice4"] {
        let choice = try row.required(field)
        choices.append(choice.isTruthy ? choice : .string(""))
      }
      document["choices"] = .list(choices)
      let answer = try row.required("answer").isTruthy ? row.text("answer") : ""
      document["answer"] = .string(answer.pythonStripped())
      return document
    }
    + NativeFunction.documents(["tmmluplus"], "utils.process_docs") {
      (row) throws(ProcessingError) in try chinese(row, optional: [])
    }
    + NativeFunction.documents(["tmlu"], "utils.process_docs") {
      (row) throws(ProcessingError) in try chinese(row, optional: ["E", "F"])
    }

  private static func chinese(
    _ row: PythonDictionary, optional: [String]
  ) throws(ProcessingError) -> PythonDictionary {
    var document = row
    document["questions"] = try row.required("question")
    var letters = ["A", "B", "C", "D"]
    letters += optional.filter { row[$0]?.isTruthy ?? false }
    var choices: [PythonValue] = []
    for letter in letters { choices.append(try row.required(letter)) }
    document["choices"] = .list(choices)
    document["goal"] = .integer(try row.position(of: "answer", among: letters))
    return document
  }

  private static let korean = NativeFunction.documents(["csatqa"], "utils.process_docs") {
    (row) throws(ProcessingError) in
    var question = "다음을 읽고 정답으로 알맞은 것을 고르시요.\n"
    question += "### Context: \(try row.formatted("context"))\n"
    question += "### Question: \(try row.formatted("question"))\n### Options:\n"
    for number in 1...5 { question += "(\(number)) \(try row.formatted("option#\(number)"))\n" }
    var document = row
    document["question"] = .string(question + "### Answer: 주어진 문제의 정답은")
    document["choices"] = .list((1...5).map { .string("(\($0))") })
    document["gold"] = .integer(try row.integer("gold") - 1)
    return document
  }
}
