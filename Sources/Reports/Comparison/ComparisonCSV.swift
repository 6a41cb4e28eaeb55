import Records

extension ComparisonReport {
  /// All fields of all rows, for spreadsheets and scripts.
  ///
  /// RFC 4180 in UTF-8, lines end in CR LF. Texts that a spreadsheet would take for formulas begin
  /// with an apostrophe. A column without a value is empty.
  public var csv: String {
    var table = CSVTable(header: Self.columnNames)
    table.rows = record.rows.map { Self.cells(of: $0, in: record) }
    return table.text
  }

  static let columnNames: [String] = """
    kind name metric higher_is_better deciding n chance \
    a a_stderr a_wilson_95_low a_wilson_95_high a_centered \
    b b_stderr b_wilson_95_low b_wilson_95_high b_centered \
    difference difference_stderr difference_95_low difference_95_high interval_method \
    bootstrap_95_low bootstrap_95_high p test p_holm only_a_right only_b_right margin tost_p \
    smallest_margin verdict overall_verdict worse_beyond_margin \
    a_label a_path a_weights_sha256 a_program a_date b_label b_path b_weights_sha256 b_program b_date
    """.split(separator: " ").map(String.init)

  /// One row, as long as ``columnNames``.
  ///
  /// - Parameters:
  ///   - row: The quantity.
  ///   - record: The comparison that it is part of.
  /// - Returns: Its cells.
  static func cells(of row: DifferenceRecord, in record: ComparisonRecord) -> [CSVTable.Cell] {
    var cells: [CSVTable.Cell] = [
      .text(row.kind.rawValue), .text(row.name), .text(row.metric), .truth(row.higherIsBetter),
      .truth(row.isDeciding), .integer(row.count), .number(row.chance),
    ]
    for side in [row.reference, row.candidate] {
      cells += [
        .number(side.value), .number(side.standardError), .number(side.interval?.low),
        .number(side.interval?.high), .number(side.centered),
      ]
    }
    cells += [
      .number(row.difference), .number(row.standardError), .number(row.interval?.low),
      .number(row.interval?.high), .text(row.intervalMethod),
      .number(row.bootstrapInterval?.low), .number(row.bootstrapInterval?.high),
      .number(row.pValue), .text(row.test), .number(row.adjustedPValue),
      .integer(row.onlyReference), .integer(row.onlyCandidate), .number(row.margin),
      .number(row.equivalencePValue), .number(row.smallestMargin), .text(row.verdict.rawValue),
      .text(record.verdict.rawValue), .truth(record.isWorseBeyondMargin),
    ]
    for model in [record.reference, record.candidate] {
      cells += [
        .text(model.label), .text(model.path), .text(model.weightsDigest), .text(model.program),
        .number(model.date),
      ]
    }
    return cells
  }
}
