internal import HarnessCompatibility

/// RACE: one document is an article with all its questions; the last is asked, the others are shown
/// with their answers.
///
/// - SeeAlso: `lm_eval/tasks/race/preprocess_race.py`, commit 4e7e0d4.
enum RACEProcessors {
  static let functions = [
    NativeFunction(
      family: "race", reference: "preprocess_race.doc_to_text",
      work: .value { (row) throws(ProcessingError) in
        var text = "Article: " + (try row.text("article")) + "\n\n"
        let problems = try problems(of: row)
        for problem in problems.dropLast() {
          let question = try problem.text("question")
          if question.pythonHasSuffix("  _  .") {
            // The blank and the full stop give way to the answer; one space stays.
            text += String(question.unicodeScalars.dropLast(5)) + (try answer(to: problem)) + "\n"
          } else {
            text += "Question: " + question + "\nAnswer: " + (try answer(to: problem)) + "\n"
          }
        }
        return .string(text + (try last(problems).text("question")))
      }),
    NativeFunction(
      family: "race", reference: "preprocess_race.doc_to_choice",
      work: .value { (row) throws(ProcessingError) in
        let options = try last(try problems(of: row)).texts("options")
        guard options.count >= 4 else {
          throw ProcessingError("problems", "\(options.count) options, where four should stand")
        }
        return .list(options.prefix(4).map { .string($0) })
      }),
    NativeFunction(
      family: "race", reference: "preprocess_race.doc_to_target",
      work: .value { (row) throws(ProcessingError) in
        .integer(try answerIndex(of: try last(try problems(of: row))))
      }),
  ]

  /// The list of questions, which the data holds as a text in Python's notation.
  private static func problems(
    of row: PythonDictionary
  ) throws(ProcessingError) -> [PythonDictionary] {
    let value: PythonValue
    do throws(PythonError) {
      value = try PythonLiteral.evaluate(try text(row))
    } catch {
      throw ProcessingError("problems", "not a list in Python's notation: \(error.problem)")
    }
    guard let elements = value.elements, !elements.isEmpty else {
      throw ProcessingError("problems", "no list with at least one question")
    }
    var problems: [PythonDictionary] = []
    for element in elements {
      guard let problem = element.dictionaryValue else {
        throw ProcessingError("problems", "\(element.typeName), where a question should stand")
      }
      problems.append(problem)
    }
    return problems
  }

  private static func text(_ row: PythonDictionary) throws(PythonError) -> String {
    guard case .string(let text)? = row["problems"] else {
      throw PythonError(.typeError, "the field is missing or no text")
    }
    return text
  }

  private static func last(
    _ problems: [PythonDictionary]
  ) throws(ProcessingError) -> PythonDictionary {
    guard let last = problems.last else { throw ProcessingError("problems", "no question") }
    return last
  }

  private static func answerIndex(
    of problem: PythonDictionary
  ) throws(ProcessingError) -> Int {
    let answer = try problem.text("answer")
    guard let index = ["A", "B", "C", "D"].firstIndex(of: answer) else {
      throw ProcessingError(
        "problems", "the answer \(answer.pythonRepresentation) is not one of A to D")
    }
    return index
  }

  private static func answer(to problem: PythonDictionary) throws(ProcessingError) -> String {
    let options = try problem.texts("options")
    let index = try answerIndex(of: problem)
    guard index < options.count else {
      throw ProcessingError("problems", "an answer beyond the \(options.count) options")
    }
    return options[index]
  }
}
