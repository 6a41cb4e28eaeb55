import Corpus
import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite("Mixtures that are refused")
struct MixtureRefusalTests {
  private static let english = PhaseMixtureTests.english
  private static let german = PhaseMixtureTests.german

  private func problem(
    _ new: [PhaseRecipe.NewSource], replay: [PhaseRecipe.ReplayedSource] = [],
    after histories: [SourceHistory] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> MixtureError {
    let recipe = PhaseRecipe(phase: "adapt", seed: 1, new: new, replay: replay)
    return try #require(throws: MixtureError.self, sourceLocation: sourceLocation) {
      try PhaseMixture(beginning: recipe, after: histories)
    }
  }

  private func seenEnglish(shuffled: Bool = true) throws -> [SourceHistory] {
    var mixture = try PhaseMixture(
      beginning: PhaseRecipe(
        phase: "pretrain", seed: 1, new: [.init(Self.english, shuffled: shuffled)]))
    _ = mixture.next(10)
    return mixture.state.histories
  }

  @Test("Recipes that make no sense are named")
  func refusesRecipes() throws {
    let english = PhaseRecipe.NewSource(Self.english)
    #expect(try problem([]) == .noNewSource(phase: "adapt"))
    #expect(try problem([english, english]) == .repeatedSource(phase: "adapt", source: "english"))
    for weight in [0, -1, .infinity, .nan] {
      guard case .unusableWeight = try problem([.init(Self.english, weight: weight)]) else {
        Issue.record("weight \(weight)")
        continue
      }
    }
    for share in [0, 1, -0.1, .nan, .infinity] {
      guard
        case .unusableShare = try problem([english], replay: [.init(Self.german, share: share)])
      else {
        Issue.record("share \(share)")
        continue
      }
    }
    #expect(
      try problem(
        [english], replay: [.init(Self.german, share: 0.5), .init(Self.english, share: 0.5)])
        == .sharesTooLarge(phase: "adapt", sum: 1))
    let longer = SourceIdentity(name: "long", digest: "l", sampleCount: 9, sequenceLength: 17)
    #expect(
      try problem([english, .init(longer)])
        == .differentLengths(source: "long", sequenceLength: 17, expected: 16))
  }

  @Test("Replay of what was never seen is refused, of the phase's own new data too")
  func refusesUnseen() throws {
    #expect(
      try problem([.init(Self.german)], replay: [.init(Self.english, share: 0.25)])
        == .nothingSeen(phase: "adapt", source: "english", seen: []))
    #expect(
      try problem(
        [.init(Self.german)], replay: [.init(Self.german, share: 0.25)], after: seenEnglish())
        == .nothingSeen(phase: "adapt", source: "german", seen: ["english"]))
  }

  @Test("A data set that has changed is not gone on with")
  func refusesChangedSources() throws {
    let other = SourceIdentity(
      name: "english", digest: "other", sampleCount: 1000, sequenceLength: 16)
    #expect(try problem([.init(other)], after: seenEnglish()) == .sourceChanged(source: "english"))
    #expect(
      try problem(
        [.init(Self.german)], replay: [.init(other, share: 0.1)], after: seenEnglish())
        == .sourceChanged(source: "english"))
    #expect(
      try problem([.init(Self.english)], after: seenEnglish(shuffled: false))
        == .orderChanged(source: "english", wasShuffled: false))
  }

  @Test("A state of another mixture is not gone on with")
  func refusesOtherMixtures() throws {
    let histories = try seenEnglish()
    func recipe(
      _ phase: String = "adapt", seed: UInt64 = 1, weight: Double = 1, share: Double = 0.25,
      second: SourceIdentity = PhaseMixtureTests.french
    ) -> PhaseRecipe {
      PhaseRecipe(
        phase: phase, seed: seed, new: [.init(Self.german), .init(second, weight: weight)],
        replay: [.init(Self.english, share: share)])
    }
    var mixture = try PhaseMixture(beginning: recipe(), after: histories)
    _ = mixture.next(20)
    let state = mixture.state
    #expect(throws: Never.self) { try PhaseMixture(resuming: state, recipe: recipe()) }
    let changedFrench = SourceIdentity(
      name: "french", digest: "f2", sampleCount: 77, sequenceLength: 16)
    let others = [
      recipe("other"), recipe(seed: 2), recipe(weight: 2), recipe(share: 0.2),
      recipe(second: changedFrench), recipe(second: Self.english),
    ]
    for other in others {
      #expect(throws: MixtureError.self) { try PhaseMixture(resuming: state, recipe: other) }
    }
  }

  @Test("Counts that contradict each other are refused")
  func refusesContradictions() throws {
    let recipe = PhaseRecipe(
      phase: "adapt", seed: 1, new: [.init(Self.german)],
      replay: [.init(Self.english, share: 0.25)])
    var mixture = try PhaseMixture(beginning: recipe, after: try seenEnglish())
    _ = mixture.next(40)
    let text = try JSONValueEncoder().encode(mixture.state).serialized()
    // 30 new and 10 replayed samples; 10 were seen before.
    for (old, new) in [
      (#""samples": 40"#, #""samples": 41"#), (#""used": 30"#, #""used": 29"#),
      (#""used": 10"#, #""used": -10"#), (#""used": 30"#, #""used": 50"#),
      (#""count": 30"#, #""count": 29"#), (#""count": 10"#, #""count": 0"#),
    ] {
      let edited = text.replacing(old, with: new)
      #expect(edited != text, "\(old)")
      let state = try JSONDecoder().decode(MixtureState.self, from: Data(edited.utf8))
      #expect("\(old) to \(new)") { try PhaseMixture(resuming: state, recipe: recipe) } throws: {
        if case MixtureError.malformedState = $0 { true } else { false }
      }
    }
  }

  @Test("A state that somebody edited ends in an error, never in a trap")
  func survivesEditedStates() throws {
    let recipe = PhaseRecipe(
      phase: "adapt", seed: 1, new: [.init(Self.german), .init(PhaseMixtureTests.french)],
      replay: [.init(Self.english, share: 0.25)])
    var mixture = try PhaseMixture(beginning: recipe, after: try seenEnglish())
    _ = mixture.next(50)
    let text = Array(try JSONValueEncoder().encode(mixture.state).serialized().utf8)
    var random = Mutator(seed: 11)
    var refused = 0
    for _ in 0..<20_000 {
      let bytes = Data(random.mutated(text))
      guard let state = try? JSONDecoder().decode(MixtureState.self, from: bytes) else { continue }
      do throws(MixtureError) {
        var resumed = try PhaseMixture(resuming: state, recipe: recipe)
        _ = resumed.next(20)
        _ = resumed.counts
      } catch {
        refused += 1
        #expect(error.description.hasSuffix("."))
      }
    }
    #expect(refused > 100)
  }

  @Test("Numbers out of all proportion are refused")
  func refusesHugeNumbers() throws {
    for segment in [
      SourceHistory.Segment(seed: 1, first: .max, count: 1, shuffled: true),
      .init(seed: 1, first: 0, count: .max, shuffled: true),
      .init(seed: 1, first: -1, count: 2, shuffled: true),
      .init(seed: 1, first: 0, count: -2, shuffled: true),
    ] {
      let json: JSONValue = [
        "source": try JSONValueEncoder().encode(Self.english),
        "segments": [try JSONValueEncoder().encode(segment)],
      ]
      let history = try JSONDecoder().decode(
        SourceHistory.self, from: Data(json.serialized().utf8))
      guard case .malformedState = try problem([.init(Self.english)], after: [history]) else {
        Issue.record("\(segment)")
        continue
      }
    }
  }
}
