import Comparison
import Foundation
import OrderedJSON
import Records
import Testing

@Suite("Groups of tasks")
struct GroupTests {
  /// Two tasks of 100 and 300 documents, with scores that differ.
  private func models() -> (a: ModelResults, b: ModelResults) {
    let small = answers(100, onlyA: 10, onlyB: 20, share: 0.2)
    let large = answers(300, onlyA: 40, onlyB: 10, share: 0.8)
    return (
      ModelResults(TaskAnswers("small", "acc", small.a), TaskAnswers("large", "acc", large.a)),
      ModelResults(
        TaskAnswers("small", "acc", small.b, shift: 1),
        TaskAnswers("large", "acc", large.b, shift: 1))
    )
  }

  private func mean(_ task: TaskAnswers) -> Double {
    let values = task.metrics[0].values.compactMap(\.doubleValue)
    return values.reduce(0, +) / Double(values.count)
  }

  private func compare(
    _ groups: [(name: String, members: [String])], value: Double? = nil,
    change: (inout ModelResults) -> Void = { _ in }
  ) throws -> [DifferenceRecord] {
    var (a, b) = models()
    for index in 0...1 {
      var model = index == 0 ? a : b
      model.groups = groups
      if let value { model.groupValues = [(groups[0].name, "acc", value)] }
      change(&model)
      if index == 0 { a = model } else { b = model }
    }
    return try ModelComparison.compare(reference: a.scored(), candidate: b.scored()).rows
      .filter { $0.kind == .group }
  }

  @Test("A plain group is the mean of its tasks, with independent errors")
  func plain() throws {
    let (a, b) = models()
    let plain = (mean(a.tasks[0]) + mean(a.tasks[1])) / 2
    for value in [nil, plain] {
      let rows = try compare([("group", ["small", "large"])], value: value)
      let row = try #require(rows.first)
      #expect(rows.count == 1 && row.name == "group" && !row.isDeciding && row.count == 400)
      #expect(abs(row.reference.value - plain) < 1e-12)
      #expect(
        abs(row.candidate.value - (mean(b.tasks[0]) + mean(b.tasks[1])) / 2) < 1e-12)
      // Means of ±: 0.1 and −0.1; errors √((30 − 100·0.01)/99/100), √((50 − 300·0.01)/299/300).
      #expect(abs(row.difference) < 1e-12)
      let (e1, e2) = ((29.0 / 99 / 100), (47.0 / 299 / 300))
      #expect(abs(try #require(row.standardError) - (e1 + e2).squareRoot() / 2) < 1e-12)
      #expect(row.metric == "acc" && row.higherIsBetter && row.test == "t")
    }
  }

  @Test("A group weighted by size is recognised by its own value")
  func weighted() throws {
    let (a, _) = models()
    let bySize = (100 * mean(a.tasks[0]) + 300 * mean(a.tasks[1])) / 400
    let row = try #require(compare([("group", ["small", "large"])], value: bySize).first)
    #expect(abs(row.reference.value - bySize) < 1e-12)
    #expect(abs(row.difference - (0.1 * 100 - 0.1 * 300) / 400) < 1e-12)
    let (e1, e2) = ((29.0 / 99 / 100) / 16, (47.0 / 299 / 300) * 9 / 16)
    #expect(abs(try #require(row.standardError) - (e1 + e2).squareRoot()) < 1e-12)
  }

  @Test("Groups in groups are the mean of all tasks below, each counted once")
  func nested() throws {
    let rows = try compare([
      ("outer", ["inner", "large", "inner"]), ("inner", ["small", "large"]),
    ])
    #expect(rows.map(\.name) == ["outer", "inner"])
    #expect(try first(rows).difference == rows[1].difference && first(rows).count == 400)
  }

  @Test("A group that names itself, or a circle of groups, ends")
  func circles() throws {
    #expect(try compare([("group", ["group", "small", "large"])]).map(\.count) == [400])
    let rows = try compare([("one", ["two", "small"]), ("two", ["one", "large"])])
    #expect(rows.map(\.count) == [400, 400])
    #expect(try compare([("group", ["group"])]).isEmpty)
  }

  @Test("A group with a task that is not compared, or with one task, has no row")
  func incomplete() throws {
    #expect(try compare([("group", ["small", "large", "missing"])]).isEmpty)
    #expect(try compare([("group", ["small"])]).isEmpty)
    #expect(try compare([("group", [])]).isEmpty)
  }

  @Test("Metrics of different directions have no mean, and of losses lower is better")
  func directions() throws {
    let rows = try compare([("group", ["small", "large"])]) { model in
      model.tasks[0].metrics[0].higherIsBetter = false
    }
    #expect(rows.isEmpty)
    let lower = try compare([("group", ["small", "large"])]) { model in
      for index in 0...1 { model.tasks[index].metrics[0].higherIsBetter = false }
    }
    #expect(lower.map(\.higherIsBetter) == [false])
  }

  @Test("Tasks whose deciding metrics have other names give a mean of metrics")
  func otherNames() throws {
    let rows = try compare([("group", ["small", "large"])]) { model in
      model.tasks[0].metrics[0].name = "acc_norm"
    }
    #expect(rows.map(\.metric) == ["mean of metrics"])
  }

  @Test("A chain of two thousand groups takes no time, and more are refused")
  func chain() throws {
    func chain(_ count: Int) -> [(name: String, members: [String])] {
      (0..<count).map { ("\($0)", $0 == count - 1 ? ["small", "large"] : ["\($0 + 1)"]) }
    }
    #expect(try compare(chain(2000)).count == 2000)
    let error = #expect(throws: ResultsError.self) { try compare(chain(2001)) }
    #expect(error.map { "\($0)" }?.contains("it has 2001 groups, more than there are") == true)
  }
}
