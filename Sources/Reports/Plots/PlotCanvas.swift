/// Draws onto the area between two axes.
struct PlotCanvas {
  let x: PlotAxis
  let y: PlotAxis
  let left: Double
  let right: Double

  private var top: Double { y.end }
  private var floor: Double { y.start }

  /// Axes, grid lines, ticks with numbers, titles.
  func grid(yTitle: String, xTitle: String, height: Double) -> Markup {
    var parts: [Markup] = []
    let (rows, rowStep) = y.ticks(about: 5)
    for value in rows {
      let height = y.position(of: value)
      parts.append(Self.line(left, height, right, height, "grid"))
      parts.append(
        Self.label(TickText.value(value, step: rowStep), left - 7, height, "tick end", middle: true)
      )
    }
    parts.append(Self.line(left, floor, right, floor, "axis"))
    let (columns, _) = x.ticks(about: 5)
    for value in columns {
      let place = x.position(of: value)
      parts.append(Self.line(place, floor, place, floor + 4, "axis"))
      parts.append(Self.label(TickText.tokens(value), place, floor + 19, "tick mid"))
    }
    parts.append(Self.label(yTitle, 0, 14, "title"))
    parts.append(Self.label(xTitle, right, height - 7, "title end"))
    return .group(parts)
  }

  /// Borders between phases, and the names above them.
  ///
  /// - Parameters:
  ///   - phases: Those that begin where the plot ends are left out.
  ///   - baseline: Of the names.
  /// - Returns: Lines and names.
  func phases(_ phases: PlotPhases, baseline: Double) -> Markup {
    var parts: [Markup] = []
    for span in phases.spans {
      let start = x.position(of: min(max(span.start, x.low), x.high))
      let end = x.position(of: min(max(span.end, x.low), x.high))
      guard end - start > 0.5 else { continue }
      if span.start > max(x.low, 0) {
        parts.append(Self.line(start, baseline - 10, start, floor, "border"))
      }
      // A letter takes about 8 units where text is largest.
      let room = Int((end - start - 4) / 8)
      guard room >= 2 else { continue }
      parts.append(
        Self.label(span.name, (start + end) / 2, baseline, "phase mid", limit: room))
    }
    return .group(parts)
  }

  /// The band of a level.
  func band(_ level: PlotLevel) -> Markup {
    guard let low = level.low, let high = level.high, PlotAxis.isDrawable(low),
      PlotAxis.isDrawable(high)
    else { return .empty }
    let (a, b) = (y.position(of: high), y.position(of: low))
    return Self.path(
      PathPen().polygon([(left, a), (right, a), (right, b), (left, b)]).data,
      "band \(level.style.colorClass)")
  }

  /// The line of a level.
  func line(_ level: PlotLevel) -> Markup {
    guard PlotAxis.isDrawable(level.value) else { return .empty }
    let height = y.position(of: level.value)
    return Self.path(
      PathPen().move(left, height).line(right, height).data,
      "level \(level.style.colorClass)", level.style.line)
  }

  /// The band around a curve, where its points have intervals.
  func area(_ series: PlotSeries) -> Markup {
    var parts: [Markup] = []
    var run: [(x: Double, low: Double, high: Double)] = []
    func close() {
      if run.count > 1 {
        let corners = run.map { ($0.x, $0.high) } + run.reversed().map { ($0.x, $0.low) }
        parts.append(
          Self.path(PathPen().polygon(corners).data, "area \(series.style.colorClass)"))
      }
      run = []
    }
    for point in series.points {
      if point.y != nil, let low = point.low, let high = point.high {
        run.append((x.position(of: point.x), y.position(of: low), y.position(of: high)))
      } else {
        close()
      }
    }
    close()
    return .group(parts)
  }

  /// The curve itself.
  func curve(_ series: PlotSeries) -> Markup {
    let segments = CurveThinning.segments(series.points) { Int(x.position(of: $0)) }
    var pen = PathPen()
    for segment in segments where segment.count > 1 {
      pen = pen.polyline(segment.map { (x.position(of: $0.x), y.position(of: $0.y)) })
    }
    guard !pen.data.isEmpty else { return .empty }
    return Self.path(pen.data, "curve \(series.style.colorClass)", series.style.line)
  }

  /// Markers and whiskers of few points; of many, only those that stand between two gaps.
  func marks(_ series: PlotSeries) -> Markup {
    var parts: [Markup] = []
    let points = series.points
    for (index, point) in points.enumerated() {
      guard let value = point.y else { continue }
      let isAlone =
        (index == 0 || points[index - 1].y == nil)
        && (index == points.count - 1 || points[index + 1].y == nil)
      guard series.showsMarkers || isAlone else { continue }
      let place = x.position(of: point.x)
      if let low = point.low, let high = point.high {
        parts.append(
          Self.path(
            PathPen().move(place, y.position(of: low)).line(place, y.position(of: high)).data,
            "whisker \(series.style.colorClass)"))
      }
      parts.append(
        Self.path(
          series.style.marker.path(x: place, y: y.position(of: value), size: 4),
          "\(point.isHollow ? "hollow" : "mark") \(series.style.colorClass)"))
    }
    return .group(parts)
  }

  // MARK: Pieces

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ name: String) -> Markup
  {
    path(PathPen().move(x1, y1).line(x2, y2).data, name)
  }

  static func path(_ data: String, _ name: String, _ attributes: [Markup.Attribute] = []) -> Markup
  {
    .element("path", [.class(name), .init("d", data)] + attributes)
  }

  /// A piece of text.
  ///
  /// - Parameters:
  ///   - text: What it says.
  ///   - x: Where it begins, ends or has its middle, as the class says.
  ///   - y: Its baseline.
  ///   - name: Class of the style sheet.
  ///   - middle: Whether y is the middle of the letters instead.
  ///   - limit: Letters that have room; a longer text is cut, and shown whole as a tooltip.
  /// - Returns: The text.
  static func label(
    _ text: String, _ x: Double, _ y: Double, _ name: String, middle: Bool = false,
    limit: Int = 60
  ) -> Markup {
    var attributes: [Markup.Attribute] = [
      .class(name), .init("x", PathPen.number(x)), .init("y", PathPen.number(y)),
    ]
    if middle { attributes.append(.init("dy", "0.33em")) }
    let (short, isCut) = shortened(text, to: limit)
    return .element(
      "text", attributes,
      [.text(short)] + (isCut ? [.element("title", [], [.text(text)])] : []))
  }

  /// A text cut to a number of columns.
  static func shortened(_ text: String, to limit: Int) -> (text: String, isCut: Bool) {
    guard text.displayWidth > limit else { return (text, false) }
    var short = ""
    for character in text {
      guard (short + String(character)).displayWidth < limit else { break }
      short.append(character)
      // One character may hold any number of marks.
      if short.unicodeScalars.count > 4 * limit { break }
    }
    return (short + "…", true)
  }
}
