import OrderedJSON
import Statistics
import TestSupport
import Testing

@Suite("Paired statistics against scipy")
struct ReferenceTests {
  /// Paired answers of two models, and what scipy says of them.
  struct Case {
    let golden: JSONValue
    let a: [Double]
    let b: [Double]

    init(_ golden: JSONValue) throws {
      self.golden = golden
      a = try #require(golden["a"]?.arrayValue).map { try #require($0.doubleValue) }
      b = try #require(golden["b"]?.arrayValue).map { try #require($0.doubleValue) }
    }

    func agrees(_ value: Double?, _ key: String) throws {
      let expected = try #require(golden[key]?.doubleValue)
      let value = try #require(value)
      #expect(abs(value - expected) < 1e-9, "\(key): \(value), not \(expected)")
    }

    func agrees(_ low: Double?, _ high: Double?, _ key: String) throws {
      let expected = try #require(golden[key]?.arrayValue).map { try #require($0.doubleValue) }
      let (low, high) = (try #require(low), try #require(high))
      #expect(abs(low - expected[0]) < 1e-9 && abs(high - expected[1]) < 1e-9, "\(key)")
    }
  }

  let cases: [Case]

  init() throws {
    let reference = try Fixture.json("statistics/reference.json")
    cases = try #require(reference["cases"]?.arrayValue).map(Case.init)
    #expect(cases.count == 5)
  }

  @Test("Differences, their errors, intervals and equivalence tests agree to 1e-9")
  func differences() throws {
    for golden in cases {
      // The reference speaks of A − B.
      let difference = PairedDifference(zip(golden.a, golden.b).map { $0 - $1 })
      #expect(difference.count == golden.a.count)
      #expect(difference.degreesOfFreedom == Double(golden.a.count - 1))
      try golden.agrees(difference.mean, "mean_difference")
      try golden.agrees(difference.standardError, "stderr_difference")
      let interval = difference.interval()
      try golden.agrees(interval?.low, interval?.high, "t95_difference")
      let margin = try #require(golden.golden["tost_margin"]?.doubleValue)
      try golden.agrees(difference.equivalencePValue(margin: margin), "tost_p")

      let mirrored = PairedDifference(zip(golden.a, golden.b).map { $1 - $0 })
      try golden.agrees(-mirrored.mean, "mean_difference")
      try golden.agrees(mirrored.equivalencePValue(margin: margin), "tost_p")
    }
  }

  @Test("Discordant pairs and McNemar's exact p agree to 1e-9")
  func mcNemar() throws {
    for golden in cases {
      let pairs = zip(golden.a, golden.b)
      let discordance = DiscordantPairs(
        onlyReference: pairs.count { $0 > $1 }, onlyCandidate: pairs.count { $0 < $1 },
        count: golden.a.count)
      try golden.agrees(Double(discordance.onlyReference), "only_a_correct")
      try golden.agrees(Double(discordance.onlyCandidate), "only_b_correct")
      try golden.agrees(discordance.exactPValue, "mcnemar_exact_p")
    }
  }

  @Test("Accuracies, their errors and Wilson's intervals agree to 1e-9")
  func shares() throws {
    for golden in cases {
      let spread = try #require(SampleSpread(golden.a))
      try golden.agrees(spread.mean, "accuracy_a")
      try golden.agrees(spread.deviation / Double(spread.count).squareRoot(), "stderr_a")
      try golden.agrees(SampleSpread(golden.b)?.mean, "accuracy_b")
      let wilson = WilsonInterval(
        successes: Int(golden.a.reduce(0, +)), count: golden.a.count)
      try golden.agrees(wilson.low, wilson.high, "wilson95_a")
    }
    #expect(WilsonInterval(successes: 0, count: 10).low == 0)
    #expect(WilsonInterval(successes: 10, count: 10).high == 1)
  }
}
