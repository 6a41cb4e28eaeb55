/// Who and what a passage is about besides its fact; drawn by lot, and of no consequence.
struct Cast: Sendable {
  /// Who does things, where the fact itself names nobody.
  var actor: Person
  /// Another person.
  var companion: Person
  /// Place in the languages' lists.
  var season: Int
  /// Place in the languages' lists, if the thing gets one.
  var adjective: Int?
}

/// How a fact may be told in a story; kinds with fewer ways take one twice.
enum Telling: CaseIterable, Sendable {
  /// Cause and outcome in one sentence, joined by `and`.
  case joined
  /// The outcome in a subordinate clause.
  case reported
  /// The cause in a subordinate clause.
  case conditional
  /// What the rule depends on, then the outcome.
  case reasoned
}

/// Tells facts in one language.
///
/// Every sentence is put together by grammar, none is stored.
protocol Narrator: Sendable {
  var language: WorldLanguage { get }

  /// How a story begins: `It is autumn.`
  func season(_ season: Int) -> String

  /// A fact as a passage of a story.
  func passage(_ fact: Fact, _ telling: Telling, _ cast: Cast) -> String

  /// A passage up to where its outcome would begin: `Anna wakes up early and`.
  func beginning(_ fact: Fact, _ cast: Cast) -> String

  /// How such a passage ends: `floats on the waves.`
  func ending(_ outcome: Outcome) -> String

  /// Asks for a fact's outcome: `What does the spoon do when it slips into the water?`
  func question(_ fact: Fact, _ cast: Cast) -> String

  /// An answer, right or not: `Floats on the waves.`
  ///
  /// A subject would tell something of the fact that was asked for, such as a noun's gender.
  func answer(_ outcome: Outcome) -> String

  /// What a fact's outcome depends on: `The spoon is made of wood.`, `Anna is a baker.`
  ///
  /// - Returns: `nil` if the outcome depends on the occasion alone.
  func nature(_ fact: Fact) -> String?

  /// The rule itself: `What is made of wood floats on the waves when it slips into the water.`
  ///
  /// - Returns: `nil` for an outcome that depends on the occasion alone.
  func rule(_ outcome: Outcome) -> String?

  /// A question with its answer, as a page of them has it.
  func page(question: String, answer: String) -> String
}

/// A language that the world is told in.
public enum WorldLanguage: String, CaseIterable, Sendable {
  case english, german

  /// Two letters, as in names of tasks.
  public var code: String {
    switch self {
    case .english: "en"
    case .german: "de"
    }
  }

  var narrator: any Narrator {
    switch self {
    case .english: EnglishNarrator()
    case .german: GermanNarrator()
    }
  }
}
