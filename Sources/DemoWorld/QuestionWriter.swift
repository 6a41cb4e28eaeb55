internal import Statistics

/// The form of a multiple-choice task.
public enum QuestionForm: String, CaseIterable, Sendable {
  /// HellaSwag's: a story breaks off, four endings.
  case endings
  /// ARC's: a question, four answers.
  case questions
  /// PIQA's: an aim, two ways.
  case aims

  /// Choices of an item.
  public var choiceCount: Int { self == .aims ? 2 : 4 }
}

/// A question about something that was never told.
public struct Question: Sendable, Equatable {
  /// The story so far, the question or the aim.
  public let prompt: String
  public let choices: [String]
  /// Place of the right choice.
  public let label: Int
}

/// Asks for held-out facts so that the answer cannot be had from the choices.
///
/// Items come in groups: the same choices with as many prompts, and each choice is right once. So any
/// rule that looks at choices alone (their length, their words' frequencies) scores exactly chance,
/// whatever it prefers.
public struct QuestionWriter: Sendable {
  private let world: World
  private let seed: UInt64

  /// - Parameters:
  ///   - world: What is asked for.
  ///   - seed: Any number; each gives other questions.
  public init(_ world: World, seed: UInt64) {
    self.world = world
    self.seed = seed
  }

  /// Questions of one form; the same ones in each language.
  ///
  /// - Parameters:
  ///   - form: What they look like.
  ///   - language: What they are asked in.
  ///   - count: How many; rounded down to whole groups.
  /// - Returns: As many questions, no two with the same prompt and the same choices in whatever order; fewer
  ///   if a thousand draws in a row bring nothing new.
  public func questions(_ form: QuestionForm, in language: WorldLanguage, count: Int) -> [Question]
  {
    let salt = UInt64(QuestionForm.allCases.firstIndex(of: form) ?? 0)
    var numbers = SeededNumbers(seed: SeededNumbers.mixed(seed &+ 0x71 &+ salt << 32))
    let narrator = language.narrator
    let columns = Columns(world.heldOut, form: form)
    var questions: [Question] = []
    var seen: Set<String> = []
    var repetitions = 0
    while questions.count + form.choiceCount <= count, repetitions < 1000 {
      var group: [Question] = []
      let facts = columns.draw(form.choiceCount, &numbers)
      var order = facts.map(\.outcome)
      numbers.shuffle(&order)
      for fact in facts {
        let cast = Cast(of: world, for: fact, &numbers)
        group.append(Self.question(fact, among: order, form: form, cast: cast, narrator))
      }
      // A group that repeats a question is drawn again.
      let prompts = group.map { "\($0.prompt)\n\($0.choices.sorted())" }
      guard prompts.allSatisfy({ !seen.contains($0) }) else {
        repetitions += 1
        continue
      }
      repetitions = 0
      seen.formUnion(prompts)
      questions += group
    }
    return questions
  }

  private static func question(
    _ fact: Fact, among outcomes: [Outcome], form: QuestionForm, cast: Cast,
    _ narrator: any Narrator
  ) -> Question {
    let prompt =
      form == .endings
      ? "\(narrator.season(cast.season)) \(narrator.beginning(fact, cast))"
      : narrator.question(fact, cast)
    let choices = outcomes.map { outcome in
      form == .endings ? narrator.ending(outcome) : narrator.answer(outcome)
    }
    let label = outcomes.firstIndex(of: fact.outcome) ?? 0
    return Question(prompt: prompt, choices: choices, label: label)
  }
}

/// Held-out facts by what their outcomes are compared with.
private struct Columns {
  /// Facts of one column with different outcomes, by outcome.
  private var columns: [[[Fact]]] = []

  init(_ facts: [Fact], form: QuestionForm) {
    let fitting = facts.filter { ($0.kind == .care) == (form == .aims) }
    let byColumn = Dictionary(grouping: fitting) { fact in
      switch fact {
      case .mishap(let mishap, _): "\(mishap)"
      case .care(let care, _): "\(care)"
      case .habit(let moment, _): "\(moment)"
      case .manners: "manners"
      }
    }
    // Dictionaries have no order; the questions must.
    for (_, facts) in byColumn.sorted(by: { $0.key < $1.key }) {
      let byOutcome = Dictionary(grouping: facts) { "\($0.outcome)" }
      columns.append(byOutcome.sorted { $0.key < $1.key }.map(\.value))
    }
  }

  /// Facts of one column, each with another outcome.
  func draw(_ count: Int, _ numbers: inout SeededNumbers) -> [Fact] {
    var outcomes = numbers.pick(columns)
    numbers.shuffle(&outcomes)
    return outcomes.prefix(count).map { numbers.pick($0) }
  }
}
