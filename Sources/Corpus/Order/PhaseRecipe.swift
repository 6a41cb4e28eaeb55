/// Which data sets a phase trains on, and how much of each.
public struct PhaseRecipe: Sendable, Equatable {
  /// A data set that brings new samples.
  public struct NewSource: Sendable, Equatable {
    public let source: SourceIdentity
    /// Relative to the weights of the other new data sets, above 0.
    public let weight: Double
    /// Whether its epochs are shuffled.
    public let shuffled: Bool

    public init(_ source: SourceIdentity, weight: Double = 1, shuffled: Bool = true) {
      self.source = source
      self.weight = weight
      self.shuffled = shuffled
    }
  }

  /// A data set of which earlier samples come again.
  public struct ReplayedSource: Sendable, Equatable {
    public let source: SourceIdentity
    /// Of all samples of the phase, between 0 and 1; it displaces new ones.
    public let share: Double

    public init(_ source: SourceIdentity, share: Double) {
      self.source = source
      self.share = share
    }
  }

  /// The phase's name.
  public let phase: String
  /// The plan's seed.
  public let seed: UInt64
  public let new: [NewSource]
  public let replay: [ReplayedSource]

  public init(phase: String, seed: UInt64, new: [NewSource], replay: [ReplayedSource] = []) {
    self.phase = phase
    self.seed = seed
    self.new = new
    self.replay = replay
  }

  /// Sum of the replay shares.
  var replayShare: Double { replay.reduce(0) { $0 + $1.share } }

  /// The new data sets' shares among new samples.
  var newWeights: [Double] {
    let sum = new.reduce(0) { $0 + $1.weight }
    return new.map { $0.weight / sum }
  }

  /// The replayed data sets' shares among replayed samples.
  var replayWeights: [Double] { replay.map { $0.share / replayShare } }

  /// Checks what can be checked without knowing what was seen.
  ///
  /// - Throws: ``MixtureError``.
  public func check() throws(MixtureError) {
    guard let first = new.first?.source else { throw .noNewSource(phase: phase) }
    var names = Set<String>()
    for part in new {
      guard names.insert(part.source.name).inserted else {
        throw .repeatedSource(phase: phase, source: part.source.name)
      }
      guard part.weight > 0, part.weight.isFinite else {
        throw .unusableWeight(phase: phase, source: part.source.name, weight: part.weight)
      }
    }
    names = []
    for part in replay {
      guard names.insert(part.source.name).inserted else {
        throw .repeatedSource(phase: phase, source: part.source.name)
      }
      guard part.share > 0, part.share < 1 else {
        throw .unusableShare(phase: phase, source: part.source.name, share: part.share)
      }
      if let same = new.first(where: { $0.source.name == part.source.name }),
        same.source != part.source
      {
        throw .sourceChanged(source: part.source.name)
      }
    }
    guard replayShare < 1 else { throw .sharesTooLarge(phase: phase, sum: replayShare) }
    for source in new.map(\.source) + replay.map(\.source)
    where source.sequenceLength != first.sequenceLength {
      throw .differentLengths(
        source: source.name, sequenceLength: source.sequenceLength,
        expected: first.sequenceLength)
    }
  }
}
