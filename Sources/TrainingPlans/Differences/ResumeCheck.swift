internal import OrderedJSON

/// Whether a plan that was changed since a run began may go on.
///
/// Nothing is silently kept and nothing silently overridden: a difference is allowed where a `--set`
/// names it, or where it follows from one that does, as the steps follow from the tokens. New runs and
/// new data sets are free, since nothing was done with them yet.
public enum ResumeCheck: Sendable, Equatable {
  /// Both plans are the same, but for new runs and data sets.
  case unchanged
  /// All differences come from settings; they are listed for the log.
  case changedBySettings([PlanDifference])
  /// These differences have no setting; what only follows from them is left out.
  case refused([PlanDifference])

  /// The rule for resuming.
  ///
  /// - Parameters:
  ///   - recorded: The plan that the run was begun or last resumed with.
  ///   - document: The plan file as it is now.
  ///   - settings: The `--set` arguments of this start.
  /// - Throws: ``PlanProblems`` if the plan file is wrong now.
  /// - Complexity: One reading of the plan per difference that has no setting, 50 at most.
  public init(
    recorded: TrainingPlan, document: PlanDocument, settings: [String]
  ) throws(PlanProblems) {
    let differences = Self.differences(recorded, try document.plan(settings: settings))
    if differences.isEmpty {
      self = .unchanged
      return
    }
    let paths = settings.compactMap { text in
      text.utf8.firstIndex(of: UInt8(ascii: "=")).flatMap { PlanPath(String(text[..<$0])) }
    }
    var rewinding = Rewinding(recorded: recorded, document: document, settings: settings)
    // With the set values put back, what still differs differs without a setting.
    var left = differences
    if let undone = rewinding.puttingBack(paths) {
      left = undone
    } else {
      left.removeAll { difference in paths.contains { $0.covers(difference.path) } }
    }
    if left.isEmpty {
      self = .changedBySettings(differences)
      return
    }
    // Of these, only the causes help; their consequences vanish with them.
    var causes: [PlanDifference] = []
    while let cause = left.first {
      causes.append(cause)
      left.removeFirst()
      guard causes.count < 50, let path = PlanPath(cause.path),
        let undone = rewinding.puttingBack([path])
      else { continue }
      left = undone.filter { difference in !causes.contains { $0.path == difference.path } }
    }
    self = .refused(causes)
  }

  private static func differences(
    _ recorded: TrainingPlan, _ requested: TrainingPlan
  ) -> [PlanDifference] {
    PlanDifference.between(recorded, requested).filter { difference in
      guard difference.old == nil else {
        return !requested.repeatedNames.contains { name in
          difference.path == "runs.\(name).seeds" && hasAllSeeds(of: recorded, requested, name)
        }
      }
      let names =
        requested.runs.flatMap { ["runs.\($0.name)", "runs.\($0.repeatOf ?? $0.name)"] }
        + requested.data.map { "data.\($0.name)" }
      return !names.contains(difference.path)
    }
  }

  /// Whether all seeds of a repeated run are still there; more of them are new runs.
  private static func hasAllSeeds(
    of recorded: TrainingPlan, _ requested: TrainingPlan, _ name: String
  ) -> Bool {
    let seeds = requested.runs(named: name).map(\.seed)
    return recorded.runs(named: name).allSatisfy { $0.repeatOf == name && seeds.contains($0.seed) }
  }

  /// What to tell the user; `nil` where the run may go on.
  ///
  /// - Parameter place: The folder of the run, for the message.
  /// - Returns: Several lines, the last without a newline.
  public func refusal(place: String) -> String? {
    guard case .refused(let differences) = self else { return nil }
    let example = differences.first.map { "--set '\($0.path)=\($0.new ?? "")'" } ?? "--set"
    return """
      The plan is not the one that \(place) was begun with:
      \(PlanDifference.lines(differences))
      To go on with the new values, give each of them with --set, such as \(example). To keep the old \
      ones, change the plan file back. To start anew, give the plan or the run another name.
      """
  }

  /// The requested plan with more and more of its values as recorded.
  private struct Rewinding {
    let recorded: TrainingPlan
    /// Repetitions as one run each, and one by one: paths may lead into either.
    let recordedForms: [JSONValue]
    let document: PlanDocument
    let settings: [String]
    var putBack: [PlanSetting] = []

    init(recorded: TrainingPlan, document: PlanDocument, settings: [String]) {
      self.recorded = recorded
      recordedForms = [
        recorded.json(grouping: recorded.repeatedNames.filter(recorded.canGroup)), recorded.json,
      ]
      self.document = document
      self.settings = settings
    }

    /// Puts values back for good, and says what still differs.
    ///
    /// - Parameter paths: Where.
    /// - Returns: `nil` if the plan could not be read so; then nothing was put back.
    mutating func puttingBack(_ paths: [PlanPath]) -> [PlanDifference]? {
      let new = paths.map { path in
        let value = recordedForms.lazy.compactMap { $0.value(at: path.segments[...]) }.first
        return PlanSetting(puttingBack: path, to: value)
      }
      guard let plan = try? document.plan(settings: settings, then: putBack + new) else {
        return nil
      }
      putBack += new
      return ResumeCheck.differences(recorded, plan)
    }
  }
}

extension PlanPath {
  /// Whether a path is this one or lies below it.
  fileprivate func covers(_ path: String) -> Bool {
    let own = segments.joined(separator: ".")
    return path.hasSameBytes(as: own) || path.utf8.starts(with: "\(own).".utf8)
  }
}
