import Foundation
import Statistics
import Testing

@testable import DemoWorld

@Suite("The demonstration's questions")
struct QuestionTests {
  private static let counts: [QuestionForm: Int] = [.endings: 1600, .questions: 960, .aims: 640]

  private func questions(
    _ form: QuestionForm, _ language: WorldLanguage, seed: UInt64 = 1
  ) -> [Question] {
    QuestionWriter(World(seed: seed), seed: seed)
      .questions(form, in: language, count: Self.counts[form] ?? 0)
  }

  @Test(
    "There are more than three thousand in each language, no two alike",
    arguments: WorldLanguage.allCases)
  func enough(language: WorldLanguage) {
    let all = QuestionForm.allCases.flatMap { questions($0, language) }
    #expect(all.count == 3200)
    #expect(Set(all.map { "\($0.prompt)\($0.choices.sorted())" }).count == all.count)
    #expect(all.allSatisfy { Set($0.choices).count == $0.choices.count })
    let files = DemoFiles(DemoPlan(seed: 1, phaseTokens: 1000))
    #expect(files.questionCounts.reduce(0, +) == all.count)
  }

  @Test(
    "Whatever looks at choices alone is right exactly as often as guessing",
    arguments: QuestionForm.allCases, WorldLanguage.allCases)
  func choicesTellNothing(form: QuestionForm, language: WorldLanguage) {
    var writer = StoryWriter(World(seed: 1), in: language, seed: 1)
    var counts: [Substring: Int] = [:]
    var total = 0
    for _ in 0..<2000 {
      for word in writer.next().split(whereSeparator: \.isWhitespace) {
        counts[word, default: 0] += 1
        total += 1
      }
    }
    /// Cross-entropy under a unigram model with one added to each count, in bits.
    func surprise(_ text: String) -> Double {
      text.split(separator: " ").reduce(0) { sum, word in
        sum - log2(Double((counts[word] ?? 0) + 1) / Double(total))
      }
    }
    let longest: (String) -> Double = { Double($0.utf8.count) }
    let shortest: (String) -> Double = { -Double($0.utf8.count) }
    let unigram: (String) -> Double = { -surprise($0) }
    let unigramPerByte: (String) -> Double = { unigram($0) / longest($0) }
    let rules = [
      "longest": longest, "shortest": shortest, "unigram": unigram,
      "unigram per byte": unigramPerByte,
    ]
    let questions = questions(form, language)
    for (name, score) in rules {
      let right = questions.count { question in
        let scores = question.choices.map(score)
        let best = scores.max() ?? 0
        return scores.firstIndex(of: best) == question.label
      }
      let accuracy = Double(right) / Double(questions.count)
      let chance = 1 / Double(form.choiceCount)
      #expect(accuracy == chance, "\(name): \(accuracy)")
    }
  }

  @Test("The right choice is what the rules say", arguments: WorldLanguage.allCases)
  func answersAreRight(language: WorldLanguage) {
    let narrator = language.narrator
    let world = World(seed: 4)
    let questions = QuestionWriter(world, seed: 4).questions(.endings, in: language, count: 400)
    var endings: [String: Set<String>] = [:]
    var numbers = SeededNumbers(seed: 1)
    for fact in world.heldOut where fact.kind == .habit {
      let cast = Cast(of: world, for: fact, &numbers)
      endings[narrator.beginning(fact, cast), default: []].insert(narrator.ending(fact.outcome))
    }
    var checked = 0
    for question in questions {
      // A season stands before every beginning.
      guard let space = question.prompt.range(of: ". ") else { continue }
      guard let right = endings[String(question.prompt[space.upperBound...])] else { continue }
      #expect(right == [question.choices[question.label]])
      checked += 1
    }
    #expect(checked > 100)
  }

  @Test("Both languages ask the same")
  func parallel() {
    for form in QuestionForm.allCases {
      #expect(questions(form, .english).map(\.label) == questions(form, .german).map(\.label))
    }
  }

  @Test("A seed decides the questions")
  func determinism() {
    #expect(questions(.aims, .german) == questions(.aims, .german))
    #expect(questions(.aims, .german) != questions(.aims, .german, seed: 2))
  }
}
