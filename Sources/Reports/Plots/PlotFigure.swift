/// A picture with its title, its legend and the numbers behind it.
enum PlotFigure {
  /// The figure.
  ///
  /// - Parameters:
  ///   - id: Distinct in the page.
  ///   - title: Above the picture.
  ///   - note: Below the title; what to look at, what was left out.
  ///   - legend: What the looks mean.
  ///   - picture: `nil` where no value can be drawn.
  ///   - tables: The numbers behind it, folded up on screens.
  /// - Returns: The figure.
  static func markup(
    id: String, title: String, note: String = "", legend: Markup, picture: Markup?,
    tables: [HTMLTable]
  ) -> Markup {
    let tables = tables.map(\.markup).filter { !$0.isEmpty }
    return .element(
      "figure", [.id(id), .class("plot")],
      [
        .element(
          "figcaption", [],
          [
            .element("h3", [], [.text(title)]),
            note.isEmpty ? .empty : .element("p", [], [.text(note)]),
          ]),
        legend,
        picture ?? .element("p", [.class("empty")], ["There is no value that could be drawn."]),
        tables.isEmpty
          ? .empty : Folded.markup(summary: "Numbers behind “\(title)”", tables),
      ])
  }
}

/// What is shown when the reader asks for it, and always on paper.
enum Folded {
  /// The folded content.
  ///
  /// - Parameters:
  ///   - summary: What is in it.
  ///   - content: Tables or text.
  /// - Returns: An element that opens without a script.
  static func markup(summary: String, _ content: [Markup]) -> Markup {
    .element(
      "details", [], [.element("summary", [], [.text(summary)])] + content)
  }
}
