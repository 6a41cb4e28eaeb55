import EvaluationTasks
import HarnessCompatibility
import Scoring
import Testing

@Suite("Which metrics a task reports")
struct MetricPlanTests {
  private func plan(
    _ names: [String], _ output: OutputType = .multipleChoice,
    _ processor: ResultProcessor = .standard
  ) throws -> MetricPlan {
    try MetricPlan(
      taskName: "t", outputType: output, specifications: names.map(GoldenFile.specification),
      resultProcessor: processor)
  }

  @Test("Multiple choice reports acc_bytes and acc_tokens beside its list, in lm-eval's order")
  func added() throws {
    let metrics = try plan(["acc_norm", "acc"]).metrics
    #expect(metrics.map(\.name) == ["acc", "acc_norm", "acc_bytes", "acc_tokens"])
    #expect(metrics.map(\.origin) == [.task, .task, .added, .own])
    #expect(metrics.map(\.normalization) == [.some(.none), .characters, .bytes, .tokens])
  }

  @Test("A metric that the output type does not produce is named as dropped")
  func dropped() throws {
    let plan = try plan(["acc", "acc_norm"], .logLikelihood)
    #expect(plan.metrics.map(\.name) == ["acc"])
    #expect(plan.droppedMetrics == ["acc_norm"])
  }

  @Test("An unknown aggregation is an error that names task and metric")
  func unknownAggregation() {
    let list = [MetricSpecification(name: "acc", aggregation: "mode", higherIsBetter: true)]
    #expect(
      throws: MetricError.unknownAggregation(task: "t", metric: "acc", aggregation: "mode")
    ) {
      try MetricPlan(
        taskName: "t", outputType: .multipleChoice, specifications: list,
        resultProcessor: .standard)
    }
  }

  @Test("Only shares of 0 and 1 have successes, whatever type Python gives them")
  func successes() throws {
    let acc = TaskMetric(name: "acc", aggregation: .mean, higherIsBetter: true, origin: .task)
    let shares = MetricSummary.over([.number(1), .integer(0), .integer(1)], of: acc)
    #expect(shares?.successes == 2)
    #expect(MetricSummary.over([.number(0.5), .number(1)], of: acc)?.successes == nil)
    #expect(MetricSummary.over([.number(.nan)], of: acc)?.successes == nil)
  }
}
