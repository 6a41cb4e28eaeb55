import Files
import Records

extension ExperimentReport {
  /// More comparisons than this are folded up, or the page has no end.
  private static let unfoldedComparisons = 4

  /// The comparisons with the baseline: final ones open, those of earlier checkpoints folded.
  var comparisonSection: Section {
    let all = record.comparisons.enumerated().filter { $1.against == .baseline }
    let finals = all.filter { $1.isFinal }
    let earlier = all.filter { !$1.isFinal }
    var content = finals.prefix(Self.unfoldedComparisons).map { comparison($1, number: $0) }
    let folded =
      finals.dropFirst(Self.unfoldedComparisons).map { ("", $0) }
      + earlier.map { ("Earlier checkpoint: ", $0) }
    content += folded.map { prefix, item in
      Folded.markup(
        summary: prefix + Self.title(of: item.element),
        [comparison(item.element, number: item.offset)])
    }
    return Section(
      "comparison", "Comparison with the baseline",
      lead: """
        Both models answered the same documents, so differences are paired. B − A is the difference \
        from the baseline; it matches where it was shown to lie within the margin.
        """, content)
  }

  private func comparison(_ item: CheckpointComparisonRecord, number: Int) -> Markup {
    let comparison = item.comparison
    let title = Self.title(of: item)
    return .element(
      "article", [.class("comparison")],
      [
        .element("h3", [], [.text(title)]),
        sides(of: comparison),
        .element("div", [.class("plots")], differencePlots(comparison, id: "c\(number)")),
        ComparisonHTMLTable(comparison, caption: Self.caption(of: comparison)).markup,
        Self.list(comparison.notes),
        item.command.isEmpty
          ? .empty
          : .element(
            "p", [.class("command")],
            ["To derive it again: ", .element("code", [], [.text(item.command)])]),
      ])
  }

  private static func caption(of comparison: ComparisonRecord) -> String {
    """
    A is \(ComparisonWords.label(of: comparison.reference)), \
    B is \(ComparisonWords.label(of: comparison.candidate))
    """
  }

  private func sides(of comparison: ComparisonRecord) -> Markup {
    .element(
      "dl", [.class("sides")],
      [("A", comparison.reference), ("B", comparison.candidate)].map { name, model in
        .element(
          "div", [],
          [
            .element("dt", [], [.text(name)]),
            .element(
              "dd", [],
              [
                .text(ComparisonWords.label(of: model)),
                .element("span", [.class("sub")], [.text(model.path)]),
              ]),
          ])
      })
  }

  /// Deciding rows as pictures, by what their differences are measured in.
  private func differencePlots(_ comparison: ComparisonRecord, id: String) -> [Markup] {
    let rows = comparison.rows.filter(\.isDeciding)
    let groups: [(String, String, Bool, [DifferenceRecord])] = [
      (
        "Tasks", "B − A, in the task’s metric", true,
        rows.filter { $0.kind == .task && $0.higherIsBetter }
      ),
      ("Validation losses", "B − A, nats per token", false, rows.filter { $0.kind == .loss }),
      (
        "Tasks, lower is better", "B − A, in the task’s metric", false,
        rows.filter { $0.kind == .task && !$0.higherIsBetter }
      ),
    ]
    return groups.enumerated().compactMap { index, group in
      let (title, axis, higherIsBetter, rows) = group
      guard !rows.isEmpty else { return nil }
      var plot = DifferencePlot(
        title: title, xTitle: axis, higherIsBetter: higherIsBetter, rows: rows.map(Self.plotRow))
      plot.legend = legend(of: rows)
      let id = "\(id)-d\(index)"
      return PlotFigure.markup(
        id: id, heading: title, legend: PlotLegend.list(plot.legend), picture: plot.svg(id: id),
        tables: [])
    }
  }

  private static func plotRow(_ row: DifferenceRecord) -> DifferencePlot.Row {
    let badge = Badge(row)
    return DifferencePlot.Row(
      name: row.name, remark: "\(NumberText.signed(row.difference)) · \(badge.word)",
      value: row.difference, low: row.interval?.low, high: row.interval?.high, margin: row.margin,
      marker: badge.kind.marker, colorClass: badge.kind.colorClass, isHollow: badge.kind.isHollow)
  }

  private func legend(of rows: [DifferenceRecord]) -> [Markup] {
    let verdicts = Verdict.allCases.filter { verdict in rows.contains { $0.verdict == verdict } }
    return verdicts.map(PlotLegend.verdict) + [
      PlotLegend.zone("within the margin"), PlotLegend.whisker("95 % interval"),
    ]
  }
}

extension Badge.Kind {
  var marker: PlotMarker {
    switch self {
    case .matches: .circle
    case .better: .triangle
    case .worse: .triangleDown
    case .undecided: .diamond
    case .few, .none: .cross
    }
  }

  var colorClass: String { "v-\(rawValue)" }

  var isHollow: Bool { self == .undecided }
}

extension PlotLegend {
  /// An entry for the marker of a verdict.
  static func verdict(_ verdict: Verdict) -> Markup {
    let kind = Badge.Kind(verdict)
    return marker(verdict.rawValue, kind.marker, kind.colorClass, isHollow: kind.isHollow)
  }
}
