import Files
public import Records

/// Several checkpoints' scores together, task by task.
public struct SweepReport {
  private let records: [EvaluationRecord]

  /// Prepares the table.
  ///
  /// - Parameter records: In the order of the rows.
  public init(_ records: [EvaluationRecord]) { self.records = records }

  /// For a terminal.
  public var plain: String { [title, table.plain].joined(separator: "\n\n") }

  /// For a document.
  public var markdown: String {
    [TextTable.escaped(title), table.markdown].joined(separator: "\n\n")
  }

  private var title: String { "\(records.count) checkpoints" }

  private var table: TextTable {
    var table = TextTable(columns: [
      .init("Task"), .init("Metric"), .init(""), .init("Checkpoint"),
      .init("Value", leansRight: true), .init("Stderr", leansRight: true),
      .init("95 % interval"),
    ])
    var names: [String] = []
    for record in records {
      for task in record.tasks where !names.contains(task.name) { names.append(task.name) }
    }
    for name in names {
      let tasks = records.map { $0.tasks.first { $0.name == name } }
      var metrics: [String] = []
      for metric in tasks.compactMap(\.self).flatMap(\.metrics)
      where metric.origin == "task" && !metrics.contains(metric.name) {
        metrics.append(metric.name)
      }
      for (position, metric) in metrics.enumerated() {
        for (index, task) in tasks.enumerated() {
          let found = task?.metrics.first { $0.name == metric }
          let arrow = found?.higherIsBetter.map { $0 ? "↑" : "↓" } ?? ""
          table.rows.append([
            position == 0 && index == 0 ? name.escapedForTerminal : "",
            index == 0 ? metric.escapedForTerminal : "", index == 0 ? arrow : "",
            records[index].checkpoint.name.escapedForTerminal,
            found.map { NumberText.fixed($0.value) } ?? "–",
            found?.standardError.map { "± \(NumberText.fixed($0))" } ?? "",
            found?.interval.map { "\(NumberText.fixed($0.low)) – \(NumberText.fixed($0.high))" }
              ?? "",
          ])
        }
      }
    }
    return table
  }
}
