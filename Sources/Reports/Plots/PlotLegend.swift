/// What the looks of curves mean: a list beside the picture, which wraps where it is narrow.
enum PlotLegend {
  /// A curve's entry.
  static func curve(_ name: String, _ style: PlotStyle, hasMarker: Bool) -> Markup {
    entry(
      name,
      [
        PlotCanvas.path("M1 7L33 7", "curve \(style.colorClass)", style.line),
        hasMarker
          ? PlotCanvas.path(style.marker.path(x: 17, y: 7, size: 4), "mark \(style.colorClass)")
          : .empty,
      ])
  }

  /// An entry for a horizontal line.
  static func level(_ name: String, _ style: PlotStyle, hasBand: Bool) -> Markup {
    entry(
      name,
      [
        hasBand ? PlotCanvas.path("M0 1L34 1L34 13L0 13z", "band \(style.colorClass)") : .empty,
        PlotCanvas.path("M1 7L33 7", "level \(style.colorClass)", style.line),
      ])
  }

  /// An entry for markers that are not filled.
  static func hollow(_ meaning: String) -> Markup {
    entry(meaning, [PlotCanvas.path(PlotMarker.circle.path(x: 17, y: 7, size: 4), "hollow ink")])
  }

  /// An entry for a marker alone.
  static func marker(
    _ name: String, _ marker: PlotMarker, _ colorClass: String, isHollow: Bool = false
  ) -> Markup {
    entry(
      name,
      [
        PlotCanvas.path(
          marker.path(x: 17, y: 7, size: 4.5), "\(isHollow ? "hollow" : "mark") \(colorClass)")
      ])
  }

  /// An entry for a shaded zone.
  static func zone(_ name: String) -> Markup {
    entry(name, [PlotCanvas.path("M0 1L34 1L34 13L0 13z", "zone")])
  }

  /// An entry for intervals.
  static func whisker(_ name: String) -> Markup {
    entry(name, [PlotCanvas.path("M3 7L31 7M3 3L3 11M31 3L31 11", "reach ink")])
  }

  static func list(_ entries: [Markup]) -> Markup {
    entries.isEmpty ? .empty : .element("ul", [.class("legend")], entries)
  }

  private static func entry(_ name: String, _ picture: [Markup]) -> Markup {
    .element(
      "li", [],
      [
        .element(
          "svg",
          [
            .init("viewBox", "0 0 34 14"), .init("width", "34"), .init("height", "14"),
            .init("aria-hidden", "true"),
          ], picture),
        .element("span", [], [.text(name)]),
      ])
  }
}
