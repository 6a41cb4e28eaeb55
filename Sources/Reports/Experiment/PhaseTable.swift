import Files
import Records

extension ExperimentReport {
  /// What was trained on, phase by phase.
  var phaseTable: TextTable {
    var table = TextTable(columns: [
      .init("Run"), .init("Phase"), .init("Steps", leansRight: true),
      .init("Tokens", leansRight: true), .init("Mixture"), .init("Schedule"),
      .init("Trained on"),
    ])
    for run in record.runs {
      for phase in run.phases {
        table.rows.append([
          run.name.escapedForTerminal, phase.name.escapedForTerminal,
          "\(phase.firstStep)–\(phase.lastStep)",
          "\(TickText.tokens(Double(phase.firstToken)))–\(TickText.tokens(Double(phase.lastToken)))",
          phase.mixture.escapedForTerminal, phase.schedule.escapedForTerminal,
          phase.parts.map(Self.words).joined(separator: "; "),
        ])
      }
    }
    return table
  }

  private static func words(for part: PhaseRecord.Part) -> String {
    let replay = part.isReplay ? " replayed" : ""
    let tokens = TickText.tokens(Double(part.tokens))
    let epochs = NumberText.short((part.epochs * 100).rounded() / 100)
    return "\(part.name.escapedForTerminal)\(replay) \(tokens) (\(epochs) epochs)"
  }
}
