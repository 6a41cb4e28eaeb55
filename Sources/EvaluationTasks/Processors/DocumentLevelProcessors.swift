internal import HarnessCompatibility

/// Whole documents for rolling perplexity, freed from WikiText's tokenization.
///
/// The words and bytes of the perplexities are those of the text before.
/// - SeeAlso: `lm_eval/tasks/wikitext/preprocess_wikitext.py`, `lm_eval/tasks/c4/preprocess_c4.py` and
///   `lm_eval/tasks/french_bench/preprocess_wikitext.py`, commit 4e7e0d4.
enum DocumentLevelProcessors {
  static let functions = [
    ("wikitext", "preprocess_wikitext", "wikitext_detokenizer", "page"),
    ("c4", "preprocess_c4", "c4_detokenizer", "text"),
    ("french_bench", "preprocess_wikitext", "wikitext_detokenizer", "paragraph"),
  ].flatMap { family, module, detokenizer, field in
    NativeFunction.value([family], "\(module).\(detokenizer)") { (row) throws(ProcessingError) in
      .string(detokenized(try row.text(field)))
    } + [
      NativeFunction(
        family: family, reference: "\(module).process_results", work: .countedField(field))
    ]
  }

  /// Joins what WikiText's tokenizer has cut.
  ///
  /// - Parameter text: A text of the data.
  /// - Returns: The text that is scored.
  /// - Complexity: O(length).
  private static func detokenized(_ text: String) -> String {
    var text = withPatternOfDigits(text.pythonReplacing("s '", with: "s'"))
    for (old, new) in [
      (" @-@ ", "-"), (" @,@ ", ","), (" @.@ ", "."), (" : ", ": "), (" ; ", "; "), (" . ", ". "),
      (" ! ", "! "), (" ? ", "? "), (" , ", ", "),
    ] {
      text = text.pythonReplacing(old, with: new)
    }
    let brackets: [(Unicode.Scalar, Unicode.Scalar)] = [
      ("(", ")"), ("[", "]"), ("{", "}"), ("\"", "\""), ("'", "'"),
    ]
    for (open, close) in brackets {
      text = withoutInnerSpace(text, open: open, close: close)
    }
    for (old, new) in [
      ("= = = =", "===="), ("= = =", "==="), ("= =", "=="), (" \u{B0} ", "\u{B0}"), (" \n", "\n"),
      ("\n ", "\n"), (" N ", " 1 "), (" 's", "'s"),
    ] {
      text = text.pythonReplacing(old, with: new)
    }
    return text
  }

  /// Python's `re.sub(r"/' [0-9]/", r"/'[0-9]/", text)`, whose replacement is meant as a pattern and
  /// taken as a text.
  private static func withPatternOfDigits(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var position = 0
    while position < scalars.count {
      if position + 5 <= scalars.count,
        scalars[position..<(position + 3)].elementsEqual("/' ".unicodeScalars),
        ("0"..."9").contains(scalars[position + 3]), scalars[position + 4] == "/"
      {
        result.append(contentsOf: "/'[0-9]/".unicodeScalars)
        position += 5
      } else {
        result.append(scalars[position])
        position += 1
      }
    }
    return String(result)
  }

  /// Removes white space behind each opening mark and in front of the next closing one.
  private static func withoutInnerSpace(
    _ text: String, open: Unicode.Scalar, close: Unicode.Scalar
  ) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var position = 0
    while position < scalars.count {
      guard let start = scalars[position...].firstIndex(of: open),
        let end = scalars[(start + 1)...].firstIndex(of: close)
      else { break }
      result.append(contentsOf: scalars[position...start])
      var inner = String.UnicodeScalarView()
      inner.append(contentsOf: scalars[(start + 1)..<end])
      result.append(contentsOf: String(inner).pythonStripped().unicodeScalars)
      result.append(close)
      position = end + 1
    }
    result.append(contentsOf: scalars[position...])
    return String(result)
  }
}
