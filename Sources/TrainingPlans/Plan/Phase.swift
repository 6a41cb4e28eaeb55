/// A stretch of training with one mixture of data and one schedule.
public struct Phase: Sendable, Equatable {
  public let name: String
  /// New samples, in percent of what ``replay`` leaves; together 100 %.
  public let data: [Share]
  /// Samples of earlier data, in percent of the whole phase; together below 100 %.
  public let replay: [Share]
  /// Optimizer updates.
  public let steps: Int
  /// Tokens as asked, where the plan gives no steps; the phase takes whole batches.
  public let tokens: Int?
  public let batch: Batch
  public let schedule: LearningRateSchedule
  /// Updates between checkpoints, beside the one at the phase's end.
  public let checkpointEvery: Int?
  /// Updates between validations, beside the one at the phase's end.
  public let validateEvery: Int?
  /// Checkpoints kept beside those at phases' ends.
  public let keepLast: Int
  /// Whether attention ends at borders of documents.
  public let documentMask: Bool
  public let onStart: OnStart

  /// A data set's part in the blend of a phase.
  public struct Source: Sendable, Equatable {
    public let name: String
    public let isReplay: Bool
    /// Part of the phase's samples, from 0 to 1; those of a phase sum to 1.
    public let weight: Double
  }

  /// New data first, then replayed; replay displaces new data, so the total stays.
  public var sources: [Source] {
    let fresh = 1 - replay.reduce(0) { $0 + $1.weight }
    return data.map { Source(name: $0.name, isReplay: false, weight: $0.weight * fresh) }
      + replay.map { Source(name: $0.name, isReplay: true, weight: $0.weight) }
  }
}

/// A data set's part of something.
public struct Share: Sendable, Equatable {
  public let name: String
  /// From above 0 to 100.
  public let percent: Double
  /// From above 0 to 1.
  public var weight: Double { percent / 100 }

  public init(name: String, percent: Double) {
    self.name = name
    self.percent = percent
  }
}

/// Sequences of one optimizer update, and of one pass through the model.
public struct Batch: Sendable, Equatable {
  /// Sequences of an update; a multiple of ``microSequences``.
  public let sequences: Int
  /// Sequences that pass through the model together.
  public let microSequences: Int

  public init(sequences: Int, microSequences: Int) {
    self.sequences = sequences
    self.microSequences = microSequences
  }
}

/// What a phase does with the trainer's state that it finds.
public struct OnStart: Sendable, Equatable {
  /// A decision about one part of the state.
  public enum Choice: String, Sendable, CaseIterable {
    case keep, reset
  }

  public let optimizer: Choice
  /// The count of updates; only the first phase of a run may reset it.
  public let step: Choice
  public let rng: Choice
  /// The cursors of the data sets.
  public let data: Choice

  public init(
    optimizer: Choice = .keep, step: Choice = .keep, rng: Choice = .keep, data: Choice = .keep
  ) {
    self.optimizer = optimizer
    self.step = step
    self.rng = rng
    self.data = data
  }
}
