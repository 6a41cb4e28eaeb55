import Records
import Reports
import Testing

@Suite("The table of a sweep")
struct SweepReportTests {
  private func record(_ name: String, _ tasks: [(task: String, value: Double)]) -> EvaluationRecord
  {
    EvaluationRecord(
      program: "cpteval", date: 0,
      settings: SettingsRecord(
        compatibility: "lm-eval-0.4.9.2", beginningOfSequence: "tokenizer", window: 8, limit: nil,
        fewshot: nil, threads: 1, batchTokens: nil, memoryLimit: nil, bootstrapIterations: 1),
      checkpoint: CheckpointRecord(
        name: name, path: name, architecture: "llama", parameters: 1, dtypes: []),
      tasks: tasks.map { task in
        TaskRecord(
          name: task.task, alias: task.task, taskVersion: "1", outputType: "multiple_choice",
          shots: 0, documentsInSplit: 4, documents: 4,
          metrics: [
            MetricRecord(
              name: "acc", value: task.value, standardError: 0.25, errorMethod: "closed_form",
              count: 4, higherIsBetter: true, interval: IntervalRecord(low: 0.1, high: 0.9),
              origin: "task"),
            MetricRecord(
              name: "acc_tokens", value: 1, standardError: nil, errorMethod: "closed_form",
              count: 4, higherIsBetter: true, origin: "own"),
          ], boundary: BoundaryRecord())
      }, cost: CostRecord(), machine: MachineRecord(system: "", processor: "", cores: 1, memory: 1))
  }

  @Test("Each task lists its checkpoints in order, a task that one lacks is a dash")
  func plain() {
    let records = [
      record("step-1", [("arc", 0.25), ("piqa", 0.5)]), record("step-2\u{1B}[2J", [("arc", 0.75)]),
    ]
    #expect(
      SweepReport(records).plain == """
        2 checkpoints

        Task  Metric     Checkpoint        Value    Stderr  95 % interval
        ────  ──────  ─  ───────────────  ──────  ────────  ───────────────
        arc   acc     ↑  step-1           0.2500  ± 0.2500  0.1000 – 0.9000
                         step-2\\u{1b}[2J  0.7500  ± 0.2500  0.1000 – 0.9000
        piqa  acc     ↑  step-1           0.5000  ± 0.2500  0.1000 – 0.9000
                         step-2\\u{1b}[2J       –
        """)
  }
}
