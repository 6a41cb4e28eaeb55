import Records

/// A verdict as a coloured field with a sign and a word, so that colour is not its only carrier.
struct Badge {
  let kind: Kind
  let word: String

  /// What decides colour and sign.
  enum Kind: String {
    case matches, better, worse, undecided, few, none
  }

  /// A verdict over a whole comparison.
  init(_ verdict: Verdict) {
    kind = Kind(verdict)
    word = verdict.rawValue
  }

  /// A row's verdict.
  init(_ row: DifferenceRecord) {
    kind = Kind(row.verdict)
    word = ComparisonWords.verdict(of: row)
  }

  /// For what has not been compared.
  init(notCompared word: String) {
    kind = .none
    self.word = word
  }

  var markup: Markup {
    .element(
      "span", [.class("badge \(kind.rawValue)")],
      [
        .element("span", [.init("aria-hidden", "true")], [.text(kind.sign)]),
        .text(" " + word),
      ])
  }
}

extension Badge.Kind {
  init(_ verdict: Verdict) {
    self =
      switch verdict {
      case .matches: .matches
      case .better: .better
      case .worse: .worse
      case .undecided: .undecided
      case .tooFewDocuments: .few
      }
  }

  /// A character that stands for the verdict where there is no room for a word.
  var sign: String {
    switch self {
    case .matches: "≈"
    case .better: "▲"
    case .worse: "▼"
    case .undecided: "?"
    case .few: "∅"
    case .none: "–"
    }
  }
}
