/// Differences with their intervals, one below the other, around 0.
struct DifferencePlot {
  /// One difference.
  struct Row {
    var name: String
    /// Beside the name: the number, a verdict.
    var remark: String
    var value: Double
    var low: Double?
    var high: Double?
    /// Half of the zone that counts as equal.
    var margin: Double?
    var marker: PlotMarker
    /// Class of the style sheet that sets the colour.
    var colorClass: String
    var isHollow = false
  }

  var title: String
  /// With the unit.
  var xTitle: String
  var rows: [Row]
  /// Whether differences above 0 are the good ones.
  var higherIsBetter: Bool
  var legend: [Markup] = []

  init(title: String, xTitle: String, higherIsBetter: Bool, rows: [Row]) {
    self.title = title
    self.xTitle = xTitle
    self.higherIsBetter = higherIsBetter
    self.rows = rows
  }

  private static let width = 480.0
  private static let rowHeight = 42.0
  private static let inset = 4.0
  /// Half of the longest number below the axis.
  private static let axisInset = 28.0

  /// The picture.
  ///
  /// - Parameter id: Distinct in the page.
  /// - Returns: `nil` if no difference can be drawn.
  func svg(id: String) -> Markup? {
    let rows = rows.filter { PlotAxis.isDrawable($0.value) }
    let values = rows.flatMap { row in
      [row.value, row.low, row.high, row.margin, row.margin.map { -$0 }].compactMap { $0 }
    }
    guard !rows.isEmpty,
      let x = PlotAxis(
        spanning: values + [0], from: Self.axisInset, to: Self.width - Self.axisInset, padding: 0.05
      )
    else { return nil }
    let top = 26.0
    let floor = top + Double(rows.count) * Self.rowHeight + 4
    let height = floor + 48
    var parts: [Markup] = [
      .element("title", [.id("\(id)-t")], [.text(title)]),
      .element("desc", [.id("\(id)-d")], [.text(summary(of: rows))]),
    ]
    parts += directions(x)
    parts += rows.enumerated().map { zone($1, x, top: top + Double($0) * Self.rowHeight) }
    parts += ticks(x, top: top, floor: floor)
    parts.append(PlotCanvas.label(xTitle, Self.width - Self.inset, height - 7, "title end"))
    parts += rows.enumerated().map { mark($1, x, top: top + Double($0) * Self.rowHeight) }
    return .element(
      "svg",
      [
        .init("viewBox", "0 0 480 \(PathPen.number(height))"), .init("role", "img"),
        .init("aria-labelledby", "\(id)-t \(id)-d"),
      ], parts)
  }

  private func directions(_ x: PlotAxis) -> [Markup] {
    let (left, right) = higherIsBetter ? ("worse", "better") : ("better", "worse")
    let zero = x.position(of: 0)
    // Beside the zero line where there is room for the words on its side.
    return [
      zero > 80 ? PlotCanvas.label("← \(left)", zero - 10, 14, "title end") : .empty,
      zero < Self.width - 80 ? PlotCanvas.label("\(right) →", zero + 10, 14, "title") : .empty,
    ]
  }

  private func zone(_ row: Row, _ x: PlotAxis, top: Double) -> Markup {
    guard let margin = row.margin, PlotAxis.isDrawable(margin) else { return .empty }
    let (a, b) = (x.position(of: -margin), x.position(of: margin))
    let (y1, y2) = (top, top + Self.rowHeight)
    return PlotCanvas.path(PathPen().polygon([(a, y1), (b, y1), (b, y2), (a, y2)]).data, "zone")
  }

  private func ticks(_ x: PlotAxis, top: Double, floor: Double) -> [Markup] {
    var parts: [Markup] = []
    let (values, step) = x.ticks(about: 5)
    for value in values {
      let place = x.position(of: value)
      let isZero = abs(value) < step / 2
      if !isZero { parts.append(PlotCanvas.line(place, top, place, floor, "grid")) }
      let text = TickText.value(value, step: step)
      parts.append(
        PlotCanvas.label(value > 0 && !isZero ? "+" + text : text, place, floor + 19, "tick mid"))
    }
    let zero = x.position(of: 0)
    parts.append(PlotCanvas.line(zero, 4, zero, floor, "zero"))
    parts.append(PlotCanvas.line(Self.inset, floor, Self.width - Self.inset, floor, "axis"))
    return parts
  }

  private func mark(_ row: Row, _ x: PlotAxis, top: Double) -> Markup {
    let y = top + 30
    var parts = [
      top > 30 ? PlotCanvas.line(Self.inset, top, Self.width - Self.inset, top, "grid") : .empty,
      PlotCanvas.label(row.name, Self.inset, top + 15, "row", limit: 28),
      PlotCanvas.label(row.remark, Self.width - Self.inset, top + 15, "row end", limit: 28),
    ]
    if let low = row.low, let high = row.high, PlotAxis.isDrawable(low), PlotAxis.isDrawable(high) {
      let (a, b) = (x.position(of: low), x.position(of: high))
      parts.append(
        PlotCanvas.path(
          PathPen().move(a, y).line(b, y).raw("M").pair(a, y - 4).line(a, y + 4).raw("M")
            .pair(b, y - 4).line(b, y + 4).data, "reach \(row.colorClass)"))
    }
    parts.append(
      PlotCanvas.path(
        row.marker.path(x: x.position(of: row.value), y: y, size: 5.5),
        "\(row.isHollow ? "hollow" : "mark") \(row.colorClass)"))
    return .group(parts)
  }

  private func summary(of rows: [Row]) -> String {
    let lines = rows.prefix(20).map { "\($0.name): \($0.remark)." }
    return (["\(xTitle)."] + lines).joined(separator: " ")
  }
}
