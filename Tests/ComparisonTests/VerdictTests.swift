import Comparison
import Foundation
import Records
import Statistics
import Testing

@Suite("Verdicts")
struct VerdictTests {
  /// Compares two models on one task of 0 and 1.
  private func compare(
    _ count: Int, onlyA: Int, onlyB: Int, shift: Double = 0.1, metric: String = "acc"
  ) throws -> ComparisonRecord {
    let (a, b) = answers(count, onlyA: onlyA, onlyB: onlyB)
    return try ModelComparison.compare(
      reference: ModelResults(TaskAnswers("task", metric, a)).scored(),
      candidate: ModelResults(TaskAnswers("task", metric, b, shift: shift)).scored())
  }

  @Test("A planted loss of 3 points on 3,000 documents is worse, beyond the margin")
  func plantedLoss() throws {
    let record = try compare(3000, onlyA: 150, onlyB: 60)
    let row = try #require(record.rows.first)
    #expect(abs(row.difference + 0.03) < 1e-12)
    #expect(row.verdict == .worse && record.verdict == .worse && record.isWorseBeyondMargin)
    #expect(row.onlyReference == 150 && row.onlyCandidate == 60)
    #expect(record.reasons == ["worse: task."])
    // The other way round it is a gain, and nothing to warn of.
    let gain = try compare(3000, onlyA: 60, onlyB: 150)
    #expect(gain.verdict == .better && !gain.isWorseBeyondMargin)
  }

  @Test(
    "One and the same model matches itself on any number of documents", arguments: [1, 2, 9, 40])
  func identical(count: Int) throws {
    for metric in ["acc", "acc_norm", "exact_match"] {
      let record = try compare(count, onlyA: 0, onlyB: 0, shift: 0, metric: metric)
      #expect(record.verdict == .matches && record.rows.count == 1)
      #expect(
        try first(record.rows).equivalencePValue == 0 && first(record.rows).smallestMargin == 0)
    }
  }

  @Test("Two models with equal answers match when 0.99ⁿ is below 0.05, from 299 documents on")
  func equalAnswers() throws {
    let few = try compare(298, onlyA: 0, onlyB: 0)
    #expect(few.verdict == .tooFewDocuments)
    #expect(try abs(try #require(first(few.rows).equivalencePValue) - pow(0.99, 298)) < 1e-12)
    #expect(
      try abs(try #require(first(few.rows).smallestMargin) - (1 - pow(0.05, 1.0 / 298))) < 1e-12)
    #expect(try compare(299, onlyA: 0, onlyB: 0).verdict == .matches)
  }

  @Test("Equal log-likelihoods with other answers are not one and the same model")
  func otherAnswers() throws {
    let record = try compare(40, onlyA: 3, onlyB: 3, shift: 0)
    let row = try first(record.rows)
    #expect(row.difference == 0 && row.verdict == .tooFewDocuments)
    #expect(row.interval != IntervalRecord(low: 0, high: 0))
  }

  @Test("Shares between 0 and 1 that do not differ need as many documents as answers do")
  func equalShares() throws {
    func compare(_ count: Int) throws -> ComparisonRecord {
      let values = (0..<count).map { Double($0 % 3) / 2 }
      return try ModelComparison.compare(
        reference: ModelResults(TaskAnswers("task", "share", values)).scored(),
        candidate: ModelResults(TaskAnswers("task", "share", values, shift: 1)).scored())
    }
    #expect(try compare(100).verdict == .tooFewDocuments)
    #expect(try compare(300).verdict == .matches)
  }

  @Test("A significant difference within the margin matches, and its sign shows in the interval")
  func smallDifference() throws {
    let record = try compare(4000, onlyA: 28, onlyB: 8)
    let row = try first(record.rows)
    #expect(row.verdict == .matches && record.verdict == .matches)
    #expect(try #require(row.interval).high < 0 && (try #require(row.pValue)) < 0.01)
  }

  @Test("Few documents with differences are too few, more are undecided")
  func undecided() throws {
    #expect(try compare(50, onlyA: 3, onlyB: 2).verdict == .tooFewDocuments)
    #expect(try compare(1000, onlyA: 17, onlyB: 12).verdict == .undecided)
  }

  @Test("Two to five documents that all differ the same way are too few, six are not")
  func allDiffer() throws {
    for count in 2...5 {
      let record = try compare(count, onlyA: count, onlyB: 0)
      #expect(
        try first(record.rows).verdict == .tooFewDocuments && record.verdict == .tooFewDocuments)
      #expect(try first(record.rows).interval == nil && !record.isWorseBeyondMargin)
    }
    #expect(try compare(6, onlyA: 6, onlyB: 0).verdict == .worse)
    #expect(try compare(1, onlyA: 1, onlyB: 0).verdict == .tooFewDocuments)
  }

  @Test("Values and errors are the documents', and intervals Wilson's")
  func sides() throws {
    let row = try first(compare(200, onlyA: 20, onlyB: 10).rows)
    let (a, _) = answers(200, onlyA: 20, onlyB: 10)
    let share = a.reduce(0, +) / 200
    #expect(row.reference.value == share)
    #expect(
      abs(try #require(row.reference.standardError) - (share * (1 - share) / 199).squareRoot())
        < 1e-12)
    let wilson = WilsonInterval(successes: Int(share * 200), count: 200)
    #expect(row.reference.interval == IntervalRecord(low: wilson.low, high: wilson.high))
  }

  // MARK: The rule for one row

  @Test(
    "One row's word follows from the equivalence test, the interval and the smallest margin",
    arguments: [
      (0.01, -0.005, -0.001, 0.002, true, Verdict.matches),
      (0.049, nil, nil, nil, true, .matches),
      (0.05, -0.02, 0.01, 0.009, true, .undecided),
      (0.9, 0.001, 0.02, 0.009, true, .better), (0.9, 0.001, 0.02, 0.009, false, .worse),
      (0.9, -0.02, -0.001, 0.009, true, .worse), (0.9, -0.02, -0.001, 0.009, false, .better),
      (0.9, 0, 0.02, 0.009, true, .undecided), (0.9, -0.02, 0, 0.009, true, .undecided),
      (0.9, -0.02, 0.02, 0.01, true, .tooFewDocuments),
      (0.9, -0.02, 0.02, nil, true, .tooFewDocuments), (nil, nil, nil, nil, true, .tooFewDocuments),
      (.nan, nil, nil, .nan, true, .undecided), (nil, 0.1, 0.2, nil, true, .better),
    ] as [(Double?, Double?, Double?, Double?, Bool, Verdict)])
  func word(
    p: Double?, low: Double?, high: Double?, smallest: Double?, higherIsBetter: Bool,
    expected: Verdict
  ) {
    let interval = low.flatMap { low in high.map { IntervalRecord(low: low, high: $0) } }
    #expect(
      VerdictRule.verdict(
        equivalencePValue: p, interval: interval, smallestMargin: smallest, margin: 0.01,
        higherIsBetter: higherIsBetter) == expected)
  }
}
