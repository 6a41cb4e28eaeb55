import Files
import Records

extension ExperimentReport {
  /// Said wherever the spread over seeds is shown.
  static let seedNote = """
    Each seed is a training run of its own. The spread here is that of training: it says nothing of \
    the documents' noise, which the intervals of the comparisons show.
    """

  /// Mean and spread over runs that differ by their seeds alone.
  var seedTable: TextTable { Self.seedTable(of: record.seeds) }

  /// Mean and spread over models that differ by their seeds alone.
  ///
  /// - Parameter seeds: One row each.
  /// - Returns: Columns in which nothing stands vanish when the table is printed.
  static func seedTable(of seeds: [SeedSummaryRecord]) -> TextTable {
    var table = TextTable(columns: [
      .init("Run"), .init("Task / data set"), .init("Metric"), .init("Seeds", leansRight: true),
      .init("Mean", leansRight: true), .init("SD over seeds", leansRight: true),
      .init("Baseline mean", leansRight: true), .init("Baseline SD", leansRight: true),
      .init("B − A mean", leansRight: true), .init("B − A SD", leansRight: true),
      .init("95 % over seeds", leansRight: true),
    ])
    for row in seeds {
      table.rows.append([
        row.run.escapedForTerminal, row.name.escapedForTerminal, row.metric.escapedForTerminal,
        "\(row.seeds.count)", NumberText.fixed(row.candidate.mean),
        NumberText.fixed(row.candidate.deviation),
        row.reference.map { NumberText.fixed($0.mean) } ?? "",
        row.reference.map { NumberText.fixed($0.deviation) } ?? "",
        row.difference.map { NumberText.signed($0.mean) } ?? "",
        row.difference.map { NumberText.fixed($0.deviation) } ?? "",
        row.interval.map(NumberText.span) ?? "",
      ])
    }
    return table
  }

  /// Each seed's own values.
  var seedValueTable: TextTable {
    var table = TextTable(columns: [
      .init("Run"), .init("Task / data set"), .init("Metric"), .init("Seed", leansRight: true),
      .init("Value", leansRight: true), .init("Baseline", leansRight: true),
    ])
    for row in record.seeds {
      for (index, seed) in row.seeds.enumerated() where index < row.candidates.count {
        let references = row.references ?? []
        table.rows.append([
          row.run.escapedForTerminal, row.name.escapedForTerminal, row.metric.escapedForTerminal,
          "\(seed)", NumberText.fixed(row.candidates[index]),
          index < references.count ? NumberText.fixed(references[index]) : "",
        ])
      }
    }
    return table
  }
}
