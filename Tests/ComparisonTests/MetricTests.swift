import Comparison
import Foundation
import OrderedJSON
import Records
import Testing

@Suite("Metrics of every shape")
struct MetricTests {
  private func compare(
    _ a: [TaskAnswers], _ b: [TaskAnswers], options: ComparisonOptions = .init()
  ) throws -> ComparisonRecord {
    var (x, y) = (ModelResults(), ModelResults())
    (x.tasks, y.tasks) = (a, b)
    return try ModelComparison.compare(
      reference: x.scored(), candidate: y.scored(), options: options)
  }

  /// `[gold, predicted]` of so many documents; every so many-th prediction is wrong.
  private func predictions(_ count: Int, wrong: Int) -> [JSONValue] {
    (0..<count).map { document in
      let gold = document % 2
      let isWrong = document % wrong == wrong - 1
      return [.integer(gold), .integer(isWrong ? 1 - gold : gold)]
    }
  }

  /// F1 of class 1, by hand.
  private func f1(_ values: [JSONValue]) -> Double {
    let pairs = values.compactMap { pair in pair.arrayValue?.compactMap(\.integerValue) }
    let hits = pairs.count { $0 == [1, 1] }
    let misses = pairs.count { $0[0] != $0[1] }
    return Double(2 * hits) / Double(2 * hits + misses)
  }

  @Test("F1 and the Matthews correlation are compared by bootstrap, over classes")
  func predictions() throws {
    let (a, b) = (predictions(90, wrong: 9), predictions(90, wrong: 3))
    let record = try compare(
      [TaskAnswers("task", "f1", values: a, total: f1(a), aggregation: "f1")],
      [TaskAnswers("task", "f1", values: b, total: f1(b), aggregation: "f1", shift: 1)])
    let row = try first(record.rows)
    #expect(row.reference.value == f1(a) && row.candidate.value == f1(b))
    #expect(row.test == "bootstrap" && row.intervalMethod == "bootstrap")
    #expect(row.verdict == .worse && row.isDeciding && row.standardError == nil)
    // 80 of 90 right, both classes alike: (40·40 − 5·5)/45² = 7/9; and of 60: 1/3.
    let correlations = try compare(
      [TaskAnswers("task", "mcc", values: a, total: 7.0 / 9, aggregation: "matthews_corrcoef")],
      [
        TaskAnswers(
          "task", "mcc", values: b, total: 1.0 / 3, aggregation: "matthews_corrcoef", shift: 1)
      ])
    #expect(try abs(first(correlations.rows).reference.value - 7.0 / 9) < 1e-12)
    #expect(try abs(first(correlations.rows).difference + 4.0 / 9) < 1e-12)
    #expect(correlations.verdict == .worse)
  }

  @Test("Below 30 documents a bootstrap says nothing, and equal predictions need 299")
  func fewPredictions() throws {
    func compare(_ count: Int, _ wrongA: Int, _ wrongB: Int) throws -> DifferenceRecord {
      let (a, b) = (predictions(count, wrong: wrongA), predictions(count, wrong: wrongB))
      return try first(
        self.compare(
          [TaskAnswers("task", "f1", values: a, total: f1(a))],
          [TaskAnswers("task", "f1", values: b, total: f1(b), shift: 1)]
        ).rows)
    }
    let few = try compare(29, 9, 2)
    #expect(few.verdict == .tooFewDocuments && few.interval == nil && few.pValue == nil)
    #expect(try compare(30, 9, 2).interval != nil)
    #expect(try compare(100, 9, 9).verdict == .tooFewDocuments)
    #expect(try compare(300, 9, 9).verdict == .matches)
  }

  @Test("Classes as lists with one member are read as lm-eval writes them")
  func listedClasses() throws {
    let values: [JSONValue] = predictions(40, wrong: 4).map {
      [.array([$0.arrayValue?[0] ?? 0]), $0.arrayValue?[1] ?? 0]
    }
    let total = f1(predictions(40, wrong: 4))
    let task = TaskAnswers("task", "f1", values: values, total: total)
    let record = try compare([task], [task])
    #expect(try record.verdict == .matches && first(record.rows).reference.value == total)
  }

  @Test("Classes beyond what any task has are no predictions, for their table would be huge")
  func manyClasses() throws {
    for (last, isCompared) in [(255, true), (256, false), (9999, false)] {
      for pair in [[.integer(last), 0], [0, .integer(last)]] as [JSONValue] {
        let values = predictions(30, wrong: 30) + [pair]
        var task = TaskAnswers("task", "mcc", values: values, total: 0)
        task.metrics[0].values.append(.null)
        // A lost line keeps the samples from being held against the total.
        task.change = { document, line in if document == 31 { line["doc_id"] = nil } }
        var options = ComparisonOptions()
        options.bootstrapIterations = 20
        let record = try compare([task], [task], options: options)
        #expect(record.rows.isEmpty != isCompared, "\(last)")
      }
    }
  }

  @Test("The Brier score is compared by its documents, lower is better")
  func brier() throws {
    func task(_ right: Double, shift: Double) -> TaskAnswers {
      let values: [JSONValue] = (0..<60).map { document in
        let p = right - Double(document % 5) / 50
        return [0, [.double(p), .double(1 - p)]]
      }
      let scores = (0..<60).map { document -> Double in
        let p = right - Double(document % 5) / 50
        return 2 * (1 - p) * (1 - p)
      }
      return TaskAnswers(
        "task", "brier_score", values: values, total: scores.reduce(0, +) / 60,
        aggregation: "brier_score", shift: shift)
    }
    let row = try first(compare([task(0.9, shift: 0)], [task(0.7, shift: 1)]).rows)
    #expect(!row.higherIsBetter && row.verdict == .worse && row.difference > 0.1)
    #expect(row.test == "bootstrap" && row.intervalMethod == "t" && row.margin == 0.01)
  }

  @Test("Likelihoods are compared by the right choice's, in nats, higher is better")
  func likelihood() throws {
    func task(_ value: Double, shift: Double) -> TaskAnswers {
      let values: [JSONValue] = (0..<40).map { document in
        [1, [-9, .double(value - Double(document % 7) / 10)]]
      }
      let total = (0..<40).reduce(0.0) { $0 + value - Double($1 % 7) / 10 } / 40
      return TaskAnswers(
        "task", "likelihood", values: values, total: total, shift: shift)
    }
    let row = try first(compare([task(-2, shift: 0)], [task(-1.5, shift: 1)]).rows)
    #expect(abs(row.difference - 0.5) < 1e-12 && row.higherIsBetter && row.verdict == .better)
    #expect(row.margin == ComparisonOptions.standardLossMargin)
  }

  @Test("Perplexities are compared by their logarithms, and a higher one is worse")
  func perplexities() throws {
    func plain(_ shift: Double) -> TaskAnswers {
      let values = (0..<40).map { -3 - Double($0 % 4) / 10 - shift }
      var task = TaskAnswers("plain", "perplexity", values, shift: shift)
      task.metrics[0].total = exp(-values.reduce(0, +) / 40)
      task.metrics[0].aggregation = "perplexity"
      // A file that has the direction wrong does not turn the verdict round.
      task.metrics[0].higherIsBetter = true
      return task
    }
    func words(_ shift: Double) -> TaskAnswers {
      let sums = (0..<40).map { -100 - Double($0) - shift * (100 + Double($0 % 3)) }
      let values: [JSONValue] = sums.enumerated().map { [.double($1), .integer(40 + $0)] }
      let weight = Double((0..<40).reduce(0) { $0 + 40 + $1 })
      return TaskAnswers(
        "words", "word_perplexity", values: values, total: exp(-sums.reduce(0, +) / weight),
        aggregation: "weighted_perplexity", shift: shift)
    }
    let record = try compare([plain(0), words(0)], [plain(0.25), words(0.25)])
    #expect(record.rows.map(\.metric) == ["log(perplexity)", "log(word_perplexity)"])
    for row in record.rows {
      #expect(row.verdict == .worse && !row.higherIsBetter && row.margin == 0.02)
    }
    #expect(try abs(first(record.rows).difference - 0.25) < 1e-12)
    #expect(record.isWorseBeyondMargin)
  }

  @Test("Few documents of a loss are tested by t, not by resampling four of them")
  func fewLosses() throws {
    func task(_ values: [Double], shift: Double) -> TaskAnswers {
      var task = TaskAnswers("task", "perplexity", values, shift: shift)
      task.metrics[0].total = exp(-values.reduce(0, +) / Double(values.count))
      return task
    }
    let row = try first(
      compare(
        [task([-3, -4, -5, -6], shift: 0)], [task([-3.1, -4.5, -5.9, -6.1], shift: 1)]
      ).rows)
    #expect(row.test == "t" && row.bootstrapInterval == nil)
    // Of 4 documents that all differ the same way resampling would say 0.0002.
    #expect(try #require(row.pValue) > 0.05)
  }

  @Test("Scores of B that are no numbers are worse than any, and nothing falls over")
  func notNumbers() throws {
    for broken in [JSONValue.double(.nan), .null, .double(.infinity), .double(-.infinity)] {
      let a = TaskAnswers("task", "acc", [1, 0, 1])
      var b = TaskAnswers("task", "acc", [1, 0, 1], shift: 1)
      b.metrics[0].values[1] = broken
      b.metrics[0].total = broken.doubleValue ?? .nan
      let record = try compare([a], [b])
      #expect(try first(record.rows).verdict == .worse && record.isWorseBeyondMargin)
      #expect(record.notes.contains { $0.contains("is not a finite number") })
    }
  }

  @Test("A task without a metric list is compared by acc_norm, acc or its first metric")
  func withoutList() throws {
    for (names, deciding) in [
      (["f", "acc", "acc_norm"], "acc_norm"), (["f", "acc"], "acc"), (["g", "f"], "g"),
    ] {
      var task = TaskAnswers("task", names[0], [1, 0])
      task.metrics = names.map { .init(name: $0, values: [1, 0]) }
      task.hasMetricList = false
      let record = try compare([task], [task])
      #expect(try record.rows.map(\.metric) == [deciding] && first(record.rows).isDeciding)
    }
  }

  @Test("What a results file adds to the task's own list is left out unless asked for")
  func unlisted() throws {
    var task = TaskAnswers("task", "exact_match", [1, 0])
    task.metrics.append(.init(name: "acc", values: [1, 1], isListed: false))
    task.metrics.append(.init(name: "acc_bytes", values: [1, 1], isListed: false))
    let record = try compare([task], [task])
    #expect(try record.rows.map(\.metric) == ["exact_match"] && first(record.rows).isDeciding)
    var options = ComparisonOptions()
    options.metric = "acc_bytes"
    let asked = try compare([task], [task], options: options)
    #expect(asked.rows.map(\.metric) == ["exact_match", "acc_bytes"])
    #expect(asked.rows.map(\.isDeciding) == [false, true])
    options.metric = "acc_nrom"
    let error = #expect(throws: ComparisonError.self) {
      try compare([task], [task], options: options)
    }
    #expect(error?.problems == ["No task of both has the metric acc_nrom."])
  }

  @Test("Of several filters none is taken, else the first, and the other's lines are passed over")
  func filters() throws {
    var task = TaskAnswers("task", "exact_match", [1, 0, 1, 1])
    task.metrics[0].filter = "strict"
    var lenient = task.metrics[0]
    (lenient.filter, lenient.values) = ("lenient", [1, 1, 1, 1])
    task.metrics.append(lenient)
    let record = try compare([task], [task])
    #expect(try record.rows.count == 1 && first(record.rows).reference.value == 0.75)
    #expect(try first(record.rows).count == 4 && record.notes.isEmpty)
    task.metrics[1].filter = "none"
    #expect(try first(compare([task], [task]).rows).reference.value == 1)
  }

  @Test("A metric with an aggregation of the task's own is not compared")
  func unknownAggregation() throws {
    var task = TaskAnswers("task", "acc", [1, 0, 1, 1])
    var own = task.metrics[0]
    (own.name, own.aggregation, own.total) = ("own", "!function utils.own", 75)
    task.metrics.append(own)
    let record = try compare([task], [task])
    #expect(record.rows.map(\.metric) == ["acc"] && record.verdict == .matches)
    #expect(record.notes.contains { $0.hasPrefix("task: own is not compared;") })
  }

  @Test("Directions come from the file where it tells them")
  func directions() throws {
    var (a, b) = (
      TaskAnswers("task", "errors", answers(100, onlyA: 30, onlyB: 0).a),
      TaskAnswers("task", "errors", answers(100, onlyA: 30, onlyB: 0).b, shift: 1)
    )
    #expect(try compare([a], [b]).verdict == .worse)
    a.metrics[0].higherIsBetter = false
    b.metrics[0].higherIsBetter = false
    #expect(try compare([a], [b]).verdict == .better)
  }

  @Test("Chance levels of cpteval's own record give centred scores")
  func centered() throws {
    var results = ModelResults(TaskAnswers("task", "acc", [1, 1, 1, 0]))
    results.others = [
      (
        "cpteval",
        [
          "version": 1, "program": "cpteval 0",
          "tasks": [
            [
              "name": "task",
              "metrics": [
                ["name": "acc", "chance": 0.25, "wilson_95": ["low": 0.3, "high": 0.95]],
                ["name": "other", "chance": 1.0],
              ],
            ]
          ],
        ]
      )
    ]
    let scored = try results.scored()
    let record = try ModelComparison.compare(reference: scored, candidate: scored)
    #expect(try first(record.rows).chance == 0.25)
    #expect(try first(record.rows).reference.centered == (0.75 - 0.25) / 0.75)
    #expect(scored.scores.map(\.interval) == [IntervalRecord(low: 0.3, high: 0.95)])
    #expect(record.reference.program == "cpteval 0")
  }
}
