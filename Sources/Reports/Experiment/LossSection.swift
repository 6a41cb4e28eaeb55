import Files
import Records

extension ExperimentReport {
  /// One validation-loss curve per data set, with the baseline's end.
  var lossSection: Section {
    let figures = dataSets.enumerated().map { lossFigure($1, id: "v\($0)") }
    let levels =
      dataSets.contains { baselineLoss($0) != nil }
      ? """
       The level line is the baseline’s end; the band around it is the margin within which a loss \
      counts as equal.
      """ : ""
    return Section(
      "validation", "Validation loss",
      lead: "On held-out documents of each data set, over the tokens of the run." + levels,
      figures.isEmpty ? [] : [.element("div", [.class("plots")], figures)])
  }

  /// In the order in which they first occur.
  private var dataSets: [String] {
    var seen: Set<String> = []
    return record.runs.flatMap { $0.losses.map(\.dataSet) }.filter { seen.insert($0).inserted }
  }

  /// Runs that are drawn as curves: those that are no baseline, or all if there are no others.
  var drawnRuns: [RunRecord] {
    let runs = record.runs.filter { !$0.isBaseline }
    return runs.isEmpty ? record.runs : runs
  }

  private func lossFigure(_ dataSet: String, id: String) -> Markup {
    let name = dataSet.escapedForTerminal
    var plot = LinePlot(
      name, title: "Validation loss on \(name)", yTitle: "nats per token, lower is better")
    for run in drawnRuns {
      let points = run.losses.filter { $0.dataSet == dataSet }
      guard !points.isEmpty else { continue }
      plot.series.append(
        PlotSeries(
          name: run.name.escapedForTerminal, style: looks.style(of: run.name),
          points: points.map {
            PlotPoint(x: Double($0.tokens), y: $0.loss, isHollow: !$0.isSeen)
          }, hollowMeaning: "before the run had trained on it"))
    }
    if let end = baselineLoss(dataSet) {
      let margin = record.comparisons.last { $0.against == .baseline }?.comparison.lossMargin
      plot.levels.append(
        PlotLevel(
          name: "\(baselineName ?? "baseline"), at its end"
            + (margin.map { " ± \(NumberText.short($0))" } ?? ""),
          style: .baseline(0), value: end, low: margin.map { end - $0 },
          high: margin.map { end + $0 }))
    }
    plot.phases = phaseLayouts
    var table = TextTable(columns: [
      .init("Run"), .init("Step", leansRight: true), .init("Tokens", leansRight: true),
      .init("Loss", leansRight: true), .init("Bits per byte", leansRight: true),
      .init("Trained on it"),
    ])
    for run in record.runs {
      for point in run.losses where point.dataSet == dataSet {
        table.rows.append([
          run.name.escapedForTerminal, "\(point.step)", "\(point.tokens)",
          point.loss.map(NumberText.fixed) ?? "not finite",
          point.bitsPerByte.map(NumberText.fixed) ?? "", point.isSeen ? "yes" : "not yet",
        ])
      }
    }
    return PlotFigure.markup(
      id: id, heading: name, title: plot.title, legend: plot.legend, picture: plot.svg(id: id),
      tables: [HTMLTable(table, caption: plot.title)])
  }

  /// The baseline's last loss: of the run, else of what the final comparisons read.
  private func baselineLoss(_ dataSet: String) -> Double? {
    guard record.runs.contains(where: { !$0.isBaseline }) else { return nil }
    let run = record.runs.first(where: \.isBaseline)
    if let end = run?.losses.last(where: { $0.dataSet == dataSet && $0.loss != nil })?.loss {
      return end
    }
    return baselineRow { $0.kind == .loss && $0.name == dataSet }?.reference.value
  }

  /// A row of the last comparison with the baseline that has it.
  func baselineRow(_ isWanted: (DifferenceRecord) -> Bool) -> DifferenceRecord? {
    for comparison in record.comparisons.reversed() where comparison.against == .baseline {
      if let row = comparison.comparison.rows.first(where: isWanted) { return row }
    }
    return nil
  }
}
