import TestSupport
import Testing
import TrainingPlans

@Suite("The text of plan show")
struct PlanSummaryTests {
  @Test("It tells steps, tokens by data set, rates and totals")
  func tellsTheTotals() throws {
    var summary = PlanSummary(try Plans.sample("english-to-german"))
    summary.counts = ModelCounts(
      nonEmbeddingParameters: 3_159_040, vocabularySize: 4096, hiddenSize: 256, layers: 4)
    summary.notes = ["continual": ["memory 1.2 GB, about 40 minutes"]]
    let text = summary.text
    for part in [
      "run continual", "run from-scratch (baseline)", "english replayed 25 %", "german 75 %",
      "1,001,472 english replayed", "3,004,416 german", "1e-4 … 1e-3", "warm-up 5",
      "cosine decay 484", "5e-4 ┤", "0 ┤", "978 steps, 8,011,776 tokens, 2.15e14 FLOPs",
      "memory 1.2 GB",
    ] {
      #expect(text.contains(part), "\(part) in\n\(text)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 84 })
  }

  @Test("Operations are 6 · (parameters + V · H + L · H · T) per token")
  func countsOperations() {
    let counts = ModelCounts(
      nonEmbeddingParameters: 1000, vocabularySize: 10, hiddenSize: 8, layers: 2)
    #expect(counts.operations(tokens: 100, sequenceLength: 16) == 6 * (1000 + 80 + 256) * 100)
  }

  /// The rows of a run's plot, axis and labels off.
  private static func plot(_ text: String) -> [[Character]] {
    text.split(separator: "\n").filter { $0.contains("┤") || $0.contains("│") }.map { line in
      let row = Array(line).drop { $0 != "┤" && $0 != "│" }.dropFirst()
      return Array(row)
    }
  }

  @Test("The plot keeps to the width, marks phases, and begins and ends where the curve does")
  func plotsTheCurve() throws {
    for width in [40, 80, 120] {
      var summary = PlanSummary(try Plans.sample("english-to-german"))
      summary.width = width
      let run = try #require(summary.plan.run("continual"))
      let text = summary.text(of: run)
      let rows = Self.plot(text)
      #expect(rows.count == 12)
      #expect(rows.allSatisfy { $0.count <= width - 11 })
      #expect(text.contains("┴") && text.contains("pretrain") && text.contains("adapt"))
      // The peak stands in the top row, and the curve is nowhere interrupted.
      #expect(rows[0].contains { $0 > "\u{2800}" && $0 <= "\u{28FF}" })
      for column in 0..<width - 11 {
        #expect(
          rows.contains { row in
            column < row.count && row[column] > "\u{2800}" && row[column] <= "\u{28FF}"
          }, "column \(column)")
      }
    }
  }

  @Test("A steep fall and a border between phases are drawn without gaps")
  func drawsSteepFalls() throws {
    let plan = try Plans.plan(
      Plans.text(replacing: [
        "runs": """
        runs:
          r:
            phases:
              - {name: high, data: a, steps: 50, schedule: {kind: constant, max_lr: 4.0e-3}}
              - {name: low, data: a, steps: 50, schedule: {kind: constant, max_lr: 1.0e-3}}
        """
      ]))
    var summary = PlanSummary(plan)
    summary.width = 31
    let lines = summary.text(of: plan.runs[0]).split(separator: "\n").suffix(15)
    #expect(
      lines.joined(separator: "\n") == """
             4e-3 ┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⡆
                  │          ⡇
                  │          ⡇
             3e-3 ┤          ⡇
                  │          ⡇
             2e-3 ┤          ⡇
                  │          ⡇
                  │          ⡇
             1e-3 ┤          ⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀
                  │          ┊
                  │          ┊
                0 ┤          ┊
                  └──────────┴─────────
                   0        50      100
                      high       low
        """)
  }

  @Test("Plots of one step, of a billion and of a thousand phases are drawn")
  func plotsExtremes() throws {
    for steps in [1, 2, 1_000_000_000] {
      let plan = try Plans.plan(
        Plans.text(schedule: "{kind: cosine, max_lr: 1.0e-3, warmup: 1%}", steps: steps))
      #expect(PlanSummary(plan).text.contains("1e-3"))
    }
    let phases = (0..<900).map { index in
      "{name: a-long-name-\(index), data: a, steps: 3, schedule: {kind: linear, max_lr: 1.0}}"
    }.joined(separator: ", ")
    let plan = try Plans.plan(Plans.text(replacing: ["runs": "runs: {r: {phases: [\(phases)]}}"]))
    #expect(!PlanSummary(plan).text.isEmpty)
  }

  @Test("The table of rates has every step of every run, with all digits")
  func writesRates() throws {
    let plan = try Plans.sample("parity")
    var lines: [String] = []
    plan.writeRates { lines.append($0) }
    #expect(lines.count == 41 && lines[0] == "run,step,phase,lr")
    #expect(lines[1] == "reference,1,all,0.0004" && lines[2] == "reference,2,all,0.0008")
    for (step, line) in lines.dropFirst().enumerated() {
      let rate = line.split(separator: ",").last.flatMap { Double($0) }
      #expect(rate == plan.runs[0].rate(atStep: step))
    }
  }
}
