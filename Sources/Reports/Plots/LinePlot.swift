/// Curves over tokens, as a picture that scales with the page.
struct LinePlot {
  /// Above the picture.
  var heading: String
  /// Whole, for those who see nothing of what is around the picture.
  var title: String
  /// With the unit.
  var xTitle = "tokens trained on"
  /// With the unit.
  var yTitle: String
  var series: [PlotSeries] = []
  var levels: [PlotLevel] = []
  /// Layouts of phases that differ; one row of names for each.
  var phases: [PlotPhases] = []
  /// Whether the vertical axis ends at 0 if a value does.
  var keepsZero = false

  init(_ heading: String, title: String? = nil, yTitle: String) {
    self.heading = heading
    self.title = title ?? heading
    self.yTitle = yTitle
  }

  // The picture's own units. The style sheet sizes text by the width that the picture gets.
  private static let width = 480.0
  private static let height = 264.0
  private static let left = 54.0
  private static let right = 22.0
  private static let bottom = 48.0
  private static let rowHeight = 18.0
  /// More rows of phase names would leave no room for the curves.
  private static let largestRowCount = 3

  private var drawnPhases: [PlotPhases] { Array(phases.prefix(Self.largestRowCount)) }
  private var top: Double { 28 + Double(drawnPhases.count) * Self.rowHeight }
  private var fullHeight: Double { top + Self.height - 28 }
  private var floor: Double { fullHeight - Self.bottom }

  /// The picture.
  ///
  /// - Parameter id: Distinct in the page; a letter, then letters, digits and hyphens.
  /// - Returns: `nil` if no value can be drawn.
  func svg(id: String) -> Markup? {
    let values = series.flatMap { $0.points.flatMap { [$0.y, $0.low, $0.high] } }
      .compactMap { $0 }
    let marks = levels.flatMap { [$0.value, $0.low, $0.high] }.compactMap { $0 }
    let xs = series.flatMap { $0.points.filter { $0.y != nil }.map(\.x) }
    guard !values.isEmpty,
      let x = PlotAxis(
        spanning: xs + [0], from: Self.left, to: Self.width - Self.right, padding: 0.02,
        keepsZero: true),
      let y = PlotAxis(
        spanning: values + marks, from: floor, to: top, padding: 0.06, keepsZero: keepsZero)
    else { return nil }
    let canvas = PlotCanvas(x: x, y: y, left: Self.left, right: Self.width - Self.right)
    return .element(
      "svg",
      [
        .init("viewBox", "0 0 480 \(PathPen.number(fullHeight))"), .init("role", "img"),
        .init("aria-labelledby", "\(id)-t \(id)-d"),
      ],
      [
        .element("title", [.id("\(id)-t")], [.text(title)]),
        .element("desc", [.id("\(id)-d")], [.text(summary)]),
        canvas.grid(yTitle: yTitle, xTitle: xTitle, height: fullHeight),
        phaseMarks(canvas),
        .group(levels.map(canvas.band)),
        .group(series.map(canvas.area)),
        .group(levels.map(canvas.line)),
        .group(series.map(canvas.curve)),
        .group(series.map(canvas.marks)),
      ])
  }

  private func phaseMarks(_ canvas: PlotCanvas) -> Markup {
    .group(
      drawnPhases.enumerated().map { index, row in
        canvas.phases(row, baseline: 40 + Double(index) * Self.rowHeight)
      })
  }

  /// What the picture shows, for those who do not see it.
  private var summary: String {
    let ends = series.prefix(8).compactMap { series -> String? in
      let points = series.points.compactMap { point in point.y.map { (point.x, $0) } }
      guard let first = points.first, let last = points.last else { return nil }
      return """
        \(series.name): \(NumberText.short(first.1)) at \(TickText.tokens(first.0)) tokens, \
        \(NumberText.short(last.1)) at \(TickText.tokens(last.0)).
        """
    }
    let lines = levels.prefix(4).map { "\($0.name): \(NumberText.short($0.value))." }
    return (["\(yTitle) over \(xTitle)."] + ends + lines).joined(separator: " ")
  }

  /// What the looks mean.
  var legend: Markup {
    var items = series.filter(\.isDrawable).map {
      PlotLegend.curve($0.name, $0.style, hasMarker: $0.showsMarkers)
    }
    if let hollow = series.first(where: { $0.points.contains(where: \.isHollow) }),
      let meaning = hollow.hollowMeaning
    {
      items.append(PlotLegend.hollow(meaning))
    }
    items += levels.map { PlotLegend.level($0.name, $0.style, hasBand: $0.low != nil) }
    return PlotLegend.list(items)
  }

  /// Names of the layouts of phases that found no room.
  var omittedPhaseRows: Int { max(0, phases.count - Self.largestRowCount) }
}
