import HarnessCompatibility
import OrderedJSON

/// RACE: an article with all its questions, as a Python list in a text; the last one is asked.
///
/// - SeeAlso: `lm_eval/tasks/race/preprocess_race.py`, commit 4e7e0d4.
enum Race {
  /// One question of an article.
  private struct Problem {
    let question: String
    /// Position of the right option.
    let answer: Int
    let options: [String]
  }

  /// The article, the other questions with their answers, and the last question.
  static func text(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    let fields = try DocumentFields(document)
    var text = "Article: " + (try fields.text("article")) + "\n\n"
    let problems = try problems(fields)
    for problem in problems.dropLast() {
      let answer = problem.options[problem.answer]
      // A blank at the end is filled with the answer; the full stop after it is dropped.
      if problem.question.pythonHasSuffix("  _  .") {
        text += problem.question.droppingLastScalars(5) + answer + "\n"
      } else {
        text += "Question: \(problem.question)\nAnswer: \(answer)\n"
      }
    }
    return .string(text + (problems.last?.question ?? ""))
  }

  static func choices(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    let options = try lastProblem(document).options
    guard options.count >= 4 else {
      throw NativeFunctionError(
        field: "problems", .unusable("the last question has \(options.count) options, not four"))
    }
    return .array(options.prefix(4).map { .string($0) })
  }

  static func target(_ document: JSONValue) throws(NativeFunctionError) -> JSONValue {
    .integer(try lastProblem(document).answer)
  }

  private static func lastProblem(_ document: JSONValue) throws(NativeFunctionError) -> Problem {
    let fields = try DocumentFields(document)
    guard let last = try problems(fields).last else {
      throw fields.error("problems", "the list is empty")
    }
    return last
  }

  private static func problems(
    _ fields: DocumentFields
  ) throws(NativeFunctionError) -> [Problem] {
    let literal: PythonValue
    do {
      literal = try PythonLiteral.evaluate(fields.text("problems"))
    } catch let error as PythonError {
      throw fields.error("problems", "not a Python list: \(error.problem)")
    } catch let error as NativeFunctionError {
      throw error
    } catch {
      throw fields.error("problems", "not a Python list")
    }
    guard let elements = literal.elements, !elements.isEmpty else {
      throw fields.error("problems", "expected a Python list with at least one question")
    }
    var problems: [Problem] = []
    for (index, element) in elements.enumerated() {
      let problem = try DocumentFields(element.json, prefix: "problems[\(index)].")
      let options = try problem.texts("options")
      let answer = try problem.position(of: "answer", among: ["A", "B", "C", "D"])
      guard answer < options.count else {
        throw problem.error("answer", "beyond the \(options.count) options")
      }
      problems.append(
        Problem(question: try problem.text("question"), answer: answer, options: options))
    }
    return problems
  }
}
