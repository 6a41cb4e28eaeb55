import HarnessCompatibility
import OrderedJSON
import TestSupport
import Testing

@testable import EvaluationTasks

@Suite("Few-shot samplers against lm-eval's")
struct FewshotSamplerTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let json: JSONValue
    var testDescription: String {
      let excludes = json["excludes"] == true ? ", not the document asked" : ""
      return "\(json["sampler"]?.stringValue ?? ""): \(json["count"]?.integerValue ?? 0) of "
        + "\(json["pool"]?.arrayValue?.count ?? 0)\(excludes)"
    }
  }

  static let cases: [Case] =
    ((try? Fixture.json("fewshot/reference.json").arrayValue) ?? []).map { Case(json: $0) }

  /// A row that two orders of its fields leave equal to another with the same number.
  private func fields(_ number: JSONValue, reversed: Bool = false) -> PythonDictionary {
    let entries = [
      (PythonValue.string("n"), PythonValue(number)), (PythonValue.string("at"), .none),
    ]
    return PythonDictionary(reversed ? entries.reversed() : entries)
  }

  @Test("The same examples in the same order", arguments: cases)
  func agrees(_ test: Case) throws {
    let json = test.json
    let kind = try #require(
      FewshotDefinition.Sampler(rawValue: json["sampler"]?.stringValue ?? ""))
    let pool = try #require(json["pool"]?.arrayValue).map { number in
      DataRow(fields: fields(number), file: "pool", line: 1)
    }
    var sampler = FewshotSampler(
      kind, pool: pool, seed: try #require(json["seed"]?.integerValue))
    let evaluated = try #require(json["evaluated"]?.arrayValue)
    for (number, expected) in zip(evaluated, try #require(json["draws"]?.arrayValue)) {
      let drawn = sampler.draw(
        try #require(json["count"]?.integerValue),
        excluding: json["excludes"] == true ? fields(number, reversed: true) : nil)
      let numbers = drawn.map { rows in JSONValue.array(rows.map { $0.fields["n"]?.json ?? nil }) }
      #expect((numbers ?? .null) == expected)
    }
  }

  @Test("The reference is there")
  func referenceIsRead() { #expect(Self.cases.count > 80) }
}
