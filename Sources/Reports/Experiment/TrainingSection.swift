import Files
import Records

extension ExperimentReport {
  /// Phases, learning rate and training loss.
  var trainingSection: Section {
    Section(
      "training", "Training",
      [
        HTMLTable(phaseTable, caption: "Phases", headColumn: 1).markup,
        record.runs.contains { !$0.steps.isEmpty }
          ? .element("div", [.class("plots")], [learningRates, trainingLosses]) : .empty,
      ])
  }

  private var learningRates: Markup {
    var plot = LinePlot("Learning rate", yTitle: "learning rate (factor on the update)")
    plot.series = series { $0.learningRate }
    plot.phases = phaseLayouts
    plot.keepsZero = true
    return figure(
      plot, id: "lr", note: phaseNote(plot),
      columns: [.init("Learning rate", leansRight: true)]
    ) {
      [TickText.scientific($0.learningRate)]
    }
  }

  private var trainingLosses: Markup {
    var plot = LinePlot("Training loss", yTitle: "nats per token, lower is better")
    plot.series = series { $0.loss }
    plot.phases = phaseLayouts
    let missing = record.runs.map { $0.steps.filter { $0.loss == nil }.count }.reduce(0, +)
    let gaps = missing == 0 ? "" : "Gaps are losses that are not finite: \(missing) of them."
    return figure(
      plot, id: "loss",
      note: [phaseNote(plot), gaps].filter { !$0.isEmpty }.joined(separator: " "),
      columns: [
        .init("Loss", leansRight: true), .init("Gradient norm", leansRight: true),
        .init("Tokens/s", leansRight: true),
      ]
    ) {
      [
        $0.loss.map(NumberText.fixed) ?? "not finite",
        $0.gradientNorm.map(NumberText.fixed) ?? "",
        $0.tokensPerSecond.map(TickText.tokens) ?? "",
      ]
    }
  }

  private func series(_ value: (StepPointRecord) -> Double?) -> [PlotSeries] {
    record.runs.filter { !$0.steps.isEmpty }.map { run in
      PlotSeries(
        name: run.name.escapedForTerminal, style: looks.style(of: run.name),
        points: run.steps.map { PlotPoint(x: Double($0.tokens), y: value($0)) })
    }
  }

  private func figure(
    _ plot: LinePlot, id: String, note: String, columns: [TextTable.Column],
    cells: (StepPointRecord) -> [String]
  ) -> Markup {
    // Few rows per run where there are many runs, so that the page stays small.
    let limit = max(12, min(50, 240 / max(record.runs.count, 1)))
    let tables = record.runs.filter { !$0.steps.isEmpty }.map { run in
      let stride = (run.steps.count + limit - 1) / limit
      var table = TextTable(
        columns: [.init("Step", leansRight: true), .init("Tokens", leansRight: true)] + columns)
      let last = run.steps.count - 1
      table.rows = run.steps.indices.filter { $0 % stride == 0 || $0 == last }.map { index in
        let point = run.steps[index]
        return ["\(point.step)", "\(point.tokens)"] + cells(point)
      }
      let which = stride == 1 ? "every step" : "one step in \(stride), and the last one"
      return HTMLTable(table, caption: "\(run.name.escapedForTerminal): \(which)")
    }
    return PlotFigure.markup(
      id: id, heading: plot.heading, note: note, legend: plot.legend, picture: plot.svg(id: id),
      tables: tables)
  }

  /// Distinct layouts of runs with several phases; a baseline's come last.
  var phaseLayouts: [PlotPhases] {
    var layouts: [PlotPhases] = []
    let runs = record.runs.filter { !$0.isBaseline } + record.runs.filter(\.isBaseline)
    for run in runs where run.phases.count > 1 {
      let layout = PlotPhases(
        spans: run.phases.map {
          .init(
            name: $0.name.escapedForTerminal, start: Double($0.firstToken),
            end: Double($0.lastToken))
        })
      if !layouts.contains(layout) { layouts.append(layout) }
    }
    return layouts
  }

  /// Says what the borders are, where there are any.
  func phaseNote(_ plot: LinePlot) -> String {
    if plot.phases.isEmpty { return "" }
    let note = "Upright lines are borders between phases, named above."
    return plot.omittedPhaseRows == 0
      ? note : "\(note) The phases of \(plot.omittedPhaseRows) more layouts stand in the table."
  }
}
