import EvaluationTasks
import OrderedJSON
import TestSupport
import Testing

@Suite("Rows that a native function cannot read")
struct NativeFunctionErrorTests {
  /// One change to a row that the function can read, and the field that the error must name.
  struct Case: CustomTestStringConvertible, Sendable {
    let task: String
    let key: String
    let field: String
    /// `nil` takes the field away.
    let value: JSONValue?
    let named: String

    var testDescription: String { "\(task) \(key): \(field)" }

    init(_ task: String, _ key: String, _ field: String, _ value: JSONValue?, names: String? = nil)
    {
      self.task = task
      self.key = key
      self.field = field
      self.value = value
      named = names ?? field
    }
  }

  static let cases: [Case] = [
    Case("hellaswag", "process_docs", "ctx_a", nil),
    Case("hellaswag", "process_docs", "ctx_b", 3),
    Case("hellaswag", "process_docs", "activity_label", .null),
    Case("hellaswag", "process_docs", "endings", "one"),
    Case("hellaswag", "process_docs", "endings", ["one", 2], names: "endings[1]"),
    Case("hellaswag", "process_docs", "label", ""),
    Case("hellaswag", "process_docs", "label", "first"),
    Case("hellaswag", "process_docs", "label", .double(.nan)),
    Case("hellaswag_de_nouns", "process_docs", "ctx_b", nil),
    Case("arc_de", "process_docs", "id", nil),
    Case("arc_de", "process_docs", "instruction", []),
    Case("arc_de", "process_docs", "option_e", nil),
    Case("arc_de", "process_docs", "option_c", 7),
    Case("arc_de", "process_docs", "answer", "F"),
    Case("arc_de", "process_docs", "answer", 0),
    Case("truthfulqa_de_mc1", "process_docs", "question", 1),
    Case("truthfulqa_de_mc1", "process_docs", "mc1_targets_choices", "no list"),
    Case("truthfulqa_de_mc2", "process_docs", "mc2_targets_labels", nil),
    Case("paws_de", "process_docs", "sentence1", false),
    Case("paws_de", "process_docs", "sentence2", " "),
    Case("paws_de", "process_docs", "sentence2", nil),
    Case("race", "doc_to_text", "article", nil),
    Case("race", "doc_to_text", "problems", "[{'question': 'Why?'"),
    Case("race", "doc_to_target", "problems", "[]"),
    Case("race", "doc_to_target", "problems", "__import__('os')"),
    Case("race", "doc_to_choice", "problems", "7"),
    Case(
      "race", "doc_to_choice", "problems", "[{'question': 'Why?', 'answer': 'A', 'options': 'no'}]",
      names: "problems[0].options"),
    Case(
      "race", "doc_to_target", "problems", "[{'question': 'Why?', 'answer': 'E', 'options': []}]",
      names: "problems[0].answer"),
    Case(
      "race", "doc_to_choice", "problems", "[{'question': 'Why?', 'answer': 'A', 'options': ['x']}]"
    ),
    Case("mathqa", "doc_to_choice", "options", "38, 39"),
    Case("mathqa", "doc_to_choice", "options", ["a ) 1"]),
    Case("copa", "doc_to_text", "question", "because"),
    Case("copa", "doc_to_text", "premise", nil),
    Case("copa", "doc_to_choice", "choice2", ""),
    Case("copa", "doc_to_target", "label", 2),
    Case("copa", "doc_to_target", "label", -1),
    Case("winogrande", "doc_to_text", "answer", ""),
    Case("winogrande", "doc_to_text", "answer", 1),
    Case("winogrande", "doc_to_choice", "sentence", "No blank here."),
    Case("winogrande", "doc_to_target", "sentence", nil),
    Case("winogrande", "doc_to_choice", "option2", nil),
  ]

  @Test("The error names the field", arguments: cases)
  func named(_ test: Case) throws {
    let golden = try NativeFunctionTests.Golden(test.task)
    guard case .object(var row)? = golden.rows.first else { return }
    row[test.field] = test.value
    let error: NativeFunctionError?
    switch try golden.function(test.key)?.kind {
    case .processDocuments(let processor):
      let processed = processor.process([.object(row), 5, .object(row)], keepingErrors: 2)
      #expect(processed.documents.isEmpty)
      #expect(processed.errorCount == 3)
      #expect(processed.errors.map(\.row) == [0, 1])
      error = processed.errors.first?.error
    case .documentField(let field):
      error = #expect(throws: NativeFunctionError.self) { try field(.object(row)) }
    default: error = nil
    }
    #expect(error?.field == test.named)
    if test.value == nil {
      guard case .missing(let available)? = error?.problem else {
        Issue.record("\(String(describing: error)) does not say that the field is missing")
        return
      }
      #expect(available == Array(row.members.map(\.name).prefix(20)))
    }
  }
}
