/// What a phase has trained on so far, exactly.
public struct PhaseCounts: Codable, Equatable, Sendable {
  /// One data set's part.
  public struct Part: Codable, Equatable, Sendable {
    public let name: String
    public let isReplay: Bool
    /// Samples drawn in this phase.
    public let samples: Int
    /// Targets among them: samples times sequence length.
    public let tokens: Int
    /// Different samples among them.
    public let distinctSamples: Int
    /// Targets in the different samples.
    public let distinctTokens: Int
    /// Samples that could be drawn: the data set's, or those seen before the phase.
    public let available: Int
    /// Passes over what is available; 0.5 is half of it.
    public let epochs: Double

    private enum CodingKeys: String, CodingKey {
      case name, samples, tokens, available, epochs
      case isReplay = "replay"
      case distinctSamples = "distinct_samples"
      case distinctTokens = "distinct_tokens"
    }
  }

  /// The phase's name.
  public let phase: String
  /// Samples of all parts.
  public let samples: Int
  /// Targets of all parts.
  public let tokens: Int
  /// In the order of ``MixtureState/parts``.
  public let parts: [Part]
}

extension PhaseMixture {
  /// What the phase has trained on so far.
  ///
  /// - Complexity: O(data sets); O(samples drawn) and one bit per sample of the data set where the
  ///   draws reach from one epoch into the next without filling either.
  public var counts: PhaseCounts {
    let length = recipe.new[0].source.sequenceLength
    let parts = state.parts.indices.map { index in
      let part = state.parts[index]
      let (distinct, available) =
        part.isReplay
        ? distinctReplayed(index - recipe.new.count, part.used) : distinctNew(index, part.used)
      return PhaseCounts.Part(
        name: part.name, isReplay: part.isReplay, samples: part.used, tokens: part.used * length,
        distinctSamples: distinct, distinctTokens: distinct * length, available: available,
        epochs: Double(part.used) / Double(available))
    }
    return PhaseCounts(
      phase: recipe.phase, samples: state.sampleCount, tokens: state.sampleCount * length,
      parts: parts)
  }

  /// Different samples among the last `used` ones that a new data set gave.
  private func distinctNew(_ part: Int, _ used: Int) -> (distinct: Int, available: Int) {
    let source = recipe.new[part].source
    let count = source.sampleCount
    guard used > 0,
      let segment = state.histories.first(where: { $0.source.name == source.name })?.segments.last
    else { return (0, count) }
    let end = segment.first + segment.count
    let start = end - used
    let firstWhole = (start + count - 1) / count
    if firstWhole < end / count { return (count, count) }
    // Within one epoch nothing comes twice.
    if start / count == (end - 1) / count { return (used, count) }
    let order = SampleOrder(
      seed: segment.seed, source: source.name, count: count, isShuffled: segment.shuffled)
    return (Self.distinct((start..<end).lazy.map { order.sample(at: $0).id }, below: count), count)
  }

  /// Different samples among the first `used` ones replayed of a data set.
  private func distinctReplayed(_ source: Int, _ used: Int) -> (distinct: Int, available: Int) {
    let history = state.replayed[source]
    let seen = history.seenCount
    // One order holds a sample once; several may share some.
    if history.seenSegments.count == 1, history.seenSegments[0].first == 0 {
      return (min(used, seen), seen)
    }
    let order = ReplayOrder(
      seed: recipe.seed, source: history.source.name, phase: recipe.phase, seenCount: seen)
    let ids = (0..<min(used, seen)).lazy.map { history.seenSample(order.place(at: $0).place) }
    return (Self.distinct(ids, below: history.source.sampleCount), seen)
  }

  private static func distinct(_ ids: some Sequence<Int>, below count: Int) -> Int {
    var marks = [UInt64](repeating: 0, count: (count + 63) / 64)
    var distinct = 0
    for id in ids where marks[id / 64] >> UInt64(id % 64) & 1 == 0 {
      marks[id / 64] |= 1 << UInt64(id % 64)
      distinct += 1
    }
    return distinct
  }
}
