internal import HarnessCompatibility

/// PAWS-X: two sentences, joined by a word that says whether they mean the same.
///
/// - SeeAlso: `lm_eval/tasks/paws-x/utils.py`, commit 4e7e0d4.
enum PAWSXProcessors {
  static let functions = [
    NativeFunction(
      family: "paws-x", reference: "utils.process_docs_paraphrases",
      work: .documents { (row) throws(ProcessingError) in try process(row) })
  ]

  private static func process(
    _ row: PythonDictionary
  ) throws(ProcessingError) -> PythonDictionary? {
    for field in ["sentence1", "sentence2"] {
      let value = try row.required(field)
      if value == .none || value == .string("") { return nil }
    }
    var row = row
    var first = detokenized(try row.text("sentence1")).pythonStripped()
    let second = detokenized(try row.text("sentence2")).pythonStripped()
    if let end = first.unicodeScalars.last, ".,;".unicodeScalars.contains(end) {
      first = String(first.unicodeScalars.dropLast())
    }
    guard let initial = second.unicodeScalars.first else {
      throw ProcessingError("sentence2", "only white space, where a sentence should stand")
    }
    row["sentence1"] = .string(first)
    row["sentence2"] = .string(
      String(initial).pythonLowercased + String(second.unicodeScalars.dropFirst()))
    return row
  }

  /// Undoes English tokenization, whatever the language.
  private static func detokenized(_ text: String) -> String {
    var text = text
    for (old, new) in [
      (" n't", "n't"), (" )", ")"), ("( ", "("), ("\" ", "\""), (" \"", "\""),
    ] {
      text = text.pythonReplacing(old, with: new)
    }
    // A space before an apostrophe, full stop or comma goes.
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      if scalar == " ", next == "'" || next == "." || next == "," { continue }
      result.append(scalar)
    }
    return String(result)
  }
}
