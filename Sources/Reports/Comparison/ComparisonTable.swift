import Files
import Records

extension ComparisonReport {
  /// The rows of a comparison; columns in which nothing stands vanish when the table is printed.
  ///
  /// - Parameter rows: Of a comparison.
  /// - Returns: One row for each.
  static func table(of rows: [DifferenceRecord]) -> TextTable {
    var table = TextTable(columns: [
      .init(""), .init("Task / data set"), .init("Metric"), .init(""), .init("n", leansRight: true),
      .init("Chance", leansRight: true), .init("A", leansRight: true),
      .init("B", leansRight: true), .init("A centred", leansRight: true),
      .init("B centred", leansRight: true), .init("B − A", leansRight: true),
      .init("Stderr", leansRight: true), .init("95 % interval", leansRight: true),
      .init("p", leansRight: true), .init("p (Holm)", leansRight: true),
      .init("Margin", leansRight: true), .init("TOST p", leansRight: true),
      .init("Could show", leansRight: true), .init("Verdict"),
    ])
    table.rows = rows.map(cells)
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
