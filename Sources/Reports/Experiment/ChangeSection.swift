import Files
import Records

extension ExperimentReport {
  /// Forgetting against adaptation: what each phase changed on new and on earlier data, and in tasks.
  var changeSection: Section {
    let all = changes
    let losses = all.filter { $0.role != .task }
    let tasks = all.filter { $0.role == .task }
    // Of a first phase all losses fall, and by so much that nothing else could be read.
    var figures: [Markup] = []
    let later = losses.filter(\.hasPast)
    if !later.isEmpty { figures.append(figure(later, "Change of validation losses", id: "f0")) }
    let laterTasks = tasks.filter(\.hasPast)
    for (index, higher) in [true, false].enumerated() {
      let rows = laterTasks.filter { $0.row.higherIsBetter == higher }
      guard !rows.isEmpty else { continue }
      figures.append(
        figure(
          rows, higher ? "Change of task scores" : "Change of task scores, lower is better",
          id: "f\(index + 1)"))
    }
    return Section(
      "forgetting", "Forgetting and adaptation",
      lead: """
        Each phase’s end against the model that the phase began with. On new data the loss should \
        fall: that is adaptation. On earlier data it should not rise: that would be forgetting.
        """,
      [
        figures.isEmpty ? .empty : .element("div", [.class("plots")], figures),
        table(losses, "Validation losses before and after each phase"),
        tasks.isEmpty
          ? .empty
          : Folded.markup(
            summary: "Task scores before and after each phase",
            [table(tasks, "Task scores before and after each phase")]),
      ])
  }

  private func figure(_ changes: [PhaseChange], _ title: String, id: String) -> Markup {
    let isLoss = changes[0].role != .task
    let runs = Set(changes.map(\.run)).count
    let phases = Set(changes.map(\.phase)).count
    let rows = changes.sorted { Self.rank($0.role) < Self.rank($1.role) }.map { change in
      let context =
        (runs > 1 ? [change.run] : []) + (phases > 1 ? [change.phase] : [])
        + [change.row.name.escapedForTerminal]
      let look = Self.look(change)
      return DifferencePlot.Row(
        name: context.joined(separator: ", "),
        remark: isLoss
          ? "\(change.remark) · \(change.role.rawValue)"
          : "\(change.remark) · \(ComparisonWords.verdict(of: change.row))",
        value: change.row.difference, low: change.row.interval?.low,
        high: change.row.interval?.high, margin: change.row.margin, marker: look.marker,
        colorClass: look.color, isHollow: look.isHollow)
    }
    var plot = DifferencePlot(
      title: title, xTitle: isLoss ? "after − before, nats per token" : "after − before",
      higherIsBetter: changes[0].row.higherIsBetter, rows: rows)
    plot.legend = Self.legend(of: changes)
    return PlotFigure.markup(
      id: id, heading: title, legend: PlotLegend.list(plot.legend), picture: plot.svg(id: id),
      tables: [])
  }

  private func table(_ changes: [PhaseChange], _ caption: String) -> Markup {
    var table = Self.table(of: changes)
    // The verdict gets its badge instead of a word.
    let last = table.columns.count - 1
    var columns = table.columns
    columns.removeLast()
    let rows = table.rows.map { Array($0[..<last]) }
    table = TextTable(columns: columns)
    table.rows = rows
    return HTMLTable(
      table, caption: caption, headColumn: 2, badges: changes.map { Badge($0.row) }
    ).markup
  }

  private static func rank(_ role: PhaseChange.Role) -> Int {
    PhaseChange.Role.allCases.firstIndex(of: role) ?? 0
  }

  private static func look(
    _ change: PhaseChange
  ) -> (marker: PlotMarker, color: String, isHollow: Bool) {
    let kind = Badge.Kind(change.row.verdict)
    return switch change.role {
    case .new: (.circle, "s0", false)
    case .both: (.diamond, "s3", false)
    case .earlier: (.square, "s1", false)
    case .never: (.cross, "base", false)
    case .task: (kind.marker, kind.colorClass, kind.isHollow)
    }
  }

  private static func legend(of changes: [PhaseChange]) -> [Markup] {
    var entries: [Markup] = []
    for role in PhaseChange.Role.allCases where role != .task {
      guard let example = changes.first(where: { $0.role == role }) else { continue }
      let look = look(example)
      entries.append(PlotLegend.marker(role.rawValue, look.marker, look.color))
    }
    if changes.contains(where: { $0.role == .task }) {
      for verdict in Verdict.allCases where changes.contains(where: { $0.row.verdict == verdict }) {
        entries.append(PlotLegend.verdict(verdict))
      }
    }
    return entries + [PlotLegend.zone("within the margin"), PlotLegend.whisker("95 % interval")]
  }
}
