import Comparison
import Foundation
import OrderedJSON
import Records
import Statistics
import Testing

/// A data set of `validation.json`.
func lossSet(_ name: String, _ losses: [Double?], digest: String? = nil) -> JSONValue {
  [
    "name": .string(name), "seen": true, "sha256": .string(digest ?? "digest of \(name)"),
    "sequence_length": 8, "tokens": .integer(8 * losses.count), "bytes": nil,
    "loss": losses.contains(nil)
      ? nil : .double(losses.compactMap(\.self).reduce(0, +) / Double(losses.count)),
    "sequence_losses": .array(losses.map { loss in loss.map { .double($0) } ?? .null }),
  ]
}

/// A whole `validation.json`.
func validation(_ sets: [JSONValue], format: JSONValue = 1) -> JSONValue {
  ["format": format, "step": 7, "data_sets": .array(sets)]
}

@Suite("Validation losses")
struct LossTests {
  private func compare(_ a: JSONValue?, _ b: JSONValue?) throws -> ComparisonRecord {
    var (x, y) = (ModelResults(), ModelResults())
    (x.validation, y.validation) = (a, b)
    return try ModelComparison.compare(reference: x.scored(), candidate: y.scored())
  }

  @Test("They are paired by sequence, per data set and on average")
  func paired() throws {
    let (a1, b1) = ([3.0, 3.5, 2.5, 3.25], [3.01, 3.4, 2.75, 3.25])
    let (a2, b2) = ([4.0, 4.5, 4.25], [3.5, 4.25, 3.75])
    let record = try compare(
      validation([lossSet("one", a1), lossSet("two", a2)]),
      // The order of the file is not that of the plan.
      validation([lossSet("two", b2), lossSet("one", b1)]))
    #expect(record.rows.map(\.name) == ["one", "two", "average"])
    #expect(record.rows.map(\.kind) == [.loss, .loss, .lossAverage])
    #expect(record.rows.map(\.isDeciding) == [true, true, false])
    let parts = [
      PairedDifference(zip(a1, b1).map { $1 - $0 }), PairedDifference(zip(a2, b2).map { $1 - $0 }),
    ]
    let average = try #require(PairedDifference.average(parts))
    for (row, expected) in zip(record.rows, parts + [average]) {
      #expect(abs(row.difference - expected.mean) < 1e-12)
      #expect(row.standardError == expected.standardError && row.pValue == expected.pValue)
      #expect(row.equivalencePValue == expected.equivalencePValue(margin: 0.02))
      #expect(row.margin == 0.02 && !row.higherIsBetter && row.metric == "validation_loss")
      #expect(row.count == expected.count && row.test == "t" && row.adjustedPValue == nil)
    }
    #expect(try first(record.rows).reference.value == 3.0625)
    #expect(record.rows[1].verdict == .better)
  }

  @Test("The same losses match, one sequence alone too", arguments: [1, 2, 30])
  func identical(count: Int) throws {
    let losses = (0..<count).map { 3 + Double($0) }
    let file = validation([lossSet("one", losses), lossSet("two", losses)])
    let record = try compare(file, file)
    #expect(record.verdict == .matches && record.rows.count == 3)
    for row in record.rows { #expect(row.verdict == .matches && row.difference == 0) }
  }

  @Test("One sequence that differs is too few")
  func single() throws {
    let record = try compare(
      validation([lossSet("one", [3])]), validation([lossSet("one", [3.001])]))
    #expect(try record.verdict == .tooFewDocuments && first(record.rows).interval == nil)
  }

  @Test("A loss of B that is not finite is worse, one of A decides nothing, and a note says why")
  func notFinite() throws {
    for (a, b, verdict) in [
      ([3, nil, 3], [3, 3, 3], .undecided), ([3, 3, 3], [3, nil, 3], .worse),
      ([nil], [nil], .undecided),
    ] as [([Double?], [Double?], Verdict)] {
      let record = try compare(validation([lossSet("one", a)]), validation([lossSet("one", b)]))
      #expect(try first(record.rows).verdict == verdict && record.verdict == verdict)
      #expect(record.isWorseBeyondMargin == (verdict == .worse))
      #expect(record.notes.contains { $0.contains("not a finite number everywhere") })
    }
  }

  @Test("Other sequences and other numbers of them are refused, all at once")
  func refused() throws {
    let a = validation([
      lossSet("one", [3, 3], digest: "aaaaaaaaaaaaaaaa"), lossSet("two", [3, 3]),
      lossSet("three", [3, 3]),
    ])
    let b = validation([
      lossSet("one", [3, 3], digest: "bbbbbbbbbbbbbbbb"), lossSet("two", [3, 3, 3]),
      lossSet("three", [3, 3]),
    ])
    let error = try #require(throws: ComparisonError.self) { try compare(a, b) }
    #expect(
      error.problems == [
        "The validation losses on one are over other sequences (SHA-256 aaaaaaaaaaaa… and "
          + "bbbbbbbbbbbb…).",
        "The validation losses on two are over 2 sequences of A and 3 of B. Measure both with the "
          + "same validation_tokens.",
      ])
  }

  @Test("Data sets of one side are named")
  func oneSided() throws {
    let record = try compare(
      validation([lossSet("one", [3, 3]), lossSet("two", [3, 3])]),
      validation([lossSet("one", [3, 3]), lossSet("three", [3, 3])]))
    #expect(record.rows.map(\.name) == ["one"])
    #expect(
      record.notes == [
        "Only A has validation losses on two.", "Only B has validation losses on three.",
      ])
  }

  @Test("Where tasks are chosen, losses are left out")
  func tasksAlone() throws {
    var results = ModelResults(TaskAnswers("task", "acc", [1, 0]))
    results.validation = validation([lossSet("one", [3, 3])])
    var options = ComparisonOptions()
    options.tasks = ["task"]
    let scored = try results.scored()
    let record = try ModelComparison.compare(
      reference: scored, candidate: scored, options: options)
    #expect(record.rows.map(\.name) == ["task"] && record.notes.isEmpty)
  }

  @Test(
    "A file of another shape is refused with what is wrong",
    arguments: [
      (validation([], format: 2), "is of version 2, and this cpteval reads up to version 1"),
      (validation([], format: 0), "there is no format 0"),
      (validation([], format: "1"), "format is missing or not an integer"),
      (["format": 1], "data_sets is missing or not an array"),
      ([], "it is an array, not an object"),
      (validation([["name": "one"]]), "a data set lacks name, sha256 or sequence_losses"),
      (validation([lossSet("one", [])]), "a data set lacks name, sha256 or sequence_losses"),
      (validation([lossSet("one", [1]), lossSet("one", [1])]), "the data set one occurs twice"),
      (validation(Array(repeating: 1, count: 1001)), "it has 1001 data sets, more than any plan"),
    ] as [(JSONValue, String)])
  func malformed(file: JSONValue, problem: String) throws {
    let error = try #require(throws: ResultsError.self) { try compare(file, file) }
    #expect("\(error)".contains(problem), "\(error)")
  }
}
