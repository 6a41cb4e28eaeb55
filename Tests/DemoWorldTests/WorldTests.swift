import Statistics
import Testing

@testable import DemoWorld

@Suite("The demonstration's world")
struct WorldTests {
  @Test("What is held out is never told", arguments: [1, 2, 3] as [UInt64])
  func heldOutIsNotTold(seed: UInt64) {
    let world = World(seed: seed)
    #expect(Set(world.told).isDisjoint(with: world.heldOut))
    #expect(Set(world.told).count == world.told.count)
    let mishaps = Thing.all.count * Mishap.allCases.count
    let cares = Thing.all.count * Care.allCases.count
    let habits = world.people.count * Moment.allCases.count
    let manners = world.people.count * Occasion.allCases.count
    #expect(world.told.count + world.heldOut.count == mishaps + cares + habits + manners)
    #expect(3 * world.heldOut.count == mishaps + cares + habits + manners)
  }

  @Test("Every outcome that is asked for is told of others", arguments: [1, 2, 3] as [UInt64])
  func rulesAreTold(seed: UInt64) {
    let world = World(seed: seed)
    let told = Dictionary(grouping: world.told, by: \.outcome)
    for fact in world.heldOut { #expect((told[fact.outcome] ?? []).count >= 3, "\(fact)") }
  }

  @Test("Trades are dealt out by the seed, five people each")
  func trades() {
    let (a, b) = (World(seed: 1), World(seed: 2))
    for world in [a, b] {
      let sizes = Dictionary(grouping: world.people, by: \.trade).mapValues(\.count)
      #expect(sizes.values.allSatisfy { $0 == 5 })
    }
    #expect(a.people != b.people)
    #expect(a.heldOut != b.heldOut)
  }

  @Test("Both languages have a word for everything")
  func vocabulary() {
    let materials = Material.allCases.count
    let trades = Trade.allCases.count
    #expect(EnglishWords.materials.count == materials && GermanWords.materials.count == materials)
    #expect(EnglishWords.things.count == Thing.all.count)
    #expect(GermanWords.things.count == Thing.all.count)
    #expect(EnglishWords.trades.count == trades && GermanWords.trades.count == trades)
    #expect(EnglishWords.adjectives.count == GermanWords.adjectives.count)
    #expect(EnglishWords.seasons.count == GermanWords.seasons.count)
    let sixByMaterial = Array(repeating: materials, count: Mishap.allCases.count)
    #expect(EnglishWords.mishaps.map(\.count) == sixByMaterial)
    #expect(GermanWords.mishaps.map(\.count) == sixByMaterial)
    let caresByMaterial = Array(repeating: materials, count: Care.allCases.count)
    #expect(EnglishWords.cares.map(\.count) == caresByMaterial)
    #expect(GermanWords.cares.map(\.count) == caresByMaterial)
    let habitsByTrade = Array(repeating: trades, count: Moment.allCases.count)
    #expect(EnglishWords.habits.map(\.count) == habitsByTrade)
    #expect(GermanWords.habits.map(\.count) == habitsByTrade)
    #expect(EnglishWords.manners.count == Occasion.allCases.count)
    #expect(GermanWords.manners.count == Occasion.allCases.count)
  }

  @Test("Outcomes of one cause are told apart by their words", arguments: WorldLanguage.allCases)
  func outcomesDiffer(language: WorldLanguage) {
    let narrator = language.narrator
    for mishap in Mishap.allCases {
      let endings = Set(Material.allCases.map { narrator.ending(.mishap(mishap, $0)) })
      #expect(endings.count == Material.allCases.count)
    }
    for moment in Moment.allCases {
      let endings = Set(Trade.allCases.map { narrator.ending(.habit(moment, $0)) })
      #expect(endings.count == Trade.allCases.count)
    }
    for care in Care.allCases {
      let endings = Set(Material.allCases.map { narrator.ending(.care(care, $0)) })
      #expect(endings.count == Material.allCases.count)
    }
    #expect(Set(Occasion.allCases.map { narrator.ending(.manners($0)) }).count == 6)
  }
}
