import HarnessCompatibility
import OrderedJSON

/// PAWS-X: two sentences made ready to be joined by a question tag.
///
/// Rows with an empty or null sentence are left out.
/// - SeeAlso: `lm_eval/tasks/paws-x/utils.py: process_docs_paraphrases`, commit 4e7e0d4.
enum PawsX {
  static let documents = DocumentProcessor { row throws(NativeFunctionError) in
    let fields = DocumentFields(row)
    guard let first = try fields.optionalText("sentence1"), !first.isEmpty,
      let second = try fields.optionalText("sentence2"), !second.isEmpty
    else { return [] }
    var start = TextCleaning.detokenized(first).pythonStripped()
    if [".", ",", ";"].contains(where: start.pythonHasSuffix) {
      start = start.droppingLastScalars(1)
    }
    guard let end = TextCleaning.detokenized(second).pythonStripped().withFirstScalarLowercased
    else { throw fields.error("sentence2", "holds only white space") }
    var document = row
    document["sentence1"] = .string(start)
    document["sentence2"] = .string(end)
    return [document]
  }
}
