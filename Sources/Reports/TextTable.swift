/// Rows and columns, laid out for a terminal or as Markdown.
struct TextTable {
  /// A column's head and the side its cells lean to.
  struct Column {
    let title: String
    let leansRight: Bool

    init(_ title: String, leansRight: Bool = false) {
      self.title = title
      self.leansRight = leansRight
    }
  }

  let columns: [Column]
  /// Each as long as ``columns``; already free of control characters.
  var rows: [[String]] = []

  init(columns: [Column]) { self.columns = columns }

  /// The columns that have something in some row; empty ones only take room.
  private var shown: [Int] {
    columns.indices.filter { column in
      rows.contains { $0[column].unicodeScalars.contains { $0 != " " } }
    }
  }

  /// Aligned by display width, two spaces between columns.
  var plain: String {
    let shown = shown
    let widths = shown.map { column in
      rows.reduce(columns[column].title.displayWidth) { max($0, $1[column].displayWidth) }
    }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (index, column) in shown.enumerated() {
        if index > 0 { text += "  " }
        text += cells[column].padded(to: widths[index], atEnd: !columns[column].leansRight)
      }
      while text.utf8.last == UInt8(ascii: " ") { text.removeLast() }
      return text
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([line(columns.map(\.title)), rule] + rows.map(line)).joined(separator: "\n")
  }

  /// A Markdown table; what would end a cell or open an element is escaped.
  var markdown: String {
    let shown = shown
    func line(_ cells: [String]) -> String {
      "| " + shown.map { Self.escaped(cells[$0]) }.joined(separator: " | ") + " |"
    }
    let rule = shown.map { columns[$0].leansRight ? "---:" : "---" }
    return
      ([line(columns.map(\.title)), "|" + rule.joined(separator: "|") + "|"] + rows.map(line))
      .joined(separator: "\n")
  }

  /// A cell's text; indentation becomes spaces that Markdown keeps.
  static func escaped(_ cell: String) -> String {
    var result = ""
    var atStart = true
    for scalar in cell.unicodeScalars {
      switch scalar {
      case " " where atStart: result += "&nbsp;"
      case "|", "*", "_", "`", "\\", "[", "]", "~", "#":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.unicodeScalars.append(scalar)
      }
      if scalar != " " { atStart = false }
    }
    return result
  }
}
