import Foundation
import OrderedJSON
import Statistics
import TestSupport
import Testing

@Suite("Paired statistics over samples that lm-eval wrote")
struct HarnessSamplesTests {
  private static let folder = Locations.fixtures.appendingPathComponent("lm-eval-results")

  /// A metric's value per document, in the order of the documents.
  private func values(_ model: String, _ task: String, _ metric: String) throws -> [Double] {
    let folder = Self.folder.appendingPathComponent(model)
    let name = try #require(
      FileManager.default.contentsOfDirectory(atPath: folder.path)
        .first { $0.hasPrefix("samples_\(task)_2") })
    let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    let lines = try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    let ordered = try lines.map { line in
      (try #require(line["doc_id"]?.integerValue), try #require(line[metric]?.doubleValue))
    }
    return ordered.sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func agrees(_ value: Double?, _ expected: JSONValue?, _ what: String) throws {
    let expected = try #require(expected?.doubleValue, "\(what)")
    let value = try #require(value, "\(what)")
    #expect(abs(value - expected) < 1e-9, "\(what): \(value), not \(expected)")
  }

  @Test("Differences, intervals, McNemar's and TOST's p are scipy's for every metric of 0 and 1")
  func answers() throws {
    let expected = try Fixture.json("lm-eval-results/expected.json")
    let reference = try #require(expected["reference"]?.stringValue)
    let candidate = try #require(expected["candidate"]?.stringValue)
    var seen = 0
    for task in try #require(expected["tasks"]?.objectValue).members {
      for metric in try #require(task.value["metrics"]?.objectValue).members {
        let golden = metric.value
        guard golden["kind"] == .string("0 or 1 per document") else { continue }
        seen += 1
        let what = "\(task.name), \(metric.name)"
        let a = try values(reference, task.name, metric.name)
        let b = try values(candidate, task.name, metric.name)
        let difference = PairedDifference(zip(a, b).map { $1 - $0 })
        try agrees(difference.mean, golden["mean_difference"], what)
        try agrees(difference.standardError, golden["stderr_difference"], what)
        let pairs = DiscordantPairs(
          onlyReference: zip(a, b).count { $0 > $1 }, onlyCandidate: zip(a, b).count { $0 < $1 },
          count: a.count)
        try agrees(pairs.exactPValue, golden["mcnemar_exact_p"], what)
        if difference.standardError == 0 {
          for margin in [0.01, 0.05] {
            try agrees(
              pairs.equivalencePValueWithoutDiscordance(margin: margin),
              golden["no_discordance_p_\(margin)"], what)
          }
        } else {
          let interval = try #require(golden["t95_difference"]?.arrayValue)
          try agrees(difference.interval()?.low, interval[0], what)
          try agrees(difference.interval()?.high, interval[1], what)
          try agrees(difference.pValue, golden["t_test_p"], what)
          for margin in [0.01, 0.05] {
            try agrees(
              difference.equivalencePValue(margin: margin), golden["tost_p_\(margin)"], what)
          }
        }
      }
    }
    #expect(seen == 6)
  }
}
