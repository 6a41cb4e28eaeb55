import Records

/// Comparisons as they come out of real runs, for the tests of reports.
enum ComparisonSamples {
  /// A row of a task with 0-or-1 scores, its statistics in the right order of magnitude.
  static func task(
    _ name: String, n: Int, a: Double, b: Double, verdict: Verdict, p: Double = 0.5,
    metric: String = "acc", chance: Double? = 0.25, isDeciding: Bool = true
  ) -> DifferenceRecord {
    let error = (0.12 / Double(n)).squareRoot()
    func side(_ value: Double) -> DifferenceRecord.Side {
      let spread = (value * (1 - value) / Double(n)).squareRoot()
      return .init(
        value: value, standardError: spread,
        interval: IntervalRecord(low: value - 1.96 * spread, high: value + 1.96 * spread),
        centered: chance.map { (value - $0) / (1 - $0) })
    }
    return DifferenceRecord(
      kind: .task, name: name, metric: metric, higherIsBetter: true, isDeciding: isDeciding,
      count: n, reference: side(a), candidate: side(b), chance: chance, difference: b - a,
      standardError: error,
      interval: IntervalRecord(low: b - a - 1.96 * error, high: b - a + 1.96 * error),
      intervalMethod: "t", pValue: p, test: "mcnemar",
      adjustedPValue: isDeciding ? min(1, p * 6) : nil, onlyReference: 21, onlyCandidate: 33,
      margin: 0.01, equivalencePValue: verdict == .matches ? 0.0123 : 0.31,
      smallestMargin: 1.645 * error, verdict: verdict)
  }

  /// A row of a validation loss.
  static func loss(
    _ name: String, a: Double, b: Double, verdict: Verdict,
    kind: DifferenceRecord.Kind = .loss
  ) -> DifferenceRecord {
    DifferenceRecord(
      kind: kind, name: name, metric: "validation_loss", higherIsBetter: false,
      isDeciding: kind == .loss, count: kind == .loss ? 390 : 780,
      reference: .init(value: a, standardError: 0.031),
      candidate: .init(value: b, standardError: 0.03),
      difference: b - a, standardError: 0.0041,
      interval: IntervalRecord(low: b - a - 0.0081, high: b - a + 0.0081), intervalMethod: "t",
      pValue: 0.00001, test: "t", margin: 0.02,
      equivalencePValue: verdict == .matches ? 0.00004 : 0.9, smallestMargin: 0.0068,
      verdict: verdict)
  }

  /// All verdicts in one comparison, a group and the average of the losses among them.
  static var mixed: ComparisonRecord {
    var perplexity = task("wikitext", n: 62, a: 3.2, b: 3.19, verdict: .undecided, chance: nil)
    perplexity.metric = "log(word_perplexity)"
    perplexity.higherIsBetter = false
    perplexity.reference = .init(value: 3.2, standardError: 0.09)
    perplexity.candidate = .init(value: 3.19, standardError: 0.09)
    perplexity.test = "bootstrap"
    perplexity.intervalMethod = "bootstrap"
    perplexity.bootstrapInterval = perplexity.interval
    perplexity.onlyReference = nil
    perplexity.onlyCandidate = nil
    var group = task("german", n: 5876, a: 0.35, b: 0.36, verdict: .undecided, isDeciding: false)
    group.kind = .group
    group.test = "t"
    return ComparisonRecord(
      reference: ComparedModelRecord(
        label: "from-scratch, step 980", path: "runs/plan/from-scratch/checkpoints/step-00000980",
        weightsDigest: String(repeating: "a1", count: 32), program: "cpteval 1.0.0", date: 1.7e9),
      candidate: ComparedModelRecord(
        label: "continual, step 1270", path: "runs/plan/continual/checkpoints/step-00001270"),
      margin: 0.01, lossMargin: 0.02,
      rows: [
        task("hellaswag_de", n: 3000, a: 0.3104, b: 0.3145, verdict: .undecided, p: 0.48),
        task("arc_de", n: 1172, a: 0.2705, b: 0.3148, verdict: .better, p: 0.0007),
        task(
          "arc_de", n: 1172, a: 0.2305, b: 0.2448, verdict: .undecided, metric: "acc_norm",
          isDeciding: false),
        task("piqa_de", n: 1838, a: 0.5821, b: 0.5514, verdict: .worse, p: 0.00003, chance: 0.5),
        task("belebele_de", n: 900, a: 0.27, b: 0.275, verdict: .undecided),
        task("mini_de", n: 64, a: 0.25, b: 0.25, verdict: .tooFewDocuments, p: 1),
        perplexity, group,
        loss("english", a: 3.9254, b: 3.9365, verdict: .matches),
        loss("german", a: 4.0741, b: 4.2280, verdict: .worse),
        loss("average", a: 3.99975, b: 4.08225, verdict: .worse, kind: .lossAverage),
      ],
      verdict: .worse, isWorseBeyondMargin: true,
      reasons: ["piqa_de is worse: -0.0307, 95 % interval -0.0465 to -0.0149."],
      notes: ["arc_de: 2 documents were left out of both models."])
  }
}
