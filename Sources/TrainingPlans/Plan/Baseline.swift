/// What the runs of a plan are compared with.
public enum Baseline: Sendable, Equatable {
  /// The end of a run of the plan, or of each of its repetitions with other seeds.
  case run(String)
  /// Somebody's checkpoint, as written in the plan.
  case checkpoint(path: String)
  /// A folder with results, those of lm-eval included, as written in the plan.
  case results(path: String)
}
