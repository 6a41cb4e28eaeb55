import Records
import Testing

@testable import Reports

@Suite("The table of results")
struct EvaluationReportTests {
  private func metric(
    _ name: String, _ value: Double, error: Double? = 0.05, normalization: String? = "none",
    origin: String = "task"
  ) -> MetricRecord {
    MetricRecord(
      name: name, value: value, standardError: error, errorMethod: "closed_form", count: 100,
      higherIsBetter: true, normalization: normalization,
      interval: IntervalRecord(low: 0.2, high: 0.4), chance: 0.25, origin: origin)
  }

  private func record(
    tasks: [TaskRecord], groups: [GroupRecord] = [], failures: [TaskFailureRecord] = []
  ) -> EvaluationRecord {
    EvaluationRecord(
      program: "cpteval", date: 0,
      settings: SettingsRecord(
        compatibility: "lm-eval-0.4.9.2", beginningOfSequence: "tokenizer", window: 512,
        limit: 100, fewshot: nil, threads: 2, batchTokens: nil, memoryLimit: nil,
        bootstrapIterations: 100_000),
      checkpoint: CheckpointRecord(
        name: "m\u{1B}[2J", path: "m", architecture: "llama", parameters: 1, dtypes: ["F32"]),
      tasks: tasks, groups: groups, failures: failures, cost: CostRecord(),
      machine: MachineRecord(system: "", processor: "", cores: 2, memory: 0))
  }

  private func task(
    _ name: String, _ metrics: [MetricRecord], boundary: BoundaryRecord = BoundaryRecord()
  ) -> TaskRecord {
    TaskRecord(
      name: name, alias: name, taskVersion: "1.0", outputType: "multiple_choice", shots: 0,
      documentsInSplit: 100, documents: 100, metrics: metrics, boundary: boundary)
  }

  @Test("A task without contaminated documents stands under the task, with its own n and error")
  func withoutContaminated() {
    var record = record(tasks: [task("t", [metric("acc", 0.3)]), task("u", [metric("acc", 0.4)])])
    var rest = task("t", [metric("acc", 0.2, error: 0.06)])
    rest.documents = 97
    rest.metrics[0].count = 97
    record.withoutListed = [rest]
    let lines = EvaluationReport(record).plain.split(separator: "\n").dropFirst(3)
      .map { $0.split(separator: " ").prefix(9).joined(separator: " ") }
    #expect(
      lines == [
        "t 1.0 0 100 acc ↑ sum of log", "without 3 contaminated 1.0 0 97 acc ↑ sum",
        "u 1.0 0 100 acc ↑ sum of log",
      ])
    record.withoutListed = []
    #expect(EvaluationReport(record).plain.contains("no document of these tasks is in the list"))
  }

  @Test("It shows n, value, error, interval, chance and what choices are compared by")
  func columns() {
    let text = EvaluationReport(
      record(tasks: [
        task(
          "t",
          [
            metric("acc", 0.3), metric("acc_norm", .nan, normalization: "characters"),
            metric("acc_tokens", 0.5, normalization: "tokens", origin: "own"),
          ])
      ])
    ).plain
    #expect(
      text == """
        m\\u{1b}[2J · lm-eval-0.4.9.2 · bos tokenizer · window 512 · limit 100

        Task  Version  Shots    n  Metric          Compared by     Value    Stderr  95 % interval    Chance
        ────  ───────  ─────  ───  ───────────  ─  ─────────────  ──────  ────────  ───────────────  ──────
        t         1.0      0  100  acc          ↑  sum of log p   0.3000  ± 0.0500  0.2000 – 0.4000  0.2500
                                   acc_norm     ↑  per character     NaN  ± 0.0500  0.2000 – 0.4000  0.2500
                                   acc_tokens*  ↑  per token      0.5000  ± 0.0500  0.2000 – 0.4000  0.2500

        * no metric of lm-eval; its results files leave it out
        """)
  }

  @Test("Tasks stand below their groups, indented, and columns without content are left out")
  func groups() {
    let plain = MetricRecord(
      name: "word_perplexity", value: 123_456_789, standardError: nil,
      errorMethod: "unavailable", count: 4, higherIsBetter: false, origin: "task")
    let groups = [
      GroupRecord(
        name: "inner", alias: "inner", groupVersion: "N/A", members: ["a"], shots: nil,
        documents: 4, metrics: []),
      GroupRecord(
        name: "outer", alias: "Outer", groupVersion: "2", members: ["inner", "b"], shots: 0,
        documents: 8, metrics: [plain]),
    ]
    let text = EvaluationReport(
      record(tasks: [task("c", [plain]), task("b", [plain]), task("a", [plain])], groups: groups)
    ).plain
    let rows = text.split(separator: "\n").dropFirst(3).map {
      String($0.prefix { $0 != "N" && $0 != "1" && $0 != "2" })
    }
    let names = rows.map { String($0.reversed().drop { $0 == " " }.reversed()) }
    #expect(names == ["Outer", "  inner", "    a", "  b", "c"])
    #expect(text.contains("1.2346e+08"))
    #expect(!text.contains("Chance"))
  }

  @Test("What is out of the ordinary is said below the table, with the first documents")
  func remarks() {
    let boundary = BoundaryRecord(
      leftOut: [.init(document: 3, reason: "empty_continuation")],
      truncated: (0..<9).map { .init(document: $0, lostTokens: 1) }, merged: [1], tied: [2, 5],
      notComposed: [7], notANumber: [4])
    let text = EvaluationReport(
      record(
        tasks: [task("t", [metric("acc", 0.3)], boundary: boundary)],
        failures: [
          TaskFailureRecord(task: "bad", messages: ["f.jsonl, line 3: no label\u{7}"], count: 12)
        ])
    ).plain
    for line in [
      "t: 1 left out, no token left to score (document 3)",
      "t: 9 truncated on the left (documents 0, 1, 2, 3, 4, 5, 6, 7, …)",
      "t: 1 whose context merges with the continuation (document 1)",
      "t: 2 with a tie for the best choice (documents 2, 5)",
      "t: 1 not in Unicode's normal form C (document 7)",
      "t: 1 answered with NaN (document 4)",
      "bad failed: f.jsonl, line 3: no label\\u{7}",
      "bad failed: 12 errors, of which the first ones are here",
    ] {
      #expect(text.contains(line), "\(line)")
    }
  }

  @Test("Markdown escapes what would end a cell or open an element")
  func markdown() {
    let text = EvaluationReport(record(tasks: [task("<script>|_x", [metric("acc", 0.3)])])).markdown
    #expect(text.contains("| &lt;script&gt;\\|\\_x |"))
    #expect(text.contains("|---|---:|---:|---:|---|---|---|---:|---:|---|---:|"))
  }

  @Test("Columns line up for wide and combining characters")
  func widths() {
    #expect("日本".displayWidth == 4)
    #expect("a\u{308}".displayWidth == 1)
    #expect("é".padded(to: 3, atEnd: false) == "  é")
    #expect("日".padded(to: 3, atEnd: true) == "日 ")
  }
}
