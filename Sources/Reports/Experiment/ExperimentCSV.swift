import Records

extension ExperimentReport {
  /// All numbers for spreadsheets and scripts, as RFC 4180 has it; see ``ComparisonReport/csv``.
  ///
  /// `comparison.csv`, `losses.csv`, `scores.csv` and `steps.csv`, each with at least its header.
  public var csvFiles: [(name: String, content: String)] {
    [
      ("comparison.csv", comparisonTable.text), ("losses.csv", lossTable.text),
      ("scores.csv", scoreTable.text), ("steps.csv", stepTable.text),
    ]
  }

  private var comparisonTable: CSVTable {
    var table = CSVTable(
      header: [
        "run", "phase", "step", "against", "final", "new_data_sets", "earlier_data_sets", "command",
      ] + ComparisonReport.columnNames)
    for comparison in record.comparisons {
      let context: [CSVTable.Cell] = [
        .text(comparison.run), .text(comparison.phase), .integer(comparison.step),
        .text(comparison.against.rawValue), .truth(comparison.isFinal),
        .text(comparison.newDataSets.joined(separator: "; ")),
        .text(comparison.earlierDataSets.joined(separator: "; ")), .text(comparison.command),
      ]
      for row in comparison.comparison.rows {
        table.rows.append(context + ComparisonReport.cells(of: row, in: comparison.comparison))
      }
    }
    return table
  }

  private var lossTable: CSVTable {
    var table = CSVTable(header: [
      "run", "data_set", "step", "tokens", "seen", "loss", "bits_per_byte", "time",
    ])
    for run in record.runs {
      for point in run.losses {
        table.rows.append([
          .text(run.name), .text(point.dataSet), .integer(point.step), .integer(point.tokens),
          .truth(point.isSeen), .number(point.loss), .number(point.bitsPerByte),
          .number(point.time),
        ])
      }
    }
    return table
  }

  private var scoreTable: CSVTable {
    var table = CSVTable(header: [
      "run", "task", "metric", "deciding", "higher_is_better", "step", "tokens", "value", "stderr",
      "low_95", "high_95", "chance", "n", "time",
    ])
    for run in record.runs {
      for point in run.scores {
        table.rows.append([
          .text(run.name), .text(point.task), .text(point.metric), .truth(point.isDeciding),
          .truth(point.higherIsBetter), .integer(point.step), .integer(point.tokens),
          .number(point.value), .number(point.standardError), .number(point.interval?.low),
          .number(point.interval?.high), .number(point.chance), .integer(point.count),
          .number(point.time),
        ])
      }
    }
    return table
  }

  private var stepTable: CSVTable {
    var table = CSVTable(header: [
      "run", "step", "tokens", "lr", "loss", "grad_norm", "tokens_per_second", "time",
    ])
    for run in record.runs {
      for point in run.steps {
        table.rows.append([
          .text(run.name), .integer(point.step), .integer(point.tokens),
          .number(point.learningRate), .number(point.loss), .number(point.gradientNorm),
          .number(point.tokensPerSecond), .number(point.time),
        ])
      }
    }
    return table
  }
}
