/// Phases trained one after another, from new weights, a checkpoint or another run.
public struct Run: Sendable, Equatable {
  /// The end of a phase of another run.
  public struct Origin: Sendable, Equatable {
    public let run: String
    public let phase: String

    public init(run: String, phase: String) {
      self.run = run
      self.phase = phase
    }
  }

  public let name: String
  /// Of its new weights and of the order of its data, where not the plan's.
  public let seed: UInt64?
  /// The name without the seed, where the run is one of several that differ by their seeds alone.
  public let repeatOf: String?
  /// Where it branches off; the other run stays as it is.
  public let from: Origin?
  /// At least one; names are unique within a run.
  public let phases: [Phase]

  /// Optimizer updates of all phases.
  public var steps: Int { phases.reduce(0) { $0 + $1.steps } }

  /// The phase that an update belongs to.
  ///
  /// - Parameter step: Zero-based update index since the run began.
  /// - Returns: The phase and the index since it began; `nil` beyond the last.
  /// - Complexity: O(phases).
  public func phase(atStep step: Int) -> (phase: Phase, step: Int)? {
    var start = 0
    for phase in phases {
      if step < start + phase.steps { return step < 0 ? nil : (phase, step - start) }
      start += phase.steps
    }
    return nil
  }

  /// The learning rate of an update.
  ///
  /// - Parameter step: Zero-based update index since the run began.
  /// - Returns: `nil` beyond the last phase.
  /// - Complexity: O(phases).
  public func rate(atStep step: Int) -> Double? {
    phase(atStep: step).map { $0.phase.schedule.rate(atStep: $0.step) }
  }
}
