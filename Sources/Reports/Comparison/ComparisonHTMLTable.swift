import Files
import Records

/// A comparison as a table of a page: what belongs together shares a cell, so that it fits.
struct ComparisonHTMLTable {
  private let record: ComparisonRecord
  private let caption: String

  init(_ record: ComparisonRecord, caption: String) {
    self.record = record
    self.caption = caption
  }

  /// The table and the lines that explain it.
  var markup: Markup {
    .group([
      HTMLTable(
        caption: caption,
        columns: [
          .init("Task / data set"), .init("Verdict"), .init("B − A", leansRight: true),
          .init("A", leansRight: true), .init("B", leansRight: true),
          .init("Chance", leansRight: true), .init("n", leansRight: true),
          .init("Difference p", leansRight: true), .init("Equality p", leansRight: true),
          .init("Could show", leansRight: true),
        ], rows: record.rows.map(Self.cells)
      ).markup,
      record.rows.isEmpty ? .empty : explanation,
    ])
  }

  private static func cells(of row: DifferenceRecord) -> [HTMLTable.Cell] {
    let mark = row.isDeciding ? "\(ComparisonWords.decidingMark)\u{A0}" : ""
    return [
      .lines(
        mark + ComparisonWords.name(of: row),
        "\(row.metric.escapedForTerminal)\u{A0}\(row.higherIsBetter ? "↑" : "↓")"),
      .badge(Badge(row)),
      .lines(
        NumberText.signed(row.difference), row.interval.map(NumberText.span) ?? ""),
      side(row.reference),
      side(row.candidate),
      .text(row.chance.map(NumberText.fixed) ?? ""),
      .lines("\(row.count)", onlyOne(row)),
      .lines(
        row.pValue.map(NumberText.probability) ?? "",
        row.adjustedPValue.map { "Holm \(NumberText.probability($0))" } ?? ""),
      .lines(
        row.equivalencePValue.map(NumberText.probability) ?? "",
        "margin \(NumberText.short(row.margin))"),
      .text(row.smallestMargin.map { "± \(NumberText.fixed($0))" } ?? ""),
    ]
  }

  private static func side(_ side: DifferenceRecord.Side) -> HTMLTable.Cell {
    .lines(
      NumberText.fixed(side.value),
      side.centered.map { "centred \(NumberText.fixed($0))" } ?? "")
  }

  private static func onlyOne(_ row: DifferenceRecord) -> String {
    guard let a = row.onlyReference, let b = row.onlyCandidate else { return "" }
    return "\(a) | \(b)"
  }

  private var explanation: Markup {
    let lines =
      [
        "↑ higher is better, ↓ lower is better",
        "below B − A: its 95 % interval",
        "Equality p: TOST’s, of the hypothesis that the difference is at least the margin",
        record.rows.contains { $0.onlyReference != nil }
          ? "below n: documents that only A | only B answers rightly" : "",
        record.rows.contains { $0.reference.centered != nil }
          ? "centred: (value − chance) / (1 − chance)" : "",
      ] + ComparisonWords.footnotes(on: record.rows)
    return .element(
      "p", [.class("footnotes")],
      [.text(lines.filter { !$0.isEmpty }.joined(separator: " · "))])
  }
}
