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
  /// difference significant; *better* if some are and all others match.
  /// - Parameter rows: All rows; those that do not decide are passed over.
  /// - Returns: The word and its reasons.
  static func overall(_ rows: [DifferenceRecord]) -> Overall {
    let deciding = rows.filter(\.isDeciding)
    let worse = deciding.filter { $0.verdict == .worse }
    let holding = worse.filter { $0.adjustedPValue.map { $0 < ComparisonOptions.level } ?? true }
    var result = Overall(verdict: .undecided, isWorseBeyondMargin: false, reasons: [])
    func names(_ rows: [DifferenceRecord]) -> String {
      let shown = rows.prefix(6).map(\.name).joined(separator: ", ")
      return rows.count > 6 ? "\(shown) and \(rows.count - 6) more" : shown
    }
    for verdict in [Verdict.worse, .better, .undecided, .tooFewDocuments, .matches] {
      let found = deciding.filter { $0.verdict == verdict }
      if !found.isEmpty { result.reasons.append("\(verdict.rawValue): \(names(found)).") }
    }
    if deciding.isEmpty {
      result.reasons.append("Nothing that both were measured on decides.")
    } else if deciding.allSatisfy({ $0.verdict == .matches }) {
      result.verdict = .matches
    } else if !holding.isEmpty {
      result.verdict = .worse
      result.isWorseBeyondMargin = holding.contains {
        ($0.higherIsBetter ? -$0.difference : $0.difference) > $0.margin
      }
    } else if !worse.isEmpty {
      result.reasons.append(
        """
        \(names(worse)): worse by the interval alone; the test is not significant after Holm's \
        correction over \(deciding.count { $0.kind == .task }) of the deciding tasks.
        """)
    } else if deciding.allSatisfy({ $0.verdict == .matches || $0.verdict == .better }) {
      result.verdict = .better
    } else if !deciding.contains(where: { $0.verdict == .undecided || $0.verdict == .better }) {
      result.verdict = .tooFewDocuments
    }
    return result
  }
}
