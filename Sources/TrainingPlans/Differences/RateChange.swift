/// How a changed plan rewrites the learning rates of updates that a run has already taken.
public struct RateChange: Sendable, Equatable {
  /// The first update whose rate differs, counted from 1 as in metrics.jsonl.
  public let firstStep: Int
  /// The phase of that update in the old plan.
  public let phase: String
  /// Its rate in the old plan.
  public let old: Double
  /// Its rate in the new plan; `nil` beyond the new run's end.
  public let new: Double?
  /// The largest |new − old| / old among the updates taken.
  public let largestRelativeDifference: Double

  /// Compares the rates of the updates taken.
  ///
  /// - Parameters:
  ///   - old: The run as recorded.
  ///   - new: The run as it shall go on.
  ///   - taken: Updates taken since the run began.
  /// - Returns: `nil` if all have the same rate, bit for bit.
  /// - Complexity: O(taken · phases).
  public static func inPast(from old: Run, to new: Run, taken: Int) -> RateChange? {
    var first: (step: Int, phase: String, old: Double, new: Double?)?
    var largest = 0.0
    for step in 0..<max(min(taken, old.steps), 0) {
      guard let (phase, index) = old.phase(atStep: step) else { break }
      let before = phase.schedule.rate(atStep: index)
      let after = new.rate(atStep: step)
      if before == after { continue }
      if first == nil { first = (step + 1, phase.name, before, after) }
      let difference = after.map { abs($0 - before) } ?? .infinity
      largest = max(largest, before > 0 ? difference / before : .infinity)
    }
    guard let first else { return nil }
    return RateChange(
      firstStep: first.step, phase: first.phase, old: first.old, new: first.new,
      largestRelativeDifference: largest)
  }

  /// Whether a change of plan touches what a phase has done already.
  ///
  /// - Parameters:
  ///   - old: The plan as recorded.
  ///   - new: The plan as it shall go on.
  ///   - run: The run's name, in both plans.
  ///   - phase: The phase that the run is in.
  ///   - step: Updates taken since that phase began.
  /// - Returns: `nil` if no rate of the past differs, or the names are unknown.
  /// - Complexity: O(updates taken · phases).
  public static func inPast(
    from old: TrainingPlan, to new: TrainingPlan, run: String, phase: String, step: Int
  ) -> RateChange? {
    guard let before = old.run(run), let after = new.run(run),
      let index = before.phases.firstIndex(where: { $0.name == phase })
    else { return nil }
    let earlier = before.phases[..<index].reduce(0) { $0 + $1.steps }
    return inPast(from: before, to: after, taken: earlier + step)
  }
}
