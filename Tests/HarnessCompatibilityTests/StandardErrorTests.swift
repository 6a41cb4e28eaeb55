import OrderedJSON
import TestSupport
import Testing

@testable import HarnessCompatibility

@Suite("Aggregations and standard errors")
struct StandardErrorTests {
  let reference: JSONValue

  init() throws { reference = try Fixture.json("metrics/reference.json") }

  private func values(_ key: String) throws -> [MetricValue] {
    try #require(reference[key]?.arrayValue).map { value in
      if let pair = value.arrayValue {
        let gold = MetricValue.Gold(indices: [try #require(pair[0].integerValue)], isList: false)
        return .prediction(gold: gold, predicted: try #require(pair[1].integerValue))
      }
      return .number(try #require(value.doubleValue))
    }
  }

  @Test("Values and errors are lm-eval's, bootstraps included, for any number of threads")
  func statistics() throws {
    let cases = try #require(reference["statistics"]?.arrayValue)
    #expect(cases.count == 8)
    for golden in cases {
      let name = try #require(golden["aggregation"]?.stringValue)
      let aggregation = try #require(Aggregation(rawValue: name))
      let values = try values(#require(golden["values"]?.stringValue))
      let iterations = try #require(golden["iterations"]?.integerValue)
      let value = try #require(aggregation(values))
      let expected = try #require(golden["value"]?.doubleValue)
      #expect(abs(value - expected) <= 1e-9 * abs(expected), "\(name)")
      let expectedError = try #require(golden["stderr"]?.doubleValue)
      for threads in [1, 3] {
        let error = try #require(
          StandardError.of(aggregation, over: values, iterations: iterations, threads: threads))
        #expect(
          abs(error - expectedError) <= 1e-9 * expectedError,
          "\(name), \(iterations) iterations, \(threads) threads: \(error), not \(expectedError)")
      }
    }
  }

  @Test("One document has no standard error, and perplexities over words have none at all")
  func unavailable() {
    #expect(StandardError.of(.mean, over: [.number(1)]) == nil)
    #expect(StandardError.of(.perplexity, over: [.number(-1)]) == nil)
    let weighted = [MetricValue.weighted(sum: -3, weight: 2), .weighted(sum: -1, weight: 1)]
    #expect(StandardError.of(.weightedPerplexity, over: weighted) == nil)
    #expect(StandardError.of(.bitsPerByte, over: weighted) == nil)
  }

  @Test("Three classes have no F1 score")
  func threeClasses() throws {
    #expect(Aggregation.f1(try values("triples")) == nil)
    #expect(StandardError.of(.f1, over: try values("triples"), iterations: 100) == nil)
  }

  @Test("A NaN among the values is passed on, and left aside by nanmean")
  func notANumber() throws {
    let values = [MetricValue.number(1), .number(.nan), .number(2)]
    #expect(try #require(Aggregation.mean(values)).isNaN)
    #expect(Aggregation.nanmean(values) == 1.5)
    #expect(try #require(StandardError.of(.mean, over: values)).isNaN)
  }

  @Test("Groups are averaged by either formula as lm-eval does")
  func groups() throws {
    let group = try #require(reference["group"])
    func list(_ key: String) throws -> [Double] {
      try #require(group[key]?.arrayValue).map { try #require($0.doubleValue) }
    }
    let sizes = try list("sizes").map { Int($0) }
    let parts = zip(zip(try list("values"), try list("stderrs")), sizes).map {
      GroupAggregation.Part(value: $0.0, standardError: $0.1, size: $1)
    }
    func agrees(_ value: Double?, _ key: String) throws {
      let expected = try #require(group[key]?.doubleValue)
      #expect(abs(try #require(value) - expected) < 1e-12, "\(key)")
    }
    try agrees(GroupAggregation.mean(of: parts, weightBySize: true), "weighted")
    try agrees(GroupAggregation.mean(of: parts, weightBySize: false), "unweighted")
    try agrees(GroupAggregation.standardError(of: parts, formula: .pooled), "pooled")
    try agrees(GroupAggregation.standardError(of: parts, formula: .unweighted), "plain")
    #expect(GroupAggregation.formula(weightBySize: false, version: .v0_4_9_2) == .unweighted)
    #expect(GroupAggregation.formula(weightBySize: false, version: .v0_4_9_1) == .pooled)
    let gap = parts + [GroupAggregation.Part(value: 1, standardError: nil, size: 1)]
    #expect(GroupAggregation.standardError(of: gap, formula: .pooled) == nil)
  }
}
