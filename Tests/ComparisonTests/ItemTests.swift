import Comparison
import OrderedJSON
import Records
import Testing

@Suite("Documents on which two models differ")
struct ItemTests {
  private func items(
    _ a: [TaskAnswers], _ b: [TaskAnswers], options: ComparisonOptions = .init()
  ) throws -> [ItemDifferenceRecord] {
    var (x, y) = (ModelResults(), ModelResults())
    (x.tasks, y.tasks) = (a, b)
    return try ModelComparison.items(
      reference: x.scored(), candidate: y.scored(), options: options)
  }

  @Test("Each comes with both models' log-likelihoods and the texts, in the order of documents")
  func listed() throws {
    let found = try items(
      [TaskAnswers("one", "acc", [1, 0, 1, 0]), TaskAnswers("two", "acc", [0, 0])],
      [TaskAnswers("one", "acc", [1, 1, 0, 0], shift: 0.5), TaskAnswers("two", "acc", [0, 1])])
    #expect(
      found == [
        ItemDifferenceRecord(
          task: "one", document: 1, metric: "acc", reference: 0, candidate: 1,
          context: "Question 1", target: "0", choices: [" yes", " no"],
          referenceLogLikelihoods: [-2, -2.5], candidateLogLikelihoods: [-1.5, -2]),
        ItemDifferenceRecord(
          task: "one", document: 2, metric: "acc", reference: 1, candidate: 0,
          context: "Question 2", target: "0", choices: [" yes", " no"],
          referenceLogLikelihoods: [-3, -2.5], candidateLogLikelihoods: [-2.5, -2]),
        ItemDifferenceRecord(
          task: "two", document: 1, metric: "acc", reference: 0, candidate: 1,
          context: "Question 1", target: "0", choices: [" yes", " no"],
          referenceLogLikelihoods: [-2, -2.5], candidateLogLikelihoods: [-2, -2.5]),
      ])
  }

  @Test("The metric that decides tells which, and tasks can be chosen")
  func chosen() throws {
    func both(_ acc: [Double], _ norm: [Double], _ name: String) -> TaskAnswers {
      var task = TaskAnswers(name, "acc", acc)
      task.metrics.append(.init(name: "acc_norm", values: norm.map { .double($0) }))
      return task
    }
    let a = [both([1, 0], [1, 1], "one"), both([1, 0], [1, 1], "two")]
    let b = [both([0, 0], [1, 0], "one"), both([0, 0], [1, 0], "two")]
    #expect(try items(a, b).map(\.document) == [1, 1])
    var options = ComparisonOptions()
    options.metric = "acc"
    options.tasks = ["two"]
    let found = try items(a, b, options: options)
    #expect(found.map(\.document) == [0] && found.map(\.task) == ["two"])
    #expect(try items(a, a).isEmpty)
  }

  @Test("The order of lines does not matter, and texts may be missing")
  func lines() throws {
    var task = TaskAnswers("one", "acc", [1, 0])
    task.change = { document, line in
      line["doc_id"] = .integer(1 - document)
      line["doc_hash"] = .string("document one \(1 - document)")
      for key in ["arguments", "target", "filtered_resps", "prompt_hash", "target_hash"] {
        line[key] = nil
      }
    }
    let found = try items([TaskAnswers("one", "acc", [1, 0])], [task])
    #expect(found.map(\.document) == [0, 1] && found.map(\.candidate) == [0, 1])
    #expect(
      try first(found).candidateLogLikelihoods.isEmpty && first(found).choices == [" yes", " no"])
    #expect(try first(items([task], [TaskAnswers("one", "acc", [1, 0])])).choices.isEmpty)
  }
}
