/// Where the time of a step went, in seconds on this rank.
public struct StepTimes: Sendable, Equatable {
  /// Forward and backward passes, with whatever of an exchange they waited for.
  public var passes = 0.0
  /// Until all gradients were summed up, after the passes.
  public var reduction = 0.0
  /// The norm of all gradients and the update of this rank's part.
  public var update = 0.0
  /// Until all weights were there, where nothing else goes on meanwhile.
  public var gathering = 0.0

  public init() {}

  public var total: Double { passes + reduction + update + gathering }
}
