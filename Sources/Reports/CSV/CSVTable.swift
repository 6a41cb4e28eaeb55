/// Rows and columns as RFC 4180 writes them.
struct CSVTable {
  /// What a cell holds.
  enum Cell {
    /// Text out of files: made harmless for spreadsheets, which would run `=cmd` as a formula.
    case text(String?)
    /// In the shortest form that reads back as the same number; `nil` is an empty cell.
    case number(Double?)
    case integer(Int?)
    case truth(Bool)
  }

  /// Column names, all of them ours.
  let header: [String]
  /// Each as long as ``header``.
  var rows: [[Cell]] = []

  init(header: [String]) { self.header = header }

  /// The whole file: UTF-8 text, lines that end in CR LF, the header first.
  ///
  /// - Complexity: O(length).
  var text: String {
    var text = ""
    for line in [header] + rows.map({ $0.map(Self.content) }) {
      text += line.map(Self.quoted).joined(separator: ",") + "\r\n"
    }
    return text
  }

  private static func content(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): text.map(harmless) ?? ""
    case .number(let number): number.map(shortest) ?? ""
    case .integer(let number): number.map(String.init) ?? ""
    case .truth(let truth): truth ? "true" : "false"
    }
  }

  private static func shortest(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    return "\(number)"
  }

  /// A text that no spreadsheet takes for a formula.
  ///
  /// - SeeAlso: OWASP, CSV Injection: `=`, `+`, `-`, `@`, tab and line break at the start.
  private static func harmless(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return text }
    switch first {
    case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}":
      return "'" + text
    default: return text
    }
  }

  private static func quoted(_ content: String) -> String {
    guard content.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
      return content
    }
    // By scalars: in a grapheme cluster, a quotation mark with a combining mark is no quotation mark.
    var text = "\""
    for scalar in content.unicodeScalars {
      if scalar == "\"" { text += "\"" }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }
}
