internal import Files
public import Records
internal import Statistics

/// How an interval and an equivalence test become a word.
public enum VerdictRule {
  /// The word for one difference.
  ///
  /// *matches* if equivalence within the margin was shown; else *better* or *worse* if the 95 %
  /// interval lies wholly on one side of 0; else *too few documents* where even no difference could not
  /// have shown equivalence, and *undecided* where it could.
  /// - Parameters:
  ///   - equivalencePValue: TOST's; `nil` or NaN if there is none.
  ///   - interval: 95 % of B − A.
  ///   - smallestMargin: What a difference of 0 would have shown.
  ///   - margin: What counts as equal.
  ///   - higherIsBetter: Of the metric.
  /// - Returns: The word.
  public static func verdict(
    equivalencePValue: Double?, interval: IntervalRecord?, smallestMargin: Double?,
    margin: Double, higherIsBetter: Bool
  ) -> Verdict {
    if let p = equivalencePValue, p < ComparisonOptions.level { return .matches }
    if let interval {
      if interval.low > 0 { return higherIsBetter ? .better : .worse }
      if interval.high < 0 { return higherIsBetter ? .worse : .better }
    }
    guard let smallestMargin else { return .tooFewDocuments }
    return smallestMargin < margin || smallestMargin.isNaN ? .undecided : .tooFewDocuments
  }

  /// The word for all rows that decide, with what led to it.
  struct Overall: Equatable {
    var verdict: Verdict
    var isWorseBeyondMargin: Bool
    var reasons: [String]
  }

  /// Joins the rows that decide.
  ///
  /// *matches* only if every one matches. *worse* if one is, and for tasks Holm's correction leaves the
  /// difference significant; *better* if some are, in the same way, and all others match.
  /// - Parameters:
  ///   - rows: All rows; those that do not decide are passed over.
  ///   - undecided: Tasks that have no row that decides, though both models were scored on them.
  /// - Returns: The word and its reasons.
  static func overall(_ rows: [DifferenceRecord], undecided: [String] = []) -> Overall {
    let deciding = rows.filter(\.isDeciding)
    func isHolding(_ row: DifferenceRecord) -> Bool {
      !row.difference.isFinite || row.adjustedPValue.map { $0 < ComparisonOptions.level } ?? true
    }
    let holding = deciding.filter { $0.verdict == .worse && isHolding($0) }
    let fading = deciding.filter {
      ($0.verdict == .worse || $0.verdict == .better) && !isHolding($0)
    }
    var result = Overall(verdict: .undecided, isWorseBeyondMargin: false, reasons: [])
    func names(_ rows: [DifferenceRecord]) -> String {
      let shown = rows.prefix(6).map(\.name.escapedForTerminal).joined(separator: ", ")
      return rows.count > 6 ? "\(shown) and \(rows.count - 6) more" : shown
    }
    for verdict in [Verdict.worse, .better, .undecided, .tooFewDocuments, .matches] {
      let found = deciding.filter { $0.verdict == verdict }
      if !found.isEmpty { result.reasons.append("\(verdict.rawValue): \(names(found)).") }
    }
    if deciding.isEmpty {
      result.reasons.append("Nothing that both were measured on decides.")
    } else if undecided.isEmpty, deciding.allSatisfy({ $0.verdict == .matches }) {
      result.verdict = .matches
    } else if !holding.isEmpty {
      result.verdict = .worse
      result.isWorseBeyondMargin = holding.contains {
        !$0.difference.isFinite
          || ($0.higherIsBetter ? -$0.difference : $0.difference) > $0.margin
      }
    } else if !undecided.isEmpty || !fading.isEmpty {
      result.verdict = .undecided
    } else if deciding.allSatisfy({ $0.verdict == .matches || $0.verdict == .better }) {
      result.verdict = .better
    } else if !deciding.contains(where: { $0.verdict == .undecided || $0.verdict == .better }) {
      result.verdict = .tooFewDocuments
    }
    if !fading.isEmpty {
      let tests = deciding.count { $0.adjustedPValue != nil }
      result.reasons.append(
        """
        \(names(fading)): a difference by the interval alone; its test is not significant after \
        Holm's correction over \(tests) task\(tests == 1 ? "" : "s").
        """)
    }
    if !undecided.isEmpty {
      let shown = undecided.prefix(6).map(\.escapedForTerminal).joined(separator: ", ")
      result.reasons.append(
        "not compared by the metric that decides: \(shown)"
          + (undecided.count > 6 ? " and \(undecided.count - 6) more." : "."))
    }
    return result
  }
}
