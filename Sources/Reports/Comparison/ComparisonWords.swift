import Files
import Records

/// What comparisons say in words, the same in every kind of report.
enum ComparisonWords {
  /// A verdict over a whole comparison as a sentence about B.
  ///
  /// - Parameters:
  ///   - record: The comparison.
  ///   - reference: What A is called.
  ///   - candidate: What B is called.
  /// - Returns: One or two sentences, free of control characters.
  static func sentence(
    for record: ComparisonRecord, reference: String = "A", candidate: String = "B"
  ) -> String {
    let (a, b) = (reference.escapedForTerminal, candidate.escapedForTerminal)
    var sentence =
      switch record.verdict {
      case .matches: "\(b) matches \(a)."
      case .better: "\(b) is better than \(a)."
      case .worse: "\(b) is worse than \(a)."
      case .undecided: "Whether \(b) matches \(a) is undecided."
      case .tooFewDocuments: "There are too few documents to tell whether \(b) matches \(a)."
      }
    if record.isWorseBeyondMargin {
      sentence += " In at least one part it is worse by more than the margin."
    }
    return sentence
  }

  /// A row's verdict; one within the margin shows the sign of a difference that is not by chance.
  ///
  /// - Parameter row: The row.
  /// - Returns: Such as `matches (+)`.
  static func verdict(of row: DifferenceRecord) -> String {
    guard row.verdict == .matches, let sign = significantSign(of: row) else {
      return row.verdict.rawValue
    }
    return "matches (\(sign))"
  }

  /// The sign of a difference whose interval leaves out 0.
  private static func significantSign(of row: DifferenceRecord) -> String? {
    guard let interval = row.interval else { return nil }
    if interval.low > 0 { return "+" }
    return interval.high < 0 ? "-" : nil
  }

  /// What a row is about, for its first column.
  ///
  /// - Parameter row: The row.
  /// - Returns: The name, with the kind where it is no task and no data set.
  static func name(of row: DifferenceRecord) -> String {
    let name = row.name.escapedForTerminal
    return switch row.kind {
    case .task, .loss: name
    case .group: "\(name) (group)"
    case .lossAverage: "\(name) of losses"
    }
  }

  /// What a model is called, by its folder where it has no name.
  ///
  /// - Parameter model: One side.
  /// - Returns: A text free of control characters.
  static func label(of model: ComparedModelRecord) -> String {
    (model.label.isEmpty ? model.path : model.label).escapedForTerminal
  }

  /// Lines that explain what stands in the columns of these rows.
  ///
  /// - Parameter rows: Of a comparison.
  /// - Returns: Only what is needed; whole lines without a full stop.
  static func footnotes(on rows: [DifferenceRecord]) -> [String] {
    var notes: [String] = []
    if rows.contains(where: \.isDeciding) && rows.contains(where: { !$0.isDeciding }) {
      notes.append("\(decidingMark) has a part in the overall verdict")
    }
    if rows.contains(where: { $0.smallestMargin != nil }) {
      notes.append(
        "could show: the smallest margin that n could have shown, had there been no difference")
    }
    if rows.contains(where: { verdict(of: $0).hasSuffix(")") }) {
      notes.append(
        "matches (+), matches (-): within the margin, though the 95 % interval leaves out 0")
    }
    let tests = Set(rows.filter { $0.pValue != nil }.map(\.test))
    let known = [
      ("mcnemar", "McNemar's exact test"), ("bootstrap", "paired bootstrap"),
      ("t", "paired t test"),
    ].filter { tests.contains($0.0) }.map(\.1)
    if !known.isEmpty { notes.append("p: " + known.joined(separator: ", ")) }
    if rows.contains(where: { $0.adjustedPValue != nil }) {
      notes.append("p (Holm): corrected for the number of tasks that decide")
    }
    if rows.contains(where: { $0.intervalMethod == "bootstrap" }) {
      let names = rows.filter { $0.intervalMethod == "bootstrap" }.map(\.metric.escapedForTerminal)
      let distinct = names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element)
      notes.append("intervals by paired bootstrap: " + distinct.joined(separator: ", "))
    }
    return notes
  }

  /// Stands before the name of a row that has a part in the overall verdict.
  static let decidingMark = "•"
}
