public import Records

/// What models that differ by their seeds alone reach, to be read by people.
public struct SeedReport {
  private let seeds: [SeedSummaryRecord]

  public init(_ seeds: [SeedSummaryRecord]) { self.seeds = seeds }

  /// For a terminal.
  public var plain: String {
    [ExperimentReport.seedTable(of: seeds).plain, ExperimentReport.seedNote]
      .joined(separator: "\n\n")
  }

  /// For a document.
  public var markdown: String {
    [ExperimentReport.seedTable(of: seeds).markdown, ExperimentReport.seedNote]
      .joined(separator: "\n\n")
  }
}
