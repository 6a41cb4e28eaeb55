import OrderedJSON

/// ARC as Okapi translated it: cleans question and options as HellaSwag's texts are.
///
/// An option that is null or empty is dropped, but `gold` counts the answer's letter over all five.
/// - SeeAlso: `lm_eval/tasks/okapi/arc_multilingual/utils.py`, commit 4e7e0d4.
enum ARCMultilingual {
  static let documents = DocumentProcessor { row throws(NativeFunctionError) in
    let fields = DocumentFields(row)
    var document = row
    document["id"] = try fields.value("id")
    let question = TextCleaning.withoutWikiHowMarks(try fields.text("instruction"))
    document["query"] = .string("Question: \(question)\nAnswer:")
    var choices: [JSONValue] = []
    for name in ["option_a", "option_b", "option_c", "option_d", "option_e"] {
      guard let option = try fields.optionalText(name), !option.isEmpty else { continue }
      choices.append(.string(TextCleaning.withoutWikiHowMarks(option)))
    }
    document["choices"] = .array(choices)
    document["gold"] = .integer(
      try fields.position(of: "answer", among: ["A", "B", "C", "D", "E"]))
    return [document]
  }
}
