import Files
import Records

extension ExperimentReport {
  /// Tokens and operations of each run against training from scratch.
  var costTable: TextTable {
    var table = TextTable(columns: [
      .init("Run"), .init("What"), .init("Tokens", leansRight: true),
      .init("FLOP", leansRight: true), .init("Share of from scratch", leansRight: true),
    ])
    for cost in record.costs {
      let amounts = [
        ("update: the last phase", cost.update), ("whole path", cost.path),
        ("the baseline \(cost.baseline.escapedForTerminal)", cost.fromScratch),
      ]
      for (what, amount) in amounts {
        let share = CostWords.share(of: amount, in: cost.fromScratch)
        table.rows.append([
          cost.run.escapedForTerminal, what, TickText.tokens(Double(amount.tokens)),
          amount.operations > 0 ? TickText.scientific(amount.operations) : "",
          share.map { TickText.percent($0.share) } ?? "",
        ])
      }
    }
    return table
  }
}
