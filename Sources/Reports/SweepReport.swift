import Files
public import Records

/// Several checkpoints' scores side by side: one row per task and metric, one column per checkpoint.
public struct SweepReport {
  private let records: [EvaluationRecord]

  /// Prepares the table.
  ///
  /// - Parameter records: In the order of the columns.
  public init(_ records: [EvaluationRecord]) { self.records = records }

  /// For a terminal.
  public var plain: String { [title, table.plain].joined(separator: "\n\n") }

  /// For a document.
  public var markdown: String {
    [TextTable.escaped(title), table.markdown].joined(separator: "\n\n")
  }

  private var title: String { "\(records.count) checkpoints, value ± standard error" }

  private var table: TextTable {
    var table = TextTable(
      columns: [.init("Task"), .init("Metric"), .init("")]
        + records.map {
          .init($0.checkpoint.name.abbreviatedForTerminal(limit: 40), leansRight: true)
        })
    var names: [String] = []
    for record in records {
      for task in record.tasks where !names.contains(task.name) { names.append(task.name) }
    }
    for name in names {
      let tasks = records.map { $0.tasks.first { $0.name == name } }
      var metrics: [MetricRecord] = []
      for metric in tasks.compactMap(\.self).flatMap(\.metrics)
      where metric.origin == "task" && !metrics.contains(where: { $0.name == metric.name }) {
        metrics.append(metric)
      }
      for (index, metric) in metrics.enumerated() {
        let arrow = metric.higherIsBetter.map { $0 ? "↑" : "↓" } ?? ""
        table.rows.append(
          [index == 0 ? name.escapedForTerminal : "", metric.name.escapedForTerminal, arrow]
            + tasks.map { task in
              guard let found = task?.metrics.first(where: { $0.name == metric.name }) else {
                return "–"
              }
              let error = found.standardError.map { " ± \(NumberText.fixed($0))" } ?? ""
              return NumberText.fixed(found.value) + error
            })
      }
    }
    return table
  }
}
