internal import HarnessCompatibility

/// MathQA: five options in one text, `"a ) 38 , b ) 27.675 , …"`.
///
/// - SeeAlso: `lm_eval/tasks/mathqa/utils.py`, commit 4e7e0d4.
enum MathQAProcessors {
  static let functions = [
    NativeFunction(
      family: "mathqa", reference: "utils.doc_to_choice",
      work: .value { (row) throws(ProcessingError) in
        .list(options(in: try row.text("options")).map { .string($0) })
      })
  ]

  /// What `[abcd] \) .*?, |e \) .*?$` matches, without the first four and the last blank or commas.
  private static func options(in text: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    var found: [String] = []
    var position = 0
    while position < scalars.count {
      guard let end = matchEnd(in: scalars, at: position) else {
        position += 1
        continue
      }
      let match = scalars[position..<end]
      var option = String.UnicodeScalarView()
      option.append(contentsOf: match.dropFirst(4))
      found.append(String(option).pythonRightStripped(" ,"))
      position = end
    }
    return found
  }

  /// Where a match that begins here ends.
  private static func matchEnd(in scalars: [Unicode.Scalar], at start: Int) -> Int? {
    guard start + 4 <= scalars.count, "abcde".unicodeScalars.contains(scalars[start]),
      scalars[start + 1] == " ", scalars[start + 2] == ")", scalars[start + 3] == " "
    else { return nil }
    var end = start + 4
    if scalars[start] == "e" {
      // To the end of the text, or to a newline that ends it; the dot matches no other newline.
      while end < scalars.count, scalars[end] != "\n" { end += 1 }
      return end == scalars.count || end == scalars.count - 1 ? end : nil
    }
    while end + 1 < scalars.count, scalars[end] != "\n" {
      if scalars[end] == ",", scalars[end + 1] == " " { return end + 2 }
      end += 1
    }
    return nil
  }
}
