/// How a curve looks: colour, dashes and marker together, so that each can be missed.
struct PlotStyle {
  /// Class of the style sheet that sets the colour.
  let colorClass: String
  /// Lengths of dashes and gaps; empty for a solid line.
  let dashes: String
  let marker: PlotMarker

  /// Distinct looks for curves beside each other.
  ///
  /// Colours are Okabe and Ito's, which hold for all common kinds of colour blindness. Colours and
  /// dashes have the same number, and go round at different pace, so that 49 curves differ.
  /// - Parameter index: From 0.
  /// - Returns: The look.
  static func series(_ index: Int) -> PlotStyle {
    let count = dashPatterns.count
    return PlotStyle(
      colorClass: "s\(index % count)", dashes: dashPatterns[(index + index / count) % count],
      marker: PlotMarker.allCases[index % PlotMarker.allCases.count])
  }

  /// The neutral look of a baseline.
  ///
  /// - Parameter index: From 0.
  /// - Returns: The look.
  static func baseline(_ index: Int) -> PlotStyle {
    PlotStyle(
      colorClass: "base", dashes: dashPatterns[1 + index % (dashPatterns.count - 1)],
      marker: .diamond)
  }

  static let chance = PlotStyle(colorClass: "chance", dashes: "1 4", marker: .cross)

  private static let dashPatterns = [
    "", "7 3", "2 3", "8 3 2 3", "12 4", "4 2 1 2 1 2", "5 5",
  ]

  /// Attributes of a line.
  var line: [Markup.Attribute] {
    dashes.isEmpty ? [] : [.init("stroke-dasharray", dashes)]
  }
}

/// Shapes that can be told apart without colour.
enum PlotMarker: CaseIterable {
  case circle, square, triangle, diamond, triangleDown, cross, plus

  /// The shape.
  ///
  /// - Parameters:
  ///   - x: Of its middle.
  ///   - y: Of its middle.
  ///   - size: Half of its width.
  /// - Returns: Path data.
  func path(x: Double, y: Double, size: Double) -> String {
    let pen = PathPen()
    switch self {
    case .circle:
      return pen.move(x - size, y).raw("a").pair(size, size).raw(" 0 1 0 ").pair(2 * size, 0)
        .raw("a").pair(size, size).raw(" 0 1 0 ").pair(-2 * size, 0).raw("z").data
    case .square:
      let half = size * 0.89
      return pen.polygon([
        (x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half),
      ]).data
    case .triangle:
      return pen.polygon([
        (x, y - size * 1.2), (x + size * 1.1, y + size * 0.8), (x - size * 1.1, y + size * 0.8),
      ]).data
    case .triangleDown:
      return pen.polygon([
        (x, y + size * 1.2), (x + size * 1.1, y - size * 0.8), (x - size * 1.1, y - size * 0.8),
      ]).data
    case .diamond:
      let reach = size * 1.25
      return pen.polygon([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]).data
    case .cross, .plus:
      // Outlines, so that every marker is filled alike.
      let (long, thin) = (size * 1.2, size * 0.42)
      let corners = [
        (-thin, -long), (thin, -long), (thin, -thin), (long, -thin), (long, thin), (thin, thin),
        (thin, long), (-thin, long), (-thin, thin), (-long, thin), (-long, -thin), (-thin, -thin),
      ]
      let turn = self == .cross ? 0.7071 : 0
      let keep = self == .cross ? 0.7071 : 1
      return pen.polygon(
        corners.map { (x + keep * $0.0 - turn * $0.1, y + turn * $0.0 + keep * $0.1) }
      ).data
    }
  }
}
