import Files
import HarnessCompatibility
import OrderedJSON
import Records
import Testing

@testable import EvaluationTasks
@testable import Scoring

@Suite("Scores without some documents")
struct ExclusionTests {
  private let result: EvaluationResult
  private let whole: TaskOutcome

  init() throws {
    result = try EvaluationResultTests().result
    whole = try #require(result.outcomes.first)
  }

  private func list(_ documents: [Int: String?]) -> ExcludedDocuments {
    var list = ExcludedDocuments()
    list.tasks[whole.task.name] = documents
    return list
  }

  private func hash(_ document: Int) -> String {
    SHA256Digest(of: whole.task.documents[document].fields.serialized(indent: 2)).hex
  }

  @Test("Metrics are over the documents that are left, and all others stay as they were")
  func leavesOut() throws {
    var rest = result
    try rest.addResults(without: list([1: hash(1), 4: nil, 99: nil]))
    let record = try #require(rest.record.withoutListed?.first)
    #expect(rest.record.withoutListed?.count == 1 && record.name == whole.task.name)
    #expect(record.documents == whole.documents.count - 2)
    for (metric, before) in zip(record.metrics, whole.summaries) {
      let index = try #require(
        whole.task.plan.metrics.firstIndex { $0.name == before.metric.name })
      let values = [0, 2, 3, 5].compactMap { whole.documents[$0].values[index] }
      #expect(metric.name == before.metric.name && metric.count == 4)
      #expect(metric.value == before.metric.aggregation(values))
    }
    var expected = rest.record
    expected.withoutListed = nil
    #expect(expected == result.record)
    let json = try rest.json(logsSamples: false)["cpteval"]
    #expect(json?["tasks_without_contaminated"]?.arrayValue?.count == 1)
    #expect(try result.json(logsSamples: false)["cpteval"]?["tasks_without_contaminated"] == nil)
  }

  @Test("A list without documents of these tasks adds no rows")
  func addsNothing() throws {
    var rest = result
    try rest.addResults(without: list([:]))
    #expect(rest.record.withoutListed == [])
  }

  @Test("A document with another hash than the list's is refused, before scoring as well")
  func refusesOthers() throws {
    let wrong = list([1: hash(2)])
    let error = ExclusionError(task: whole.task.name, document: 1)
    var rest = result
    #expect(throws: error) { try rest.addResults(without: wrong) }
    let tasks = ScoringTasks(tasks: [whole.task])
    #expect(throws: error) { try tasks.check(wrong) }
    try tasks.check(list([1: hash(1)]))
  }
}
