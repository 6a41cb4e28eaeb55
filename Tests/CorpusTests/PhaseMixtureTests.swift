import Corpus
import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("The samples of a phase")
struct PhaseMixtureTests {
  static let english = SourceIdentity(
    name: "english", digest: "e", sampleCount: 1000, sequenceLength: 16)
  static let german = SourceIdentity(
    name: "german", digest: "g", sampleCount: 300, sequenceLength: 16)
  static let french = SourceIdentity(
    name: "french", digest: "f", sampleCount: 77, sequenceLength: 16)

  private func recipe(
    _ phase: String, _ new: [PhaseRecipe.NewSource],
    replay: [PhaseRecipe.ReplayedSource] = [], seed: UInt64 = 1234
  ) -> PhaseRecipe {
    PhaseRecipe(phase: phase, seed: seed, new: new, replay: replay)
  }

  /// A phase of English, as it stands after some samples.
  private func pretrained(_ count: Int) throws -> (PhaseMixture, [DrawnSample]) {
    var mixture = try PhaseMixture(beginning: recipe("pretrain", [.init(Self.english)]))
    let samples = mixture.next(count)
    return (mixture, samples)
  }

  @Test("Every replayed sample stands in the earlier phase's record, and the share is exact")
  func replaysOnlyWhatWasSeen() throws {
    let (pretrain, seen) = try pretrained(160)
    for share in [0.05, 0.25, 0.5, 0.001, 1.0 / 3] {
      var adapt = try PhaseMixture(
        beginning: recipe(
          "adapt", [.init(Self.german)], replay: [.init(Self.english, share: share)]),
        after: pretrain.state.histories)
      var replayed = 0
      for n in 1...1000 {
        let sample = adapt.next()
        if sample.isReplay {
          replayed += 1
          #expect(sample.name == "english" && seen.contains { $0.id == sample.id })
        } else {
          #expect(sample.name == "german")
        }
        #expect(abs(Double(replayed) - share * Double(n)) <= 1 + 1e-9, "\(share), \(n)")
      }
      #expect(adapt.counts.parts[1].samples == replayed)
    }
  }

  @Test("A run with a seed of its own begins orders of its own, and goes on in them")
  func partsFromOtherSeeds() throws {
    let (trunk, seen) = try pretrained(40)
    let new = [PhaseRecipe.NewSource(Self.english)]
    func ids(_ mixture: PhaseMixture, _ count: Int) -> [Int] {
      var mixture = mixture
      return mixture.next(count).map(\.id)
    }
    func mixture(_ seed: UInt64, keepsOtherSeeds: Bool) throws -> PhaseMixture {
      try PhaseMixture(
        beginning: recipe("more", new, seed: seed), after: trunk.state.histories,
        keepsOtherSeeds: keepsOtherSeeds)
    }
    let goesOn = try ids(mixture(1234, keepsOtherSeeds: false), 40)
    #expect(Set(goesOn).isDisjoint(with: seen.map(\.id)))
    #expect(try ids(mixture(5, keepsOtherSeeds: true), 40) == goesOn)
    var own = try mixture(5, keepsOtherSeeds: false)
    let first = own.next(40).map(\.id)
    #expect(first != goesOn)
    #expect(try first != ids(mixture(6, keepsOtherSeeds: false), 40))
    #expect(own.state.histories[0].segments.map(\.seed) == [1234, 5])
    // Its own order is not begun again in the next phase.
    let next = try PhaseMixture(
      beginning: recipe("next", new, seed: 5), after: own.state.histories, keepsOtherSeeds: false)
    #expect(Set(ids(next, 40)).isDisjoint(with: first))
  }

  @Test("All that was seen is replayed once before anything comes twice")
  func replaysByEpochs() throws {
    let (pretrain, seen) = try pretrained(40)
    var adapt = try PhaseMixture(
      beginning: recipe("adapt", [.init(Self.german)], replay: [.init(Self.english, share: 0.5)]),
      after: pretrain.state.histories)
    let replayed = adapt.next(160).filter(\.isReplay)
    #expect(replayed.count == 80)
    for epoch in 0..<2 {
      let pass = replayed[(epoch * 40)..<(epoch * 40 + 40)]
      #expect(Set(pass.map(\.id)) == Set(seen.map(\.id)))
      #expect(pass.allSatisfy { $0.epoch == epoch })
    }
    #expect(replayed[..<40].map(\.id) != replayed[40...].map(\.id))
    let part = adapt.counts.parts[1]
    #expect(part.samples == 80 && part.distinctSamples == 40 && part.available == 40)
    #expect(part.epochs == 2 && part.tokens == 80 * 16 && part.distinctTokens == 40 * 16)
  }

  @Test("Several earlier data sets are replayed by weight, their sum exact to one sample")
  func replaysSeveral() throws {
    var first = try PhaseMixture(
      beginning: recipe("first", [.init(Self.english, weight: 3), .init(Self.french, weight: 1)]))
    let seen = first.next(200)
    #expect(first.state.parts.map(\.used) == [150, 50])
    var second = try PhaseMixture(
      beginning: recipe(
        "second", [.init(Self.german)],
        replay: [.init(Self.english, share: 0.2), .init(Self.french, share: 0.05)]),
      after: first.state.histories)
    var counts = ["english": 0, "french": 0]
    for n in 1...1000 {
      let sample = second.next()
      if sample.isReplay {
        counts[sample.name, default: 0] += 1
        #expect(seen.contains { $0.name == sample.name && $0.id == sample.id })
      }
      let sum = Double(counts.values.reduce(0, +))
      #expect(abs(sum - 0.25 * Double(n)) <= 1 + 1e-9, "\(n)")
      #expect(abs(Double(counts["english", default: 0]) - 0.2 * Double(n)) <= 1 + 1e-9, "\(n)")
    }
    #expect(counts == ["english": 200, "french": 50])
  }

  @Test("With one new and one replayed data set the draws are those of one blend over both")
  func agreesWithOneBlend() throws {
    let (pretrain, _) = try pretrained(160)
    for share in [0.05, 0.25, 0.5, 0.9] {
      var adapt = try PhaseMixture(
        beginning: recipe(
          "adapt", [.init(Self.german)], replay: [.init(Self.english, share: share)]),
        after: pretrain.state.histories)
      var blend = Blend(weights: [1 - share, share])
      #expect(adapt.next(500).map(\.part) == (0..<500).map { _ in blend.next() })
    }
  }

  @Test("Any division into batches gives the same samples")
  func ignoresBatches() throws {
    let (pretrain, _) = try pretrained(160)
    let recipe = recipe(
      "adapt", [.init(Self.german, weight: 2), .init(Self.english)],
      replay: [.init(Self.english, share: 0.25)])
    var whole = try PhaseMixture(beginning: recipe, after: pretrain.state.histories)
    let samples = whole.next(700)
    var random = Mutator(seed: 5)
    for _ in 0..<20 {
      var cut = try PhaseMixture(beginning: recipe, after: pretrain.state.histories)
      var parts: [DrawnSample] = []
      while parts.count < 700 { parts += cut.next(min(random.below(60), 700 - parts.count)) }
      #expect(parts == samples)
      #expect(cut.state == whole.state)
    }
  }

  @Test("Resuming at every point goes on as if nothing had happened")
  func resumes() throws {
    let (pretrain, _) = try pretrained(90)
    let recipe = recipe(
      "adapt", [.init(Self.german, weight: 2), .init(Self.french)],
      replay: [.init(Self.english, share: 0.3)], seed: .max)
    var whole = try PhaseMixture(beginning: recipe, after: pretrain.state.histories)
    let samples = whole.next(250)
    for point in 0...250 {
      var first = try PhaseMixture(beginning: recipe, after: pretrain.state.histories)
      _ = first.next(point)
      // Through the file, as a killed run has it.
      let text = try JSONValueEncoder().encode(first.state).serialized()
      let state = try JSONDecoder().decode(MixtureState.self, from: Data(text.utf8))
      #expect(state == first.state)
      var rest = try PhaseMixture(resuming: state, recipe: recipe)
      #expect(rest.next(250 - point) == Array(samples[point...]), "at \(point)")
      #expect(rest.state == whole.state)
    }
  }

  @Test("Phases go on where the last one stopped, and lose or repeat no sample")
  func goesOnThroughPhases() throws {
    var histories: [SourceHistory] = []
    var drawn: [Int] = []
    // Different mixtures and batches in every phase.
    for (phase, (batch, batches)) in [(7, 30), (32, 4), (1, 100), (64, 10)].enumerated() {
      var new: [PhaseRecipe.NewSource] = [.init(Self.english)]
      if phase > 0 { new.append(.init(Self.german, weight: Double(phase))) }
      // Another seed does not matter: the order that was begun is kept.
      var mixture = try PhaseMixture(
        beginning: recipe("phase \(phase)", new, seed: UInt64(phase + 1)), after: histories)
      for _ in 0..<batches {
        drawn += mixture.next(batch).filter { $0.name == "english" }.map(\.id)
      }
      histories = mixture.state.histories
    }
    let order = SampleOrder(
      seed: 1, source: "english", count: Self.english.sampleCount, isShuffled: true)
    #expect(drawn == drawn.indices.map { order.sample(at: $0).id })
    #expect(histories[0].drawnCount == drawn.count)
    #expect(histories[0].segments.count == 1)
  }

  @Test("Starting over begins the order again and keeps what was seen before")
  func startsOver() throws {
    let (pretrain, seen) = try pretrained(50)
    var again = try PhaseMixture(
      beginning: recipe("again", [.init(Self.english)]), after: pretrain.state.histories,
      startsOver: true)
    #expect(again.next(30).map(\.id) == seen.prefix(30).map(\.id))
    #expect(again.state.histories[0].seenCount == 50, "the same order counts once")
    var other = try PhaseMixture(
      beginning: recipe("other", [.init(Self.english)], seed: 5), after: again.state.histories,
      startsOver: true)
    let others = other.next(20)
    let history = other.state.histories[0]
    #expect(history.seenCount == 70)
    #expect(
      (0..<70).map { history.seenSample($0) } == seen.map(\.id) + others.map(\.id))
  }

  @Test("What is replayed is fixed when the phase begins, though the same data set goes on")
  func fixesTheReplayedSet() throws {
    let (pretrain, seen) = try pretrained(20)
    var both = try PhaseMixture(
      beginning: recipe("both", [.init(Self.english)], replay: [.init(Self.english, share: 0.5)]),
      after: pretrain.state.histories)
    let samples = both.next(200)
    #expect(Set(samples.filter(\.isReplay).map(\.id)) == Set(seen.map(\.id)))
    #expect(Set(samples.filter { !$0.isReplay }.map(\.id)).isDisjoint(with: seen.map(\.id)))
    #expect(both.state.histories[0].drawnCount == 120)
    #expect(both.state.replayed[0].drawnCount == 20)
  }

  @Test("Different samples are counted exactly, across the borders of epochs too")
  func countsDistinctSamples() throws {
    // French has 77 samples; each row begins where the last stopped.
    var histories: [SourceHistory] = []
    for (phase, count) in [30, 60, 20, 100, 154, 7, 77, 76].enumerated() {
      var mixture = try PhaseMixture(
        beginning: recipe("phase \(phase)", [.init(Self.french)]), after: histories)
      #expect(mixture.counts.parts[0].distinctSamples == 0)
      let ids = mixture.next(count).map(\.id)
      let part = mixture.counts.parts[0]
      #expect(part.distinctSamples == Set(ids).count, "\(count)")
      #expect(part.samples == count && part.epochs == Double(count) / 77)
      histories = mixture.state.histories
    }
    #expect(histories[0].seenCount == 77)
  }
}
