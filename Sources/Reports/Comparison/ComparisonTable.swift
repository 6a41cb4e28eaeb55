import Files
import Records

extension ComparisonReport {
  /// What columns tell: who reaches what, or how sure that is.
  enum Columns {
    case all, scores, tests

    /// Positions in ``ComparisonReport/cells(of:)``.
    fileprivate var positions: [Int] {
      switch self {
      case .all: Array(0..<19)
      case .scores: [0, 1, 2, 3, 4, 5, 6, 7, 10, 12, 18]
      case .tests: [0, 1, 2, 8, 9, 11, 13, 14, 15, 16, 17]
      }
    }
  }

  /// The rows of a comparison; columns in which nothing stands vanish when the table is printed.
  ///
  /// - Parameters:
  ///   - rows: Of a comparison.
  ///   - columns: All of them need more room than a terminal has.
  /// - Returns: One row for each.
  static func table(of rows: [DifferenceRecord], columns: Columns = .all) -> TextTable {
    let all: [TextTable.Column] = [
      .init(""), .init("Task / data set"), .init("Metric"), .init(""), .init("n", leansRight: true),
      .init("Chance", leansRight: true), .init("A", leansRight: true),
      .init("B", leansRight: true), .init("A centred", leansRight: true),
      .init("B centred", leansRight: true), .init("B − A", leansRight: true),
      .init("Stderr", leansRight: true), .init("95 % interval", leansRight: true),
      .init("p", leansRight: true), .init("p (Holm)", leansRight: true),
      .init("Margin", leansRight: true), .init("TOST p", leansRight: true),
      .init("Could show", leansRight: true), .init("Verdict"),
    ]
    let positions = columns.positions
    var table = TextTable(columns: positions.map { all[$0] })
    table.rows = rows.map { row in
      let cells = cells(of: row)
      return positions.map { cells[$0] }
    }
    return table
  }

  private static func cells(of row: DifferenceRecord) -> [String] {
    [
      row.isDeciding ? ComparisonWords.decidingMark : "",
      ComparisonWords.name(of: row),
      row.metric.escapedForTerminal,
      row.higherIsBetter ? "↑" : "↓",
      "\(row.count)",
      row.chance.map(NumberText.fixed) ?? "",
      NumberText.fixed(row.reference.value),
      NumberText.fixed(row.candidate.value),
      row.reference.centered.map(NumberText.fixed) ?? "",
      row.candidate.centered.map(NumberText.fixed) ?? "",
      NumberText.signed(row.difference),
      row.standardError.map { "± \(NumberText.fixed($0))" } ?? "",
      row.interval.map(NumberText.span) ?? "",
      row.pValue.map(NumberText.probability) ?? "",
      row.adjustedPValue.map(NumberText.probability) ?? "",
      "± \(NumberText.short(row.margin))",
      row.equivalencePValue.map(NumberText.probability) ?? "",
      row.smallestMargin.map { "± \(NumberText.fixed($0))" } ?? "",
      ComparisonWords.verdict(of: row),
    ]
  }
}
