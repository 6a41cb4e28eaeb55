import Files
import Records

extension ExperimentReport {
  /// More plots than this are folded up.
  private static let unfoldedPlots = 12
  /// Intervals of more curves than this hide each other.
  private static let curvesWithIntervals = 6

  /// Each task's score over checkpoints, with the baseline's and chance.
  var scoreSection: Section {
    let figures = tasks.enumerated().map { scoreFigure($1, id: "t\($0)") }
    var content: [Markup] = []
    if !figures.isEmpty {
      content.append(
        .element("div", [.class("plots small")], Array(figures.prefix(Self.unfoldedPlots))))
    }
    if figures.count > Self.unfoldedPlots {
      let rest = Array(figures.dropFirst(Self.unfoldedPlots))
      content.append(
        Folded.markup(
          summary: "\(rest.count) more tasks", [.element("div", [.class("plots small")], rest)]))
    }
    return Section(
      "tasks", "Scores over checkpoints",
      lead: """
        The metric that decides about each task. Bands and whiskers are 95 % intervals over \
        documents: wide where there are few.
        """
          + (drawnRuns.count <= Self.curvesWithIntervals
            ? "" : " Those of so many runs would hide each other: they stand in the tables."),
      content)
  }

  private var tasks: [String] {
    var seen: Set<String> = []
    return record.runs.flatMap { $0.scores.map(\.task) }.filter { seen.insert($0).inserted }
  }

  private func scoreFigure(_ task: String, id: String) -> Markup {
    let all = record.runs.flatMap { $0.scores.filter { $0.task == task } }
    guard let example = all.first(where: \.isDeciding) ?? all.first else { return .empty }
    func belongs(_ point: ScorePointRecord) -> Bool {
      point.task == task && point.metric == example.metric
    }
    let direction = example.higherIsBetter ? "higher" : "lower"
    let name = task.escapedForTerminal
    var plot = LinePlot(
      name, title: "Scores on \(name)",
      yTitle: "\(PlotCanvas.shortened(example.metric.escapedForTerminal, to: 24).text), "
        + "\(direction) is better")
    let runs = drawnRuns
    let hasIntervals = runs.count <= Self.curvesWithIntervals
    for run in runs {
      let points = run.scores.filter(belongs)
      guard !points.isEmpty else { continue }
      plot.series.append(
        PlotSeries(
          name: run.name.escapedForTerminal, style: looks.style(of: run.name),
          points: points.map { point in
            let interval =
              hasIntervals
              ? Self.interval(
                point.value, error: point.standardError, known: point.interval) : nil
            return PlotPoint(
              x: Double(point.tokens), y: point.value, low: interval?.low, high: interval?.high)
          }))
    }
    if let level = baselineLevel(belongs, task: task, metric: example.metric) {
      plot.levels.append(level)
    }
    if let chance = example.chance {
      plot.levels.append(PlotLevel(name: "chance", style: .chance, value: chance))
    }
    plot.phases = phaseLayouts
    let counts = Set(all.map(\.count))
    let note = counts.count == 1 ? "\(example.count) documents" : ""
    return PlotFigure.markup(
      id: id, heading: name, title: plot.title, note: note, legend: plot.legend,
      picture: plot.svg(id: id), tables: [HTMLTable(scoreTable(task), caption: plot.title)])
  }

  private func scoreTable(_ task: String) -> TextTable {
    var table = TextTable(columns: [
      .init("Run"), .init("Step", leansRight: true), .init("Tokens", leansRight: true),
      .init("Metric"), .init("Value", leansRight: true), .init("Stderr", leansRight: true),
      .init("95 % interval", leansRight: true), .init("n", leansRight: true),
      .init("Chance", leansRight: true),
    ])
    for run in record.runs {
      for point in run.scores where point.task == task {
        table.rows.append([
          run.name.escapedForTerminal, "\(point.step)", "\(point.tokens)",
          point.metric.escapedForTerminal, NumberText.fixed(point.value),
          point.standardError.map(NumberText.fixed) ?? "",
          point.interval.map { "\(NumberText.fixed($0.low)) – \(NumberText.fixed($0.high))" } ?? "",
          "\(point.count)", point.chance.map(NumberText.fixed) ?? "",
        ])
      }
    }
    return table
  }

  /// The baseline's last score: of the run, else of what the final comparisons read.
  private func baselineLevel(
    _ belongs: (ScorePointRecord) -> Bool, task: String, metric: String
  ) -> PlotLevel? {
    guard record.runs.contains(where: { !$0.isBaseline }) else { return nil }
    let name = "\(baselineName ?? "baseline"), at its end"
    let run = record.runs.first(where: \.isBaseline)
    if let point = run?.scores.last(where: belongs) {
      let interval = Self.interval(point.value, error: point.standardError, known: point.interval)
      return PlotLevel(
        name: name, style: .baseline(0), value: point.value, low: interval?.low,
        high: interval?.high)
    }
    guard
      let side = baselineRow({
        $0.kind == .task && $0.name == task && $0.metric == metric
      })?.reference
    else { return nil }
    let interval = Self.interval(side.value, error: side.standardError, known: side.interval)
    return PlotLevel(
      name: name, style: .baseline(0), value: side.value, low: interval?.low, high: interval?.high)
  }

  /// 95 %: as recorded, else by the standard error.
  private static func interval(
    _ value: Double, error: Double?, known: IntervalRecord?
  ) -> IntervalRecord? {
    known ?? error.map { IntervalRecord(low: value - 1.96 * $0, high: value + 1.96 * $0) }
  }
}
