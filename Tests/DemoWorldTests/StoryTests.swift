import Statistics
import Testing

@testable import DemoWorld

@Suite("The demonstration's texts")
struct StoryTests {
  /// All texts of a language, as the demonstration trains on them.
  private func texts(_ language: WorldLanguage, of world: World, count: Int) -> String {
    var writer = StoryWriter(world, in: language, seed: 7)
    return (0..<count).map { _ in writer.next() }.joined(separator: "\n")
  }

  @Test("No text asks or tells what is held out", arguments: WorldLanguage.allCases)
  func heldOutStaysOut(language: WorldLanguage) {
    let world = World(seed: 3)
    let narrator = language.narrator
    let text = texts(language, of: world, count: 4000)
    var numbers = SeededNumbers(seed: 1)
    /// What no cast changes: the question up to a companion's name, and the last sentence of a beginning.
    func traces(of fact: Fact) -> [String] {
      let cast = Cast(of: world, for: fact, &numbers)
      switch fact {
      case .mishap, .habit:
        let last = narrator.beginning(fact, cast).split(separator: ". ").last.map(String.init)
        return [narrator.question(fact, cast), last ?? ""]
      case .care, .manners: return []
      }
    }
    for fact in world.heldOut {
      for trace in traces(of: fact) { #expect(!text.contains(trace), "\(trace)") }
    }
    let told = world.told.flatMap(traces)
    #expect(told.count { text.contains($0) } > told.count * 9 / 10)
  }

  @Test("Half of the texts are stories, the others pages of questions and rules")
  func kinds() {
    let world = World(seed: 1)
    var writer = StoryWriter(world, in: .english, seed: 1)
    let texts = (0..<1000).map { _ in writer.next() }
    let pages = texts.count { $0.hasPrefix("Question: ") }
    let stories = texts.count { $0.hasPrefix("It is ") }
    #expect(450...550 ~= stories)
    #expect(250...350 ~= pages)
    #expect(texts.allSatisfy { $0.hasSuffix("\n") })
  }

  @Test("Seed and language decide every byte")
  func determinism() {
    let world = World(seed: 1)
    #expect(texts(.german, of: world, count: 50) == texts(.german, of: world, count: 50))
    #expect(texts(.german, of: world, count: 50) != texts(.german, of: World(seed: 2), count: 50))
    var other = StoryWriter(world, in: .german, seed: 8)
    #expect(!texts(.german, of: world, count: 1).hasPrefix(other.next()))
  }

  @Test(
    "Each way of telling keeps to its language's grammar",
    arguments: [
      (
        Telling.joined,
        "Anton carries an old spoon. The spoon falls on the stone floor and clatters loudly.",
        "Anton hält einen alten Löffel in der Hand. Der Löffel fällt auf den Steinboden und poltert laut."
      ),
      (
        .reported,
        "The spoon falls on the stone floor, and Clara sees that it clatters loudly.",
        "Der Löffel fällt auf den Steinboden, und Clara sieht, dass er laut poltert."
      ),
      (
        .conditional,
        "When the spoon falls on the stone floor, it clatters loudly, for it is made of wood.",
        "Wenn der Löffel auf den Steinboden fällt, poltert er laut, denn er ist aus Holz."
      ),
      (
        .reasoned,
        "The spoon is made of wood. So it will clatter loudly when it falls on the stone floor.",
        "Das Material des Löffels ist Holz. Darum poltert er laut, wenn er auf den Steinboden fällt."
      ),
    ])
  func tellings(telling: Telling, english: String, german: String) {
    let people = World(seed: 1).people
    let cast = Cast(actor: people[16], companion: people[1], season: 0, adjective: 0)
    let fact = Fact.mishap(.fallsOnStone, Thing(number: 0))
    #expect(EnglishNarrator().passage(fact, telling, cast) == english)
    #expect(GermanNarrator().passage(fact, telling, cast) == german)
  }

  @Test("Manners name both people, in the case that the verb asks for")
  func manners() {
    let people = World(seed: 1).people
    let cast = Cast(actor: people[2], companion: people[26], season: 0, adjective: nil)
    let present = Fact.manners(.present, people[0])
    #expect(
      GermanNarrator().question(present, cast)
        == "Was macht Anna, wenn Max ihr ein Geschenk macht?")
    #expect(
      EnglishNarrator().question(present, cast)
        == "What does Anna do when Max gives her a present?")
    #expect(
      GermanNarrator().passage(.manners(.foot, people[16]), .conditional, cast)
        == "Wenn Anton Max auf den Fuß tritt, bittet Anton um Verzeihung.")
  }
}
