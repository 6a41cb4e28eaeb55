internal import Comparison
internal import Files
internal import Records
internal import Training
internal import TrainingPlans

extension ExperimentReader {
  /// A model that another one is compared with.
  struct Reference {
    var path: String
    var label: String
  }

  func phaseEnds(of run: Run) -> [PhaseEnd] {
    PhaseEnd.all(of: run, in: plan, folder: folder)
  }

  /// The model that a run is compared with; `nil` if there is none, or it is not trained yet.
  func baseline(of run: Run) -> Reference? {
    switch plan.baseline {
    case nil: return nil
    case .run:
      guard let baseline = plan.baselineRun(of: run),
        let end = phaseEnds(of: baseline).last(where: \.isFinal)
      else { return nil }
      return Reference(path: end.path, label: "\(baseline.name), step \(end.step)")
    case .checkpoint, .results:
      switch outside.baseline {
      case .checkpoint(let path, let evaluation):
        return Reference(path: "\(folder)/\(evaluation)", label: path)
      case .results(let path): return Reference(path: path, label: path)
      case nil: return nil
      }
    }
  }

  /// The model that a run begins with, where it is not one with new weights.
  func beginning(of run: Run) -> Reference? {
    if let from = run.from, let origin = plan.run(from.run) {
      return phaseEnds(of: origin).last { $0.phase == from.phase }.map {
        Reference(path: $0.path, label: "\(from.run), step \($0.step)")
      }
    }
    guard case .checkpoint(let path, let evaluation) = outside.initial else { return nil }
    return Reference(path: "\(folder)/\(evaluation)", label: path)
  }

  /// Compares each phase's end with the baseline, and with the model before the phase.
  mutating func compare(_ run: Run) -> [CheckpointComparisonRecord] {
    var records: [CheckpointComparisonRecord] = []
    let baseline = baseline(of: run)
    var before = beginning(of: run)
    for end in phaseEnds(of: run) {
      let references =
        [(CheckpointComparisonRecord.Reference.baseline, baseline), (.beforePhase, before)]
      for case (let kind, let reference?) in references {
        if let record = compare(end, of: run, with: reference, kind) { records.append(record) }
      }
      before = Reference(path: end.path, label: "\(run.name), step \(end.step)")
    }
    return records
  }

  /// Compares a checkpoint, if both sides have results.
  ///
  /// - Parameters:
  ///   - end: B.
  ///   - run: Whose phase it ends.
  ///   - reference: A.
  /// - Returns: `nil` if there is nothing to compare, or it cannot be.
  func comparison(_ end: PhaseEnd, of run: Run, with reference: Reference) -> ComparisonRecord? {
    var copy = self
    return copy.compare(end, of: run, with: reference, .baseline)?.comparison
  }

  private mutating func compare(
    _ end: PhaseEnd, of run: Run, with reference: Reference,
    _ kind: CheckpointComparisonRecord.Reference
  ) -> CheckpointComparisonRecord? {
    // What nobody has scored is not a problem: evaluation may be off, or still to come.
    guard let candidate = results(end.path, "\(run.name), step \(end.step)"),
      let against = results(reference.path, reference.label)
    else { return nil }
    var options = ComparisonOptions()
    options.margin = plan.evaluation.margin
    options.lossMargin = plan.evaluation.lossMargin
    options.threads = self.options.threads
    options.excluded = self.options.excluded
    do {
      let comparison = try ModelComparison.compare(
        reference: against, candidate: candidate, options: options)
      guard !comparison.rows.isEmpty else { return nil }
      let new = run.phases.first { $0.name == end.phase }?.data.map(\.name) ?? []
      // A checkpoint that a plan begins with may have a history of its own, which its losses tell.
      var before = earlier(run, end.phase)
      for loss in candidate.losses
      where loss.isSeen && !new.contains(loss.name) && !before.contains(loss.name) {
        before.append(loss.name)
      }
      return CheckpointComparisonRecord(
        run: run.name, phase: end.phase, step: end.step, against: kind, isFinal: end.isFinal,
        newDataSets: new, earlierDataSets: before,
        command: command(reference.path, end.path), comparison: comparison)
    } catch {
      let sentence =
        "\(run.name.escapedForTerminal), step \(end.step), against "
        + "\(reference.label.escapedForTerminal): "
        + ((error as? ComparisonError)?.problems.joined(separator: " ") ?? "\(error)")
      problems.append(sentence)
      failedComparisons.append(sentence)
      return nil
    }
  }

  private mutating func results(_ path: String, _ label: String) -> ScoredResults? {
    do throws(ResultsError) {
      return try ScoredResults(path: path, label: label)
    } catch {
      switch error {
      case .noResults, .notScored: return nil
      default:
        if !problems.contains("\(error)") { problems.append("\(error)") }
        failedComparisons.append("\(error)")
        return nil
      }
    }
  }

  /// Data sets that the run, and the one that it branches from, took samples from before a phase.
  func earlier(_ run: Run, _ phase: String) -> [String] {
    guard let index = run.phases.firstIndex(where: { $0.name == phase }) else { return [] }
    if index > 0 {
      return plan.dataSetsSeen(inRun: run.name, throughPhase: run.phases[index - 1].name)
    }
    return run.from.map { plan.dataSetsSeen(inRun: $0.run, throughPhase: $0.phase) } ?? []
  }

  private func command(_ a: String, _ b: String) -> String {
    var words = ["cpteval", "compare", Self.quoted(a), Self.quoted(b)]
    if plan.evaluation.margin != ComparisonOptions.standardMargin {
      words.append("--margin \(plan.evaluation.margin)")
    }
    if plan.evaluation.lossMargin != ComparisonOptions.standardLossMargin {
      words.append("--loss-margin \(plan.evaluation.lossMargin)")
    }
    if let path = options.excludedPath { words.append("--contaminated \(Self.quoted(path))") }
    return words.joined(separator: " ")
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
        UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"):
        true
      default: false
      }
    }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
