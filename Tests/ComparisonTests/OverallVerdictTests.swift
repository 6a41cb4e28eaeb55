import Comparison
import Foundation
import OrderedJSON
import Records
import Testing

/// The word over several tasks and losses, from files.
@Suite("The overall verdict")
struct OverallVerdictTests {
  /// What a task or loss of a case is.
  enum Part: Sendable {
    case same, better, worse, slightlyWorse, undecided, few
    /// Worse by its interval, with a p of McNemar's test of about 0.03.
    case barelyWorse, barelyBetter
    case lossSame, lossWorse, lossBetter, lossUndecided
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let parts: [Part]
    let verdict: Verdict
    let isWorse: Bool
    var testDescription: String { "\(parts)" }

    init(_ parts: [Part], _ verdict: Verdict, isWorse: Bool = false) {
      self.parts = parts
      self.verdict = verdict
      self.isWorse = isWorse
    }
  }

  private static let cases = [
    Case([.same], .matches), Case([.same, .same], .matches), Case([.same, .lossSame], .matches),
    Case([.same, .few], .tooFewDocuments), Case([.few, .few], .tooFewDocuments),
    Case([.same, .undecided], .undecided), Case([.few, .undecided], .undecided),
    Case([.same, .better], .better), Case([.better, .better], .better),
    Case([.better, .undecided], .undecided), Case([.better, .few], .undecided),
    Case([.same, .worse], .worse, isWorse: true), Case([.better, .worse], .worse, isWorse: true),
    Case([.worse, .undecided, .few], .worse, isWorse: true),
    Case([.slightlyWorse], .worse), Case([.same, .slightlyWorse], .worse),
    Case([.slightlyWorse, .worse], .worse, isWorse: true),
    // Holm: alone it holds, beside others it does not.
    Case([.barelyWorse], .worse, isWorse: true), Case([.barelyWorse, .same], .undecided),
    Case([.barelyWorse, .same, .worse], .worse, isWorse: true),
    Case([.barelyBetter], .better), Case([.barelyBetter, .same], .undecided),
    Case([.same, .lossWorse], .worse, isWorse: true), Case([.lossWorse], .worse, isWorse: true),
    Case([.same, .lossBetter], .better), Case([.same, .lossUndecided], .undecided),
    Case([.lossSame, .lossBetter], .better), Case([.lossSame, .lossSame], .matches),
    Case([.lossBetter, .lossWorse], .worse, isWorse: true),
    Case([.better, .lossWorse], .worse, isWorse: true),
  ]

  @Test("It is what the rows that decide say together", arguments: Self.cases)
  func together(_ one: Case) throws {
    let record = try Self.compare(one.parts)
    #expect(record.verdict == one.verdict, "\(record.reasons) \(record.rows.map(\.verdict))")
    #expect(record.isWorseBeyondMargin == one.isWorse)
    #expect(record.rows.count { $0.isDeciding } == one.parts.count)
  }

  private static func compare(_ parts: [Part]) throws -> ComparisonRecord {
    var (a, b) = (ModelResults(), ModelResults())
    var (setsA, setsB) = ([JSONValue](), [JSONValue]())
    for (index, part) in parts.enumerated() {
      let counts: (count: Int, onlyA: Int, onlyB: Int)?
      var shift = 0.0
      var noise = 0.001
      switch part {
      case .same: counts = (1000, 5, 5)
      case .better: counts = (1000, 20, 50)
      case .worse: counts = (1000, 50, 20)
      case .slightlyWorse: counts = (4000, 65, 35)
      case .undecided: counts = (1000, 17, 12)
      case .few: counts = (50, 3, 2)
      case .barelyWorse: counts = (1000, 32, 16)
      case .barelyBetter: counts = (1000, 16, 32)
      case .lossSame: (counts, shift) = (nil, 0.002)
      case .lossWorse: (counts, shift) = (nil, 0.05)
      case .lossBetter: (counts, shift) = (nil, -0.05)
      case .lossUndecided: (counts, shift, noise) = (nil, 0.012, 0.03)
      }
      if let counts {
        let values = answers(counts.count, onlyA: counts.onlyA, onlyB: counts.onlyB)
        a.tasks.append(TaskAnswers("task \(index)", "acc", values.a))
        b.tasks.append(TaskAnswers("task \(index)", "acc", values.b, shift: 0.5))
      } else {
        let losses = (0..<20).map { 3 + Double($0) / 10 }
        let others = losses.enumerated().map { $1 + shift + noise * ($0 % 2 == 0 ? 1 : -1) }
        setsA.append(lossSet("set \(index)", losses))
        setsB.append(lossSet("set \(index)", others))
      }
    }
    if !setsA.isEmpty {
      a.validation = validation(setsA)
      b.validation = validation(setsB)
    }
    return try ModelComparison.compare(reference: a.scored(), candidate: b.scored())
  }

  @Test("Reasons name what each word is about, and what Holm's correction took away")
  func reasons() throws {
    let record = try Self.compare([.barelyWorse, .same, .lossSame])
    #expect(
      record.reasons == [
        "worse: task 0.", "matches: task 1, set 2.",
        "task 0: a difference by the interval alone; its test is not significant after Holm's "
          + "correction over 2 tasks.",
      ])
    let row = try #require(record.rows.first)
    let p = try #require(row.pValue)
    #expect(p < 0.05 && row.adjustedPValue == 2 * p)
  }

  @Test("A task whose metric cannot be compared keeps the whole from matching")
  func notCompared() throws {
    var (a, b) = (try Self.model(shift: 0), try Self.model(shift: 1))
    // lm-eval itself prints such arrays as text.
    let text = TaskAnswers(
      "text", "brier_score", values: Array(repeating: "[0, array([0.5, 0.5])]", count: 20),
      total: 0.5)
    a.tasks.append(text)
    b.tasks.append(text)
    let record = try ModelComparison.compare(reference: a.scored(), candidate: b.scored())
    #expect(record.rows.map(\.verdict) == [.matches] && record.verdict == .undecided)
    #expect(record.reasons.contains("not compared by the metric that decides: text."))
    #expect(record.notes.contains { $0.hasPrefix("text: brier_score is not compared;") })
  }

  private static func model(shift: Double) throws -> ModelResults {
    ModelResults(
      TaskAnswers("task", "acc", answers(1000, onlyA: 0, onlyB: 0).a, shift: shift))
  }

  @Test("Nothing in common is undecided, and a note says so")
  func nothing() throws {
    let a = ModelResults(TaskAnswers("one", "acc", [1, 0]))
    let b = ModelResults(TaskAnswers("two", "acc", [1, 0]))
    let record = try ModelComparison.compare(reference: a.scored(), candidate: b.scored())
    #expect(record.rows.isEmpty && record.verdict == .undecided)
    #expect(
      record.notes == [
        "Only A has results of one.", "Only B has results of two.",
        "Neither a task nor a validation set is common to both.",
      ])
  }
}
