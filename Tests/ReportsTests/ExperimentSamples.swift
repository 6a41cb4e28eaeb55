import Foundation
import Records
import TestSupport

/// A plan's runs as a real one leaves them, for the tests of reports.
enum ExperimentSamples {
  static let tokensPerStep = 8192
  /// When the first run began.
  static let start = 1_780_000_000.0

  /// Two runs, two phases, 1270 steps, two data sets, six tasks, all verdicts, seeds.
  static var typical: ExperimentRecord {
    let digest = String(repeating: "3f9a7c0e", count: 8)
    return ExperimentRecord(
      name: "english-to-german", program: "cpteval 1.0.0", date: start + 5400,
      baseline: "from-scratch", runs: [continual, fromScratch], comparisons: comparisons,
      costs: [
        CostComparisonRecord(
          run: "continual", baseline: "from-scratch",
          update: .init(tokens: 635 * tokensPerStep, operations: 1.654e14),
          path: .init(tokens: 1270 * tokensPerStep, operations: 3.308e14),
          fromScratch: .init(tokens: 1114 * tokensPerStep, operations: 2.902e14))
      ], seeds: seeds,
      problems: [
        "continual/evaluations.jsonl, line 41: the line is cut off; the lines before it were used."
      ],
      provenance: [
        ProvenanceRecord(label: "Command", value: "cpteval train plan.yaml --output-path runs"),
        ProvenanceRecord(label: "Program", value: "cpteval 1.0.0, Swift 6.3.1, x86_64 Linux"),
        ProvenanceRecord(label: "Seed", value: "1234"),
        ProvenanceRecord(label: "plan.yaml, SHA-256", value: digest),
        ProvenanceRecord(label: "continual, weights at step 1270, SHA-256", value: digest),
        ProvenanceRecord(label: "from-scratch, weights at step 1114, SHA-256", value: digest),
        ProvenanceRecord(label: "Processor", value: "AMD EPYC 7B13, 2 cores"),
      ])
  }

  // MARK: Runs

  static var continual: RunRecord {
    RunRecord(
      name: "continual", isBaseline: false,
      phases: [
        PhaseRecord(
          name: "pretrain", firstStep: 1, lastStep: 635, firstToken: 0,
          lastToken: 635 * tokensPerStep, mixture: "english 100 %",
          schedule: "cosine, 1e-3 to 1e-4, warm-up 6 steps",
          parts: [
            .init(
              name: "english", isReplay: false, tokens: 5_201_920, distinctTokens: 5_201_920,
              epochs: 0.8337)
          ]),
        PhaseRecord(
          name: "adapt", firstStep: 636, lastStep: 1270, firstToken: 635 * tokensPerStep,
          lastToken: 1270 * tokensPerStep, mixture: "german 75 %, english 25 % replayed",
          schedule: "cosine, 1e-3 to 1e-4, warm-up 6 steps",
          parts: [
            .init(
              name: "german", isReplay: false, tokens: 3_901_440, distinctTokens: 3_800_000,
              epochs: 1.027),
            .init(
              name: "english", isReplay: true, tokens: 1_300_480, distinctTokens: 1_300_480,
              epochs: 0.25),
          ]),
      ],
      steps: steps(phases: [635, 635], seed: 1, floors: [4.05, 4.2], starts: [8.3, 6.1]),
      losses: losses(
        steps: [0, 100, 200, 300, 400, 500, 635, 735, 835, 935, 1035, 1135, 1270],
        values: [
          "english": [
            8.32, 5.61, 4.92, 4.55, 4.33, 4.21, 4.125, 4.31, 4.25, 4.16, 4.1, 4.05, 3.9365,
          ],
          "german": [
            8.35, 8.21, 8.15, 8.12, 8.1, 8.095, 8.092, 5.4, 4.95, 4.6, 4.41, 4.3, 4.228,
          ],
        ], seenFrom: ["english": 1, "german": 636]),
      scores: scores(steps: [0, 635, 1270], gain: [0, 0.02, 0.045]))
  }

  static var fromScratch: RunRecord {
    RunRecord(
      name: "from-scratch", isBaseline: true,
      phases: [
        PhaseRecord(
          name: "union", firstStep: 1, lastStep: 1114, firstToken: 0,
          lastToken: 1114 * tokensPerStep, mixture: "english 50 %, german 50 %",
          schedule: "cosine, 1e-3 to 1e-4, warm-up 11 steps",
          parts: [
            .init(
              name: "english", isReplay: false, tokens: 4_562_944, distinctTokens: 4_562_944,
              epochs: 0.73),
            .init(
              name: "german", isReplay: false, tokens: 4_562_944, distinctTokens: 3_800_000,
              epochs: 1.2),
          ])
      ],
      steps: steps(phases: [1114], seed: 2, floors: [4.0], starts: [8.3]),
      losses: losses(
        steps: [0, 300, 600, 900, 1114],
        values: [
          "english": [8.33, 5.1, 4.41, 4.08, 3.9254], "german": [8.36, 5.3, 4.6, 4.21, 4.0741],
        ], seenFrom: ["english": 1, "german": 1]),
      scores: scores(steps: [0, 1114], gain: [0, 0.048]))
  }

  /// A loss that falls and jitters, with a spike and two losses that are not finite.
  private static func steps(
    phases: [Int], seed: UInt64, floors: [Double], starts: [Double]
  ) -> [StepPointRecord] {
    var random = Mutator(seed: seed)
    var steps: [StepPointRecord] = []
    for (phase, count) in phases.enumerated() {
      for index in 0..<count {
        let step = steps.count + 1
        let warmup = max(1, count / 100)
        let progress = Double(index) / Double(count)
        let rate =
          index < warmup
          ? 1e-3 * Double(index + 1) / Double(warmup)
          : 1e-4 + 9e-4 * (1 + cos(.pi * progress)) / 2
        let noise = (Double(random.below(1000)) / 1000 - 0.5) * 0.35
        var loss: Double? =
          floors[phase] + (starts[phase] - floors[phase]) * exp(-6 * progress) + noise
        if step == 412 { loss = 7.9 }
        if step == 900 || step == 901 { loss = nil }
        steps.append(
          StepPointRecord(
            step: step, tokens: step * tokensPerStep, learningRate: rate, loss: loss,
            gradientNorm: loss == nil ? nil : 0.6 + abs(noise), tokensPerSecond: 3200 + noise * 500,
            time: start + Double(step) * 2.5))
      }
    }
    return steps
  }

  private static func losses(
    steps: [Int], values: [String: [Double]], seenFrom: [String: Int]
  ) -> [LossPointRecord] {
    steps.enumerated().flatMap { index, step in
      ["english", "german"].map { name in
        let loss = values[name]?[index]
        return LossPointRecord(
          dataSet: name, step: step, tokens: step * tokensPerStep,
          isSeen: step >= seenFrom[name] ?? 0, loss: loss, bitsPerByte: loss.map { $0 / 2.9 },
          time: start + Double(step) * 2.5 + 1)
      }
    }
  }

  private static let tasks: [(name: String, count: Int, base: Double, chance: Double)] = [
    ("hellaswag_de", 3000, 0.262, 0.25), ("arc_de", 1172, 0.268, 0.25),
    ("piqa_de", 1838, 0.532, 0.5), ("belebele_de", 900, 0.241, 0.25), ("mini_de", 64, 0.24, 0.25),
    ("arc_easy", 2376, 0.291, 0.25),
  ]

  private static func scores(steps: [Int], gain: [Double]) -> [ScorePointRecord] {
    steps.enumerated().flatMap { index, step in
      tasks.enumerated().flatMap { number, task in
        ["acc", "acc_norm"].map { metric in
          let value =
            task.base + gain[index] * (1 + 0.3 * Double(number % 3 - 1))
            + (metric == "acc" ? 0 : 0.012)
          let error = (value * (1 - value) / Double(task.count)).squareRoot()
          return ScorePointRecord(
            task: task.name, metric: metric, isDeciding: metric == "acc", higherIsBetter: true,
            step: step, tokens: step * tokensPerStep, value: value, standardError: error,
            interval: IntervalRecord(low: value - 1.96 * error, high: value + 1.96 * error),
            chance: task.chance, count: task.count,
            time: start + Double(step) * 2.5 + 2)
        }
      }
    }
  }

  // MARK: Comparisons

  private static var comparisons: [CheckpointComparisonRecord] {
    func item(
      _ phase: String, _ step: Int, _ against: CheckpointComparisonRecord.Reference, final: Bool,
      new: [String], earlier: [String], _ comparison: ComparisonRecord
    ) -> CheckpointComparisonRecord {
      CheckpointComparisonRecord(
        run: "continual", phase: phase, step: step, against: against, isFinal: final,
        newDataSets: new, earlierDataSets: earlier,
        command: "cpteval compare \(comparison.reference.path) \(comparison.candidate.path)",
        comparison: comparison)
    }
    return [
      item(
        "pretrain", 635, .baseline, final: false, new: ["english"], earlier: [], early),
      item(
        "pretrain", 635, .beforePhase, final: false, new: ["english"], earlier: [],
        change(losses: ["english": -4.195, "german": -0.258])),
      item(
        "adapt", 1270, .baseline, final: true, new: ["german"], earlier: ["english"],
        ComparisonSamples.mixed),
      item(
        "adapt", 1270, .beforePhase, final: true, new: ["german"], earlier: ["english"],
        change(losses: ["english": 0.0515, "german": -3.864])),
    ]
  }

  private static var early: ComparisonRecord {
    var record = ComparisonSamples.mixed
    record.candidate.label = "continual, step 635"
    record.rows.removeLast(3)
    record.verdict = .worse
    return record
  }

  private static func change(losses: [String: Double]) -> ComparisonRecord {
    var record = ComparisonSamples.mixed
    record.reference.label = "before the phase"
    record.rows =
      record.rows.filter { $0.kind == .task && $0.isDeciding && $0.name != "wikitext" }
      + losses.sorted { $0.key < $1.key }.map { name, difference in
        ComparisonSamples.loss(
          name, a: 4.125, b: 4.125 + difference, verdict: difference < 0 ? .better : .worse)
      }
    return record
  }

  private static var seeds: [SeedSummaryRecord] {
    [("arc_de", "acc", 0.3148), ("piqa_de", "acc", 0.5514), ("english", "validation_loss", 3.9365)]
      .map { name, metric, mean in
        SeedSummaryRecord(
          run: "continual", seeds: [1234, 1235, 1236],
          kind: metric == "acc" ? .task : .loss, name: name, metric: metric,
          candidates: [mean - 0.004, mean, mean + 0.004],
          candidate: .init(mean: mean, deviation: 0.004),
          references: [mean - 0.01, mean - 0.006, mean - 0.002],
          reference: .init(mean: mean - 0.006, deviation: 0.004),
          difference: .init(mean: 0.006, deviation: 0.0001),
          interval: IntervalRecord(low: 0.0058, high: 0.0062))
      }
  }
}
