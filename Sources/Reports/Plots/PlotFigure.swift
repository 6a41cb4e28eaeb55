/// A picture with its title, its legend and the numbers behind it.
enum PlotFigure {
  /// The figure.
  ///
  /// - Parameters:
  ///   - id: Distinct in the page.
  ///   - heading: Above the picture.
  ///   - title: What the numbers behind it are called; the heading if left out.
  ///   - note: Below the title; what to look at, what was left out.
  ///   - legend: What the looks mean.
  ///   - picture: `nil` where no value can be drawn.
  ///   - tables: The numbers behind it, folded up on screens.
  /// - Returns: The figure and what is folded below it.
  static func markup(
    id: String, heading: String, title: String? = nil, note: String = "", legend: Markup,
    picture: Markup?,
    tables: [HTMLTable]
  ) -> Markup {
    let tables = tables.map(\.markup).filter { !$0.isEmpty }
    // The picture is a unit that no page break goes through; the numbers are not.
    return .element(
      "div", [.id(id), .class("plot")],
      [
        .element(
          "figure", [],
          [
            .element(
              "figcaption", [],
              [
                .element("h3", [], [.text(heading)]),
                note.isEmpty ? .empty : .element("p", [], [.text(note)]),
              ]),
            legend,
            picture
              ?? .element("p", [.class("empty")], ["There is no value that could be drawn."]),
          ]),
        tables.isEmpty
          ? .empty : Folded.markup(summary: "Numbers behind “\(title ?? heading)”", tables),
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
