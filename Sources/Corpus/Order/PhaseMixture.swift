/// The samples of one phase in order: new ones of some data sets, and replayed ones of others.
///
/// The phase's samples are a sequence that does not depend on how it is cut into batches. A
/// ``Blend`` of two shares decides whether a sample is new or replayed, so the replayed share is
/// exact to one sample at every moment; within each of the two another ``Blend`` picks the data
/// set. (One blend over all of them, as in gpt-neox's pull request 1200, is the same with one new
/// and one replayed data set; with two replayed ones it strays by 1.2 samples at shares of 10, 5 and
/// 5 %, and further with more.)
///
/// A new sample is the next one of its data set's order, whatever phase drew the one before. A
/// replayed one is drawn from those that had been seen when the phase began, all of them once before
/// any twice.
public struct PhaseMixture: Sendable {
  public let recipe: PhaseRecipe
  /// What is saved; ``init(resuming:recipe:)`` goes on from it.
  public private(set) var state: MixtureState

  private var kinds: Blend
  private var newBlend: Blend
  private var replayBlend: Blend?
  /// Where the history of each new data set is among the state's.
  private let historyIndices: [Int]
  private let replayOrders: [ReplayOrder]

  /// Begins a phase.
  ///
  /// - Parameters:
  ///   - recipe: The phase's data sets.
  ///   - histories: What was seen before, of these and other data sets; the state carries all on.
  ///   - startsOver: Whether new data sets begin a new order, with this seed, instead of going on
  ///     where an earlier phase stopped (`on_start: {data: reset}`).
  ///   - keepsOtherSeeds: Whether new data sets go on in orders of other seeds. If not, they begin
  ///     their own, so that runs with seeds of their own part where they branch off.
  /// - Throws: ``MixtureError``.
  public init(
    beginning recipe: PhaseRecipe, after histories: [SourceHistory] = [], startsOver: Bool = false,
    keepsOtherSeeds: Bool = true
  ) throws(MixtureError) {
    try recipe.check()
    for history in histories {
      if let problem = history.problem { throw .malformedState(problem: problem) }
    }
    var replayed: [SourceHistory] = []
    for part in recipe.replay {
      let history = histories.first { $0.source.name == part.source.name }
      guard let history, history.seenCount > 0 else {
        throw .nothingSeen(
          phase: recipe.phase, source: part.source.name,
          seen: histories.filter { $0.seenCount > 0 }.map(\.source.name))
      }
      guard history.source == part.source else { throw .sourceChanged(source: part.source.name) }
      replayed.append(history)
    }
    var histories = histories
    for part in recipe.new {
      let known = histories.firstIndex { $0.source.name == part.source.name }
      if let known, histories[known].source != part.source {
        throw .sourceChanged(source: part.source.name)
      }
      let index = known ?? histories.count
      if known == nil { histories.append(SourceHistory(of: part.source)) }
      let isOther = histories[index].segments.last.map { $0.seed != recipe.seed } ?? true
      if startsOver || isOther && !keepsOtherSeeds || histories[index].segments.isEmpty {
        histories[index].startOver(seed: recipe.seed, shuffled: part.shuffled)
      } else if let last = histories[index].segments.last, last.shuffled != part.shuffled {
        throw .orderChanged(source: part.source.name, wasShuffled: last.shuffled)
      }
    }
    let state = MixtureState(
      phase: recipe.phase, seed: recipe.seed, sampleCount: 0, parts: recipe.parts,
      histories: histories, replayed: replayed)
    try self.init(resuming: state, recipe: recipe)
  }

  /// Goes on where a state was saved.
  ///
  /// - Parameters:
  ///   - state: Saved from a mixture of the same recipe.
  ///   - recipe: The phase's data sets.
  /// - Throws: ``MixtureError``, if the recipe or a data set is another one.
  public init(resuming state: MixtureState, recipe: PhaseRecipe) throws(MixtureError) {
    try recipe.check()
    try state.check()
    try recipe.checkMatch(state)
    self.recipe = recipe
    self.state = state
    let newUsed = state.parts.prefix(recipe.new.count).map(\.used)
    let replayUsed = state.parts.dropFirst(recipe.new.count).map(\.used)
    newBlend = Blend(weights: recipe.newWeights, used: newUsed)
    replayBlend =
      recipe.replay.isEmpty ? nil : Blend(weights: recipe.replayWeights, used: replayUsed)
    kinds = Blend(
      weights: [1 - recipe.replayShare, recipe.replayShare],
      used: [newBlend.drawn, replayBlend?.drawn ?? 0])
    historyIndices = recipe.new.compactMap { part in
      state.histories.firstIndex { $0.source.name == part.source.name }
    }
    replayOrders = state.replayed.map {
      ReplayOrder(
        seed: recipe.seed, source: $0.source.name, phase: recipe.phase, seenCount: $0.seenCount)
    }
  }

  /// Draws the next samples of the phase.
  ///
  /// - Parameter count: How many; any division of a phase into calls gives the same samples.
  /// - Returns: The samples in order.
  /// - Complexity: O(count · sources).
  public mutating func next(_ count: Int) -> [DrawnSample] {
    precondition(count >= 0)
    return (0..<count).map { _ in next() }
  }

  /// Draws the next sample of the phase.
  ///
  /// - Returns: The sample.
  public mutating func next() -> DrawnSample {
    state.sampleCount += 1
    if kinds.next() == 1, let source = replayBlend?.next() {
      let part = recipe.new.count + source
      let (place, epoch) = replayOrders[source].place(at: state.parts[part].used)
      state.parts[part].used += 1
      return DrawnSample(
        part: part, name: state.parts[part].name, id: state.replayed[source].seenSample(place),
        isReplay: true, epoch: epoch)
    }
    let part = newBlend.next()
    let (id, epoch) = state.histories[historyIndices[part]].draw()
    state.parts[part].used += 1
    return DrawnSample(
      part: part, name: state.parts[part].name, id: id, isReplay: false, epoch: epoch)
  }
}

/// A sample that a phase trains on.
public struct DrawnSample: Hashable, Sendable {
  /// The data set's place in the phase: new ones first, then replayed ones, in the plan's order.
  public let part: Int
  /// The data set's name.
  public let name: String
  /// The sample's id in its data set.
  public let id: Int
  public let isReplay: Bool
  /// Whole passes before this one: over the data set, or over what was seen of it for a replayed
  /// sample.
  public let epoch: Int
}

extension PhaseRecipe {
  /// The parts of a phase that has not begun.
  fileprivate var parts: [MixtureState.Part] {
    let fresh = zip(new, newWeights).map { part, weight in
      MixtureState.Part(
        name: part.source.name, isReplay: false, share: weight * (1 - replayShare), used: 0)
    }
    return fresh
      + replay.map {
        MixtureState.Part(name: $0.source.name, isReplay: true, share: $0.share, used: 0)
      }
  }

  /// Checks that a state was saved from a mixture of this recipe.
  fileprivate func checkMatch(_ state: MixtureState) throws(MixtureError) {
    guard state.phase == phase else {
      throw .otherMixture(phase: state.phase, problem: "the phase at hand is \"\(phase)\"")
    }
    guard state.seed == seed else {
      throw .otherMixture(phase: phase, problem: "its seed is \(state.seed), not \(seed)")
    }
    guard state.parts.count == parts.count else {
      throw .otherMixture(
        phase: phase, problem: "it has \(state.parts.count) data sets, not \(parts.count)")
    }
    for (saved, part) in zip(state.parts, parts) {
      guard saved.name == part.name, saved.isReplay == part.isReplay else {
        throw .otherMixture(
          phase: phase, problem: "\"\(saved.name)\" is in the place of \"\(part.name)\"")
      }
      guard saved.share == part.share else {
        throw .otherMixture(
          phase: phase,
          problem: "the share of \"\(saved.name)\" is \(saved.share), not \(part.share)")
      }
    }
    for part in new {
      let history = state.histories.first { $0.source.name == part.source.name }
      guard history?.source == part.source else { throw .sourceChanged(source: part.source.name) }
    }
    for (history, part) in zip(state.replayed, replay) where history.source != part.source {
      throw .sourceChanged(source: part.source.name)
    }
  }
}
