import Files
public import Records

/// A plan's runs, their verdicts and what led to them, to be read by people.
///
/// The HTML is one file that loads nothing and runs nothing: text, a style sheet, and pictures drawn
/// as SVG. All texts of the record are escaped.
public struct ExperimentReport {
  let record: ExperimentRecord
  let looks: RunLooks

  public init(_ record: ExperimentRecord) {
    self.record = record
    looks = RunLooks(record.runs)
  }

  /// For a terminal: the verdict and the cost of each run, its final comparison with the command that
  /// shows all of it, the spread over seeds, and problems.
  public var plain: String {
    var parts = [heading]
    for verdict in verdicts {
      parts.append(verdict.sentences.joined(separator: "\n"))
      guard let final = verdict.comparison else { continue }
      parts.append(ComparisonReport(final.comparison).brief)
      let reasons = final.comparison.reasons + final.comparison.notes
      parts.append(
        (reasons.map { "- \($0.escapedForTerminal)" }
          + [
            "• decides; cpteval compare --help explains the words",
            "Tests and all metrics: \(final.command.escapedForTerminal)",
          ])
          .joined(separator: "\n"))
    }
    if !record.seeds.isEmpty { parts.append(SeedReport(record.seeds).plain) }
    if !record.problems.isEmpty {
      parts.append(
        (["Problems"] + record.problems.map { "- \($0.escapedForTerminal)" })
          .joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n")
  }

  /// Name, program and date in a line.
  var heading: String {
    [record.name, record.program, UTCDate.text(record.date)].filter { !$0.isEmpty }
      .map(\.escapedForTerminal).joined(separator: " · ")
  }

  /// What the runs are compared with.
  var baselineName: String? {
    let name = record.baseline ?? record.runs.first { $0.isBaseline }?.name
    return name?.escapedForTerminal
  }
}
