/// Path data of SVG, piece by piece.
struct PathPen {
  private(set) var data = ""

  /// Begins at a point.
  func move(_ x: Double, _ y: Double) -> PathPen { raw("M").pair(x, y) }

  /// Draws a straight line to a point.
  func line(_ x: Double, _ y: Double) -> PathPen { raw("L").pair(x, y) }

  /// A closed shape.
  func polygon(_ corners: [(Double, Double)]) -> PathPen { polyline(corners).raw("z") }

  /// A line through points.
  ///
  /// - Complexity: O(points).
  func polyline(_ points: [(Double, Double)]) -> PathPen {
    var pen = self
    for (index, point) in points.enumerated() {
      pen.data += index == 0 ? "M" : "L"
      pen.data += Self.number(point.0)
      pen.data += " "
      pen.data += Self.number(point.1)
    }
    return pen
  }

  func raw(_ piece: StaticString) -> PathPen {
    var pen = self
    pen.data += "\(piece)"
    return pen
  }

  func pair(_ x: Double, _ y: Double) -> PathPen {
    var pen = self
    pen.data += Self.number(x) + " " + Self.number(y)
    return pen
  }

  /// A coordinate with one decimal, which is a tenth of a pixel or so.
  static func number(_ value: Double) -> String {
    guard abs(value) < 1e9 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
    return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
  }
}
