import Comparison
import Foundation
import OrderedJSON
import Records
import TestSupport
import Testing

@Suite("Results that lm-eval itself wrote")
struct HarnessFoldersTests {
  private static let folder = Locations.fixtures.appendingPathComponent("lm-eval-results")

  private static func results(_ name: String) throws -> ScoredResults {
    try ScoredResults(path: folder.appendingPathComponent(name).path)
  }

  private func agrees(_ value: Double?, _ expected: JSONValue?, _ what: String) throws {
    let expected = try #require(expected?.doubleValue, "\(what)")
    let value = try #require(value, "\(what)")
    #expect(abs(value - expected) < 1e-9, "\(what): \(value), not \(expected)")
  }

  private func row(
    _ record: ComparisonRecord, _ task: String, _ metric: String
  ) throws -> DifferenceRecord {
    try #require(
      record.rows.first { $0.name == task && $0.metric == metric }, "\(task), \(metric)")
  }

  @Test(
    "Differences, errors, intervals, McNemar's and TOST's p are scipy's", arguments: [0.01, 0.05])
  func answersOfZeroAndOne(margin: Double) throws {
    var options = ComparisonOptions()
    options.margin = margin
    let record = try ModelComparison.compare(
      reference: Self.results("tiny-neox"), candidate: Self.results("tiny-neox-sequential"),
      options: options)
    let expected = try Fixture.json("lm-eval-results/expected.json")
    var seen = 0
    for task in try #require(expected["tasks"]?.objectValue).members {
      for metric in try #require(task.value["metrics"]?.objectValue).members {
        let golden = metric.value
        guard golden["kind"] == .string("0 or 1 per document") else { continue }
        seen += 1
        let what = "\(task.name), \(metric.name)"
        let row = try row(record, task.name, metric.name)
        #expect(row.count == task.value["count"]?.integerValue)
        #expect(row.test == "mcnemar" && row.kind == .task && row.margin == margin)
        try agrees(row.reference.value, golden["reference"], what)
        try agrees(row.candidate.value, golden["candidate"], what)
        try agrees(row.difference, golden["mean_difference"], what)
        try agrees(row.standardError, golden["stderr_difference"], what)
        try agrees(row.pValue, golden["mcnemar_exact_p"], what)
        #expect(row.onlyReference == golden["only_reference_correct"]?.integerValue)
        #expect(row.onlyCandidate == golden["only_candidate_correct"]?.integerValue)
        if golden["tost_p_\(margin)"]?.isNull == true {
          try agrees(row.equivalencePValue, golden["no_discordance_p_\(margin)"], what)
          #expect(row.verdict == .tooFewDocuments)
        } else {
          try agrees(row.equivalencePValue, golden["tost_p_\(margin)"], what)
          let ends = try #require(golden["t95_difference"]?.arrayValue)
          try agrees(row.interval?.low, ends[0], what)
          try agrees(row.interval?.high, ends[1], what)
        }
      }
    }
    #expect(seen == 6)
  }

  @Test("Perplexities are compared by the documents' log-likelihoods, as scipy has them")
  func logLikelihoods() throws {
    let record = try ModelComparison.compare(
      reference: Self.results("tiny-neox"), candidate: Self.results("tiny-neox-sequential"))
    let expected = try Fixture.json("lm-eval-results/expected.json")["tasks"]
    let solution = expected?["solution_mini"]?["metrics"]?["perplexity"]
    let golden = try #require(solution?["log_likelihood"])
    let row = try row(record, "solution_mini", "log(perplexity)")
    #expect(!row.higherIsBetter && row.margin == ComparisonOptions.standardLossMargin)
    // A loss is minus a log-likelihood, so differences and ends of intervals change signs.
    try agrees(-row.difference, golden["mean_difference"], "difference")
    try agrees(row.standardError, golden["stderr_difference"], "error")
    let ends = try #require(golden["t95_difference"]?.arrayValue)
    try agrees(row.interval.map { -$0.high }, ends[0], "low")
    try agrees(row.interval.map { -$0.low }, ends[1], "high")
    for (side, name) in [(row.reference, "reference"), (row.candidate, "candidate")] {
      let value = try #require(solution?[name]?.doubleValue)
      #expect(abs(side.value - log(value)) < 1e-9)
    }
  }

  @Test("Perplexities per word and byte are those of the results file, by their logarithms")
  func ratios() throws {
    let record = try ModelComparison.compare(
      reference: Self.results("tiny-neox"), candidate: Self.results("tiny-neox-sequential"))
    let expected = try Fixture.json("lm-eval-results/expected.json")["tasks"]?["text_mini"]
    for name in ["word_perplexity", "byte_perplexity", "bits_per_byte"] {
      let golden = try #require(expected?["metrics"]?[name])
      let isBits = name == "bits_per_byte"
      let row = try row(record, "text_mini", isBits ? name : "log(\(name))")
      for (side, model) in [(row.reference, "reference"), (row.candidate, "candidate")] {
        let value = try #require(golden[model]?.doubleValue)
        #expect(abs(side.value - (isBits ? value : log(value))) < 1e-9, "\(name) \(model)")
      }
      #expect(abs(row.difference - (row.candidate.value - row.reference.value)) < 1e-9)
      #expect(!row.higherIsBetter)
    }
    // By hand: D = Σd/Σw, residuals (dᵢ − D·wᵢ)/w̄, error = √(Σ r²/(n − 1)/n).
    let words = try row(record, "text_mini", "log(word_perplexity)")
    func parts(_ model: String) throws -> [(sum: Double, weight: Double)] {
      let folder = Self.folder.appendingPathComponent(model)
      let name = try #require(
        FileManager.default.contentsOfDirectory(atPath: folder.path)
          .first { $0.hasPrefix("samples_text_mini") })
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      return try text.split(separator: "\n").map { line in
        let pair = try #require(JSONValue(parsing: String(line))["word_perplexity"]?.arrayValue)
        return (try #require(pair[0].doubleValue), try #require(pair[1].doubleValue))
      }
    }
    let (a, b) = (try parts("tiny-neox"), try parts("tiny-neox-sequential"))
    let differences = zip(a, b).map { $0.sum - $1.sum }
    let weight = a.reduce(0) { $0 + $1.weight }
    let ratio = differences.reduce(0, +) / weight
    let residuals = zip(differences, a).map { ($0 - ratio * $1.weight) / (weight / 4) }
    let error = (residuals.reduce(0) { $0 + $1 * $1 } / 3 / 4).squareRoot()
    #expect(abs(words.difference - ratio) < 1e-12)
    #expect(abs(try #require(words.standardError) - error) < 1e-12)
    // t₀.₉₇₅ of 3 degrees of freedom.
    let half = 3.182446305284263 * error
    #expect(abs(try #require(words.interval).low - (ratio - half)) < 1e-9)
  }

  @Test("The other order changes signs and nothing else")
  func swapped() throws {
    let (a, b) = (try Self.results("tiny-neox"), try Self.results("tiny-neox-sequential"))
    let forth = try ModelComparison.compare(reference: a, candidate: b)
    let back = try ModelComparison.compare(reference: b, candidate: a)
    #expect(forth.rows.count == 10 && back.rows.count == 10)
    for (x, y) in zip(forth.rows, back.rows) {
      let what = "\(x.name), \(x.metric)"
      #expect(x.name == y.name && x.metric == y.metric && x.isDeciding == y.isDeciding)
      #expect(x.reference.value == y.candidate.value && x.candidate.value == y.reference.value)
      #expect(abs(x.difference + y.difference) < 1e-12, "\(what)")
      #expect(x.onlyReference == y.onlyCandidate && x.onlyCandidate == y.onlyReference)
      if x.test == "mcnemar" { #expect(x.pValue == y.pValue, "\(what)") }
      let (p, q) = (x.equivalencePValue, y.equivalencePValue)
      #expect(abs(try #require(p) - (try #require(q))) < 1e-12, "\(what)")
      if let one = x.interval, let other = y.interval {
        #expect(abs(one.low + other.high) < 1e-12 && abs(one.high + other.low) < 1e-12, "\(what)")
      }
    }
  }

  @Test("One model's files by lm-eval 0.4.9.1 and 0.4.13 match everywhere, few as documents are")
  func olderFiles() throws {
    let (old, new) = (try Self.results("tiny-neox-0.4.9.1"), try Self.results("tiny-neox"))
    for (a, b) in [(old, new), (new, old)] {
      let record = try ModelComparison.compare(reference: a, candidate: b)
      #expect(record.verdict == .matches && !record.isWorseBeyondMargin)
      #expect(record.rows.count == 7)
      for row in record.rows {
        #expect(row.verdict == .matches && row.difference == 0, "\(row.name), \(row.metric)")
        #expect(row.pValue == 1)
      }
    }
    let record = try ModelComparison.compare(reference: new, candidate: old)
    #expect(record.notes == ["Only A has results of arc_mini, piqa_mini_de_acc."])
    #expect(record.reference.program == "lm-eval 0.4.13")
  }
}
