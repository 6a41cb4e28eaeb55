internal import Statistics

/// Writes the texts that models are trained on: stories, pages of questions with answers, and rules.
public struct StoryWriter: Sendable {
  private let world: World
  private let narrator: any Narrator
  private var numbers: SeededNumbers
  /// By kind.
  private let told: [[Fact]]

  /// - Parameters:
  ///   - world: What is told.
  ///   - language: In which language.
  ///   - seed: Any number; each gives other texts of the same world.
  public init(_ world: World, in language: WorldLanguage, seed: UInt64) {
    self.world = world
    narrator = language.narrator
    told = Fact.Kind.allCases.map { kind in world.told.filter { $0.kind == kind } }
    let salt: UInt64 = language == .english ? 0x656E : 0x6465
    numbers = SeededNumbers(seed: SeededNumbers.mixed(seed &+ salt << 32))
  }

  /// The next text, of five to eight passages.
  public mutating func next() -> String {
    let count = 5 + numbers.below(4)
    return switch numbers.below(10) {
    case 0..<5: story(of: count)
    case 5..<8: page(of: count)
    default: rules(count)
    }
  }

  private mutating func story(of count: Int) -> String {
    var passages = [narrator.season(numbers.below(EnglishWords.seasons.count))]
    for _ in 0..<count {
      let fact = fact()
      let telling = numbers.pick(Telling.allCases)
      passages.append(narrator.passage(fact, telling, cast(for: fact)))
    }
    return passages.joined(separator: " ") + "\n"
  }

  private mutating func page(of count: Int) -> String {
    var passages: [String] = []
    for _ in 0..<count {
      let fact = fact()
      let cast = cast(for: fact)
      passages.append(
        narrator.page(
          question: narrator.question(fact, cast),
          answer: narrator.answer(fact.outcome)))
    }
    return passages.joined(separator: "\n\n") + "\n"
  }

  private mutating func rules(_ count: Int) -> String {
    var sentences: [String] = []
    while sentences.count < count {
      let fact = fact()
      let sentence = numbers.below(2) == 0 ? narrator.nature(fact) : narrator.rule(fact.outcome)
      if let sentence { sentences.append(sentence) }
    }
    return sentences.joined(separator: " ") + "\n"
  }

  /// Draws a fact.
  ///
  /// Habits are the hardest to learn, for nothing but a name tells the trade, and manners the easiest.
  private mutating func fact() -> Fact {
    let kind: Fact.Kind =
      switch numbers.below(20) {
      case 0..<7: .mishap
      case 7..<15: .habit
      case 15..<19: .care
      default: .manners
      }
    return numbers.pick(told[Fact.Kind.allCases.firstIndex(of: kind) ?? 0])
  }

  private mutating func cast(for fact: Fact) -> Cast { Cast(of: world, for: fact, &numbers) }
}

extension Cast {
  /// Draws two people who are not the fact's, a season and, one time in three, an adjective.
  init(of world: World, for fact: Fact, _ numbers: inout SeededNumbers) {
    func somebody(but others: [Person?]) -> Person {
      while true {
        let person = numbers.pick(world.people)
        if !others.contains(person) { return person }
      }
    }
    actor = somebody(but: [fact.person])
    companion = somebody(but: [fact.person, actor])
    season = numbers.below(EnglishWords.seasons.count)
    adjective = numbers.below(3) == 0 ? numbers.below(EnglishWords.adjectives.count) : nil
  }
}
