import DemoWorld
import Foundation
import Records

/// What came out of the demonstration, in a table and three sentences, all of it read from the results.
struct DemoSummary {
  private let record: ExperimentRecord
  private let files: DemoFiles

  /// - Parameters:
  ///   - record: Of the demonstration's plan.
  ///   - files: What it was trained on and asked.
  init(_ record: ExperimentRecord, files: DemoFiles) {
    self.record = record
    self.files = files
  }

  /// The table, then what was forgotten without replay and with it.
  var text: String {
    var table = AlignedTable([.left] + Array(repeating: .right, count: 5))
    table.add([
      "\(grouped(files.questionCounts.reduce(0, +))) questions per language", "English, right",
      "German, right",
      "English, nats", "German, nats", "Tokens",
    ])
    table.add(["(guessing)", percent(files.chance), percent(files.chance), "", "", ""])
    for run in DemoPlan.Run.allCases {
      guard let cells = cells(of: run) else { continue }
      table.add([Self.title(run)] + cells + [grouped(tokens(of: run))])
    }
    var paragraphs = [table.text]
    let forgotten = [forgetting(.withoutReplay), forgetting(.withReplay)].compactMap { $0 }
    if !forgotten.isEmpty { paragraphs.append(forgotten.joined(separator: "\n")) }
    if let differences { paragraphs.append(differences) }
    return paragraphs.joined(separator: "\n\n")
  }

  private func tokens(of run: DemoPlan.Run) -> Int {
    run == .fromScratch ? 2 * files.plan.phaseTokens : files.plan.phaseTokens
  }

  private static func title(_ run: DemoPlan.Run) -> String {
    switch run {
    case .english: "English"
    case .withoutReplay: "  then German, no replay"
    case .withReplay: "  then German, 25 % replay"
    case .fromScratch: "both from scratch"
    }
  }

  /// What led to the verdict on replay, in whole sentences.
  var reasons: [String] { comparison(of: .withReplay, against: .baseline)?.reasons ?? [] }

  /// Scores and losses of a run's end.
  private func cells(of run: DemoPlan.Run) -> [String]? {
    let side: (DifferenceRecord) -> DifferenceRecord.Side
    let comparison: ComparisonRecord?
    if run == .fromScratch {
      (comparison, side) = (self.comparison(of: .withReplay, against: .baseline), \.reference)
    } else {
      (comparison, side) = (self.comparison(of: run, against: .baseline), \.candidate)
    }
    guard let comparison else { return nil }
    let scores = WorldLanguage.allCases.map { language in
      comparison.row(language).map { percent(side($0).value) } ?? ""
    }
    let losses = WorldLanguage.allCases.map { language in
      comparison.loss(language).map { String(format: "%.3f", side($0).value) } ?? ""
    }
    return scores + losses
  }

  /// What learning German did to English.
  private func forgetting(_ run: DemoPlan.Run) -> String? {
    guard let row = comparison(of: run, against: .beforePhase)?.row(.english) else { return nil }
    let how = run == .withReplay ? "With 25 % replay" : "Without replay"
    return "\(how), learning German changed English by \(points(row))."
  }

  /// How far replay is from training on both languages from scratch.
  private var differences: String? {
    guard let comparison = comparison(of: .withReplay, against: .baseline),
      let english = comparison.row(.english), let german = comparison.row(.german)
    else { return nil }
    return """
      With 25 % replay against both from scratch:
        English \(points(english)): \(english.verdict.rawValue)
        German  \(points(german)): \(german.verdict.rawValue)
      """
  }

  /// A difference of accuracies: `-0.4 points (95 % interval -0.9 to +0.1)`.
  private func points(_ row: DifferenceRecord) -> String {
    let points = String(format: "%+.1f points", 100 * row.difference)
    guard let interval = row.interval else { return points }
    let range = String(format: "%+.1f to %+.1f", 100 * interval.low, 100 * interval.high)
    return "\(points) (95 % interval \(range))"
  }

  private func comparison(
    of run: DemoPlan.Run, against: CheckpointComparisonRecord.Reference
  ) -> ComparisonRecord? {
    record.comparisons.last { $0.run == run.rawValue && $0.against == against && $0.isFinal }?
      .comparison
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}

extension ComparisonRecord {
  /// The row of all questions in a language.
  fileprivate func row(_ language: WorldLanguage) -> DifferenceRecord? {
    rows.first { $0.kind == .group && $0.name == "world_\(language.code)" }
  }

  fileprivate func loss(_ language: WorldLanguage) -> DifferenceRecord? {
    rows.first { $0.kind == .loss && $0.name == language.rawValue }
  }
}
