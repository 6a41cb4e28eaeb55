import Files
import Records

/// What the report says of a run before anything else.
struct RunVerdict {
  let run: String
  let badge: Badge
  /// One sentence: verdict, against what, at what cost.
  let headline: String
  /// Whole sentences that tell where the share of compute comes from.
  let details: [String]
  let comparison: CheckpointComparisonRecord?

  var sentences: [String] { [headline] + details }
}

extension ExperimentReport {
  /// Verdict and cost of one run, in whole sentences.
  ///
  /// - Parameter run: Its name.
  /// - Returns: Nothing if there is no such run or it is the baseline.
  public func sentences(on run: String) -> [String] {
    verdicts.first { $0.run == run }?.sentences ?? []
  }

  /// One per run that is no baseline, in the order of the runs.
  var verdicts: [RunVerdict] {
    var names = record.runs.filter { !$0.isBaseline }.map(\.name)
    for comparison in record.comparisons where comparison.against == .baseline {
      if !names.contains(comparison.run) { names.append(comparison.run) }
    }
    return names.map(verdict)
  }

  private func verdict(on run: String) -> RunVerdict {
    let name = run.escapedForTerminal
    let final = record.comparisons.last {
      $0.run == run && $0.against == .baseline && $0.isFinal
    }
    let cost = record.costs.last { $0.run == run }
    guard let final else {
      let headline =
        if let baselineName {
          "\(name) has not been compared with \(baselineName) yet."
        } else {
          "There is no baseline that \(name) could be compared with."
        }
      return RunVerdict(
        run: run, badge: Badge(notCompared: "not compared"), headline: headline,
        details: cost.map { CostWords.sentences($0) } ?? [], comparison: nil)
    }
    let comparison = final.comparison
    let reference = baselineName ?? ComparisonWords.label(of: comparison.reference)
    var details: [String] = []
    if comparison.isWorseBeyondMargin {
      details.append("In at least one part it is worse by more than the margin.")
    }
    if let cost { details += CostWords.sentences(cost, phase: final.phase) }
    return RunVerdict(
      run: run, badge: Badge(comparison.verdict),
      headline: Self.headline(
        comparison.verdict, run: name, reference: reference,
        share: cost.flatMap(CostWords.updateShare)),
      details: details, comparison: final)
  }

  private static func headline(
    _ verdict: Verdict, run: String, reference: String, share: String?
  ) -> String {
    let cost = share.map { " at \($0)" } ?? ""
    let aside = share.map { "; it took \($0)" } ?? ""
    return switch verdict {
    case .matches: "\(run) matches \(reference)\(cost)."
    case .better: "\(run) is better than \(reference)\(cost)."
    case .worse: "\(run) is worse than \(reference)\(cost)."
    case .undecided: "Whether \(run) matches \(reference) is undecided\(aside)."
    case .tooFewDocuments:
      "There are too few documents to tell whether \(run) matches \(reference)\(aside)."
    }
  }
}
