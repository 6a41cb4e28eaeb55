import HarnessCompatibility
import OrderedJSON
import TestSupport
import Testing

@testable import EvaluationTasks

@Suite("Rows that a native function cannot read")
struct NativeFunctionErrorTests {
  /// One change to a row that the function can read, and the field that the error must name.
  struct Case: CustomTestStringConvertible, Sendable {
    let task: String
    let reference: String
    let field: String
    /// `nil` takes the field away.
    let value: JSONValue?

    var testDescription: String { "\(task) \(reference): \(field)" }

    init(_ task: String, _ reference: String, _ field: String, _ value: JSONValue?) {
      self.task = task
      self.reference = reference
      self.field = field
      self.value = value
    }
  }

  static let cases: [Case] = [
    Case("hellaswag", "utils.process_docs", "ctx_a", nil),
    Case("hellaswag", "utils.process_docs", "ctx_b", 3),
    Case("hellaswag", "utils.process_docs", "activity_label", .null),
    Case("hellaswag", "utils.process_docs", "endings", "one"),
    Case("hellaswag", "utils.process_docs", "endings", ["one", 2]),
    Case("hellaswag", "utils.process_docs", "label", ""),
    Case("hellaswag", "utils.process_docs", "label", "first"),
    Case("hellaswag", "utils.process_docs", "label", .double(.nan)),
    Case("hellaswag", "utils.process_docs", "label", .bigInteger("99999999999999999999")),
    Case("hellaswag_de_nouns", "utils.process_docs_keep_nouns", "ctx_b", nil),
    Case("arc_de", "utils.process_docs", "id", nil),
    Case("arc_de", "utils.process_docs", "instruction", []),
    Case("arc_de", "utils.process_docs", "option_e", nil),
    Case("arc_de", "utils.process_docs", "option_c", 7),
    Case("arc_de", "utils.process_docs", "answer", "F"),
    Case("arc_de", "utils.process_docs", "answer", 0),
    Case("truthfulqa_de_mc1", "utils.process_docs", "question", 1),
    Case("truthfulqa_de_mc1", "utils.process_docs", "mc1_targets_choices", nil),
    Case("truthfulqa_de_mc2", "utils.process_docs", "mc2_targets_labels", nil),
    Case("paws_de", "utils.process_docs_paraphrases", "sentence1", false),
    Case("paws_de", "utils.process_docs_paraphrases", "sentence2", " "),
    Case("paws_de", "utils.process_docs_paraphrases", "sentence2", nil),
    Case("race", "preprocess_race.doc_to_text", "article", nil),
    Case("race", "preprocess_race.doc_to_text", "problems", "[{'question': 'Why?'"),
    Case("race", "preprocess_race.doc_to_text", "problems", nil),
    Case("race", "preprocess_race.doc_to_target", "problems", "[]"),
    Case("race", "preprocess_race.doc_to_target", "problems", "__import__('os')"),
    Case("race", "preprocess_race.doc_to_choice", "problems", "7"),
    Case(
      "race", "preprocess_race.doc_to_choice", "problems",
      "[{'question': 'Why?', 'answer': 'A', 'options': ['x']}]"),
    Case("mathqa", "utils.doc_to_choice", "options", ["a ) 1"]),
    Case("copa", "utils.doc_to_text", "question", "because"),
    Case("copa", "utils.doc_to_text", "premise", nil),
    Case("copa", "utils.doc_to_choice", "choice2", ""),
    Case("copa", "utils.doc_to_target", "label", 2),
    Case("copa", "utils.doc_to_target", "label", -1),
    Case("winogrande", "preprocess_winogrande.doc_to_text", "answer", ""),
    Case("winogrande", "preprocess_winogrande.doc_to_text", "answer", 1),
    Case("winogrande", "preprocess_winogrande.doc_to_choice", "sentence", "No blank here."),
    Case("winogrande", "preprocess_winogrande.doc_to_target", "sentence", nil),
    Case("winogrande", "preprocess_winogrande.doc_to_choice", "option2", nil),
  ]

  @Test("The error names the field", arguments: cases)
  func named(_ test: Case) throws {
    let json = try Fixture.json("requests/\(test.task).json")
    let family = try #require(json["family"]?.stringValue)
    let split = try #require(json["evaluated_split"]?.stringValue)
    let rows = try #require(json["splits"]?[split]?.arrayValue)
    var row = try #require(PythonValue(rows[0]).dictionaryValue)
    let function = try #require(
      NativeFunction.find(test.reference, in: .embedded("\(family)/x.yaml")))

    func run() throws(ProcessingError) {
      switch function.work {
      case .documents(let process): _ = try process(row)
      case .value(let make): _ = try make(row)
      case .results, .countedField: break
      }
    }
    try run()
    row[test.field] = test.value.map { PythonValue($0) }
    let error = #expect(throws: ProcessingError.self) { try run() }
    #expect(error?.field == test.field)
  }
}
