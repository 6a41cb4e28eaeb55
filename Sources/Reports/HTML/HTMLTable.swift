/// A table of a page, in a box of its own that scrolls where the table is wider than the page.
struct HTMLTable {
  /// What a cell shows.
  enum Cell {
    case text(String)
    /// A value, and below it, smaller, what belongs to it.
    case lines(String, String)
    case badge(Badge)

    fileprivate var isBlank: Bool {
      switch self {
      case .text(let text): text.allSatisfy { $0 == " " }
      case .lines(let first, let second): first.isEmpty && second.isEmpty
      case .badge: false
      }
    }
  }

  let caption: String
  let columns: [TextTable.Column]
  /// Which column names its row.
  var headColumn = 0
  var rows: [[Cell]]

  init(caption: String, columns: [TextTable.Column], headColumn: Int = 0, rows: [[Cell]]) {
    self.caption = caption
    self.columns = columns
    self.headColumn = headColumn
    self.rows = rows
  }

  /// A table of texts; a column of verdicts gets badges.
  ///
  /// - Parameters:
  ///   - table: The texts.
  ///   - caption: What the table shows.
  ///   - headColumn: The column that names its row.
  ///   - badges: One per row, for a column after all others.
  init(
    _ table: TextTable, caption: String, headColumn: Int = 0, badges: [Badge]? = nil
  ) {
    self.caption = caption
    self.headColumn = headColumn
    columns = table.columns + (badges == nil ? [] : [.init("Verdict")])
    rows = table.rows.enumerated().map { index, row in
      row.map(Cell.text) + (badges.map { [.badge($0[index])] } ?? [])
    }
  }

  /// The box with the table; nothing if there are no rows.
  var markup: Markup {
    guard !rows.isEmpty else { return .empty }
    let shown = columns.indices.filter { column in
      column == headColumn || rows.contains { !$0[column].isBlank }
    }
    let heads = shown.map { column in
      Markup.element("th", attributes(of: column, scope: "col"), [.text(columns[column].title)])
    }
    let lines = rows.map { row in
      Markup.element(
        "tr", [],
        shown.map { column in
          let content = Self.content(of: row[column])
          return column == headColumn
            ? .element("th", attributes(of: column, scope: "row"), content)
            : .element("td", attributes(of: column, scope: nil), content)
        })
    }
    return .element(
      "div",
      [
        .class("scroll"), .init("role", "region"), .init("aria-label", caption),
        .init("tabindex", "0"),
      ],
      [
        .element(
          "table", [],
          [
            .element("caption", [], [.text(caption)]),
            .element("thead", [], [.element("tr", [], heads)]),
            .element("tbody", [], lines),
          ])
      ])
  }

  private func attributes(of column: Int, scope: String?) -> [Markup.Attribute] {
    let names = (columns[column].leansRight ? ["n"] : []) + (column == headColumn ? ["h"] : [])
    return (scope.map { [.init("scope", $0)] } ?? [])
      + (names.isEmpty ? [] : [.class(names.joined(separator: " "))])
  }

  private static func content(of cell: Cell) -> [Markup] {
    switch cell {
    case .text(let text): [.text(text)]
    case .lines(let first, let second):
      second.isEmpty
        ? [.text(first)]
        : [.text(first), .element("span", [.class("sub")], [.text(second)])]
    case .badge(let badge): [badge.markup]
    }
  }
}
