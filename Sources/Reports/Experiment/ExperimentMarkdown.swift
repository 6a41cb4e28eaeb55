import Files
import Records

extension ExperimentReport {
  /// For a document: verdicts, all comparisons, phases, forgetting, seeds, cost, problems, provenance.
  public var markdown: String {
    var parts = ["# \(TextTable.escaped(heading))"]
    parts += verdicts.map { verdict in
      "**\(TextTable.escaped(verdict.headline))**"
        + verdict.details.map { " " + TextTable.escaped($0) }.joined()
    }
    for comparison in record.comparisons where comparison.against == .baseline {
      parts.append("## \(TextTable.escaped(Self.title(of: comparison)))")
      parts.append(ComparisonReport(comparison.comparison).markdown)
      if !comparison.command.isEmpty { parts.append(Self.codeLine(comparison.command)) }
    }
    func add(_ title: String, _ table: TextTable, note: String? = nil) {
      guard !table.rows.isEmpty else { return }
      parts.append("## \(title)")
      if let note { parts.append(note) }
      parts.append(table.markdown)
    }
    add("Phases", phaseTable)
    add("Forgetting and adaptation", Self.table(of: changes))
    add("Seeds", seedTable, note: Self.seedNote)
    add("Cost", costTable)
    if !record.problems.isEmpty {
      parts.append("## Problems")
      parts.append(list(record.problems))
    }
    if !record.provenance.isEmpty {
      parts.append("## Provenance")
      parts.append(list(record.provenance.map { "\($0.label): \($0.value)" }))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// What a comparison compares, for its heading.
  ///
  /// - Parameter comparison: Of the record.
  /// - Returns: Such as `continual after adapt, step 1270, against the baseline`.
  static func title(of comparison: CheckpointComparisonRecord) -> String {
    let reference =
      switch comparison.against {
      case .baseline: "the baseline"
      case .beforePhase: "the model before the phase"
      }
    return """
      \(comparison.run.escapedForTerminal) after \(comparison.phase.escapedForTerminal), \
      step \(comparison.step), against \(reference)
      """
  }

  private func list(_ lines: [String]) -> String {
    lines.map { "- \(TextTable.escaped($0.escapedForTerminal))" }.joined(separator: "\n")
  }

  /// A command as code: indented, so that nothing in it ends the code.
  private static func codeLine(_ command: String) -> String {
    "    " + command.escapedForTerminal
  }
}
