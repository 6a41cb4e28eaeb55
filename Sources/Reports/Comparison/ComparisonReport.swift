import Files
public import Records

/// Two models compared, to be read by people and by spreadsheets.
public struct ComparisonReport {
  let record: ComparisonRecord

  public init(_ record: ComparisonRecord) { self.record = record }

  /// For a terminal: who is compared, scores, tests, and the verdict with its reasons at the end.
  public var plain: String {
    var parts = [header.joined(separator: "\n")]
    if !record.rows.isEmpty {
      parts.append(Self.table(of: record.rows, columns: .scores).plain)
      parts.append(Self.table(of: record.rows, columns: .tests).plain)
    }
    let footnotes = ComparisonWords.footnotes(on: record.rows)
    if !footnotes.isEmpty { parts.append(footnotes.joined(separator: "\n")) }
    parts.append(([verdict] + remarks.map { "- \($0)" }).joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }

  /// For a terminal, in short: what decides, the same without contaminated documents, groups and
  /// averages, without the tests behind the words.
  var brief: String {
    var parts = [header.joined(separator: "\n")]
    // A task's rows without contaminated documents follow those over all of them.
    var decidingMetric: String?
    let rows = record.rows.filter { row in
      if row.isDeciding { decidingMetric = row.metric }
      return row.isDeciding || row.kind == .group || row.kind == .lossAverage
        || row.leftOut != nil && row.metric == decidingMetric
    }
    if !rows.isEmpty { parts.append(Self.table(of: rows, columns: .scores).plain) }
    return parts.joined(separator: "\n\n")
  }

  /// For a document.
  public var markdown: String {
    var parts = [header.map { "- \(TextTable.escaped($0))" }.joined(separator: "\n")]
    let table = Self.table(of: record.rows)
    if !table.rows.isEmpty { parts.append(table.markdown) }
    let footnotes = ComparisonWords.footnotes(on: record.rows)
    if !footnotes.isEmpty {
      parts.append(footnotes.map { "- \(TextTable.escaped($0))" }.joined(separator: "\n"))
    }
    parts.append("**\(TextTable.escaped(verdict))**")
    if !remarks.isEmpty {
      parts.append(remarks.map { "- \(TextTable.escaped($0))" }.joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n")
  }

  private var header: [String] {
    [
      "A  \(ComparisonWords.label(of: record.reference)) (reference)",
      "B  \(ComparisonWords.label(of: record.candidate))",
      """
      differences are B − A · equal means within \(NumberText.short(record.margin)) of accuracy \
      and \(NumberText.short(record.lossMargin)) nats of loss
      """,
    ]
  }

  private var verdict: String { "Verdict: " + ComparisonWords.sentence(for: record) }

  private var remarks: [String] { (record.reasons + record.notes).map(\.escapedForTerminal) }
}
