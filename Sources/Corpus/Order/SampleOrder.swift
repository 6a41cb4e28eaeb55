/// The order in which a source's samples come: whole epochs, each shuffled anew.
///
/// A function of seed, source and position and of nothing else, so a resumed run needs the position
/// alone.
public struct SampleOrder: Sendable, Equatable {
  public let seed: UInt64
  /// The data set's name.
  public let source: String
  /// Samples of the source, at least 1.
  public let count: Int
  /// Whether epochs are shuffled; otherwise each goes from the first sample to the last.
  public let isShuffled: Bool

  public init(seed: UInt64, source: String, count: Int, isShuffled: Bool) {
    precondition(count >= 1)
    self.seed = seed
    self.source = source
    self.count = count
    self.isShuffled = isShuffled
  }

  /// The sample at a position.
  ///
  /// - Parameter position: Samples before it, over all epochs.
  /// - Returns: The sample's id, and how many whole epochs came before.
  /// - Complexity: O(1) expected.
  public func sample(at position: Int) -> (id: Int, epoch: Int) {
    let (epoch, place) = position.quotientAndRemainder(dividingBy: count)
    guard isShuffled else { return (place, epoch) }
    let permutation = SamplePermutation(seed: seed, source: source, epoch: epoch, count: count)
    return (permutation[place], epoch)
  }
}

/// The order in which seen samples come back: all of them once, shuffled, before any comes twice.
public struct ReplayOrder: Sendable, Equatable {
  public let seed: UInt64
  /// The data set's name.
  public let source: String
  /// The phase that replays.
  public let phase: String
  /// Samples that had been seen when the phase began, at least 1.
  public let seenCount: Int

  public init(seed: UInt64, source: String, phase: String, seenCount: Int) {
    precondition(seenCount >= 1)
    self.seed = seed
    self.source = source
    self.phase = phase
    self.seenCount = seenCount
  }

  /// Which of the seen samples comes at a position.
  ///
  /// - Parameter position: Replayed samples of this source before it in the phase.
  /// - Returns: An argument of ``SourceHistory/seenSample(_:)``, and how many whole passes over what
  ///   was seen came before.
  /// - Complexity: O(1) expected.
  public func place(at position: Int) -> (place: Int, epoch: Int) {
    let (epoch, offset) = position.quotientAndRemainder(dividingBy: seenCount)
    let permutation = SamplePermutation(
      seed: seed, source: source, epoch: epoch, count: seenCount, purpose: .replay, phase: phase)
    return (permutation[offset], epoch)
  }
}
