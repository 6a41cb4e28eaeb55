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
  ///
  /// - Complexity: O(length).
  private static func options(in text: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    var found: [String] = []
    let textEnd = scalars.count - (scalars.last == "\n" ? 1 : 0)
    let lastLine = (scalars[..<textEnd].lastIndex(of: "\n") ?? -1) + 1
    var position = 0
    var stop = 0
    while position < scalars.count {
      guard
        let end = matchEnd(
          in: scalars, at: position, lastLine: lastLine..<textEnd, stop: &stop)
      else {
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
  ///
  /// - Parameters:
  ///   - scalars: The text.
  ///   - start: Where the match begins.
  ///   - lastLine: What stands behind the last newline but one at the very end.
  ///   - stop: Where the search for an end has arrived; it only ever moves on.
  /// - Returns: The place behind the match, or `nil` where none begins.
  private static func matchEnd(
    in scalars: [Unicode.Scalar], at start: Int, lastLine: Range<Int>, stop: inout Int
  ) -> Int? {
    guard start + 4 <= scalars.count, "abcde".unicodeScalars.contains(scalars[start]),
      scalars[start + 1] == " ", scalars[start + 2] == ")", scalars[start + 3] == " "
    else { return nil }
    if scalars[start] == "e" {
      // To the end of the text, or to a newline that ends it; the dot matches no other newline.
      return start + 4 >= lastLine.lowerBound ? lastLine.upperBound : nil
    }
    stop = max(stop, start + 4)
    while stop + 1 < scalars.count, scalars[stop] != "\n" {
      if scalars[stop] == ",", scalars[stop + 1] == " " { return stop + 2 }
      stop += 1
    }
    return nil
  }
}
