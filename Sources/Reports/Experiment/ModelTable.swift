import Files
import Records

extension ExperimentReport {
  /// Every model that was compared, with what identifies it.
  var modelTable: TextTable {
    var table = TextTable(columns: [
      .init("Model"), .init("Folder"), .init("Files"), .init("Weights, SHA-256"),
      .init("Program"), .init("Scored"),
    ])
    let models = record.comparisons.flatMap { [$0.comparison.reference, $0.comparison.candidate] }
    for (index, model) in models.enumerated() where models.firstIndex(of: model) == index {
      table.rows.append([
        ComparisonWords.label(of: model), model.path.escapedForTerminal,
        model.files.map(\.escapedForTerminal).joined(separator: ", "),
        model.weightsDigest?.escapedForTerminal ?? "", model.program?.escapedForTerminal ?? "",
        model.date.map(UTCDate.text) ?? "",
      ])
    }
    return table
  }
}
