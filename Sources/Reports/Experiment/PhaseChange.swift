import Files
import Records

/// What a phase changed in one quantity: adaptation to the new, forgetting of the earlier.
struct PhaseChange {
  /// What a data set is to a phase.
  enum Role: String, CaseIterable {
    case new = "new in this phase"
    case both = "new and earlier"
    case earlier = "earlier"
    case never = "not trained on"
    case task
  }

  let run: String
  let phase: String
  /// Whether the run had trained on anything before the phase, so that it could forget.
  let hasPast: Bool
  let role: Role
  let row: DifferenceRecord

  /// The change with its sign.
  var remark: String { NumberText.signed(row.difference) }
}

extension ExperimentReport {
  /// All changes over phases, in the order of the record: losses and the metrics that decide.
  var changes: [PhaseChange] {
    record.comparisons.filter { $0.against == .beforePhase }.flatMap { comparison in
      comparison.comparison.rows.compactMap { row in
        guard row.isDeciding || row.kind == .loss else { return nil }
        return PhaseChange(
          run: comparison.run.escapedForTerminal, phase: comparison.phase.escapedForTerminal,
          hasPast: !comparison.earlierDataSets.isEmpty, role: Self.role(of: row, in: comparison),
          row: row)
      }
    }
  }

  private static func role(
    of row: DifferenceRecord, in comparison: CheckpointComparisonRecord
  ) -> PhaseChange.Role {
    guard row.kind == .loss else { return .task }
    let isNew = comparison.newDataSets.contains(row.name)
    let isEarlier = comparison.earlierDataSets.contains(row.name)
    return isNew ? (isEarlier ? .both : .new) : (isEarlier ? .earlier : .never)
  }

  /// Changes as a table.
  ///
  /// - Parameter changes: Some of ``changes``.
  /// - Returns: One row for each.
  static func table(of changes: [PhaseChange]) -> TextTable {
    var table = TextTable(columns: [
      .init("Run"), .init("Phase"), .init("Task / data set"), .init("Trained on"),
      .init("Metric"), .init(""), .init("n", leansRight: true), .init("Before", leansRight: true),
      .init("After", leansRight: true), .init("Change", leansRight: true),
      .init("95 % interval", leansRight: true), .init("Verdict"),
    ])
    table.rows = changes.map { change in
      let row = change.row
      return [
        change.run, change.phase, row.name.escapedForTerminal,
        change.role == .task ? "" : change.role.rawValue, row.metric.escapedForTerminal,
        row.higherIsBetter ? "↑" : "↓", "\(row.count)", NumberText.fixed(row.reference.value),
        NumberText.fixed(row.candidate.value), NumberText.signed(row.difference),
        row.interval.map(NumberText.span) ?? "", ComparisonWords.verdict(of: row),
      ]
    }
    return table
  }
}
