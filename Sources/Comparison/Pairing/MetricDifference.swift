internal import Foundation
internal import HarnessCompatibility
internal import Statistics

/// The paired difference of one metric, before it becomes a row of a table.
struct MetricDifference {
  /// Name under which the difference stands.
  var name: String
  var count: Int
  var reference: Double
  var candidate: Double
  /// B − A.
  var difference: Double
  /// Where the difference is a mean over documents.
  var paired: PairedDifference?
  var interval: ConfidenceInterval?
  var intervalMethod: String
  var bootstrapInterval: ConfidenceInterval?
  var pValue: Double?
  var test: String
  var pairs: DiscordantPairs?
  var onlyReference: Int?
  var onlyCandidate: Int?
  var equivalencePValue: Double?
  var smallestMargin: Double?
  /// Whether the margin is that of losses.
  var isLoss: Bool
  /// Whether every document answers with 0 or 1.
  var isBinary: Bool
  var higherIsBetter = true

  /// Compares a metric's values, one per document of both.
  ///
  /// - Parameters:
  ///   - metric: The metric.
  ///   - a: Of the reference.
  ///   - b: Of the candidate.
  ///   - isIdentical: Whether both models gave the same bits on all documents.
  ///   - options: Margins and the bootstrap's.
  /// - Returns: `nil` if the values have no aggregate that can be compared.
  static func of(
    _ metric: TaskResult.Metric, _ a: [MetricValue], _ b: [MetricValue], isIdentical: Bool,
    options: ComparisonOptions
  ) -> MetricDifference? {
    guard metric.isAggregationKnown else { return nil }
    // Normalisations that changed give other values for the same log-likelihoods.
    let isIdentical = isIdentical && a == b
    var found = unsigned(metric, a, b, isIdentical: isIdentical, options: options)
    // The logarithm of a perplexity is a loss, whatever the file says of the metric.
    let isLogarithm = found.map { $0.name != metric.name } ?? false
    found?.higherIsBetter = metric.higherIsBetter && !isLogarithm
    return found
  }

  private static func unsigned(
    _ metric: TaskResult.Metric, _ a: [MetricValue], _ b: [MetricValue], isIdentical: Bool,
    options: ComparisonOptions
  ) -> MetricDifference? {
    switch metric.aggregation {
    case .mean, .nanmean:
      guard let x = Aggregation.scalars(a), let y = Aggregation.scalars(b) else { return nil }
      return ofMeans(
        metric.name, x, y, isLoss: metric.name == "likelihood", isIdentical: isIdentical, options)
    case .brierScore:
      let x = a.compactMap(Aggregation.brierScore)
      let y = b.compactMap(Aggregation.brierScore)
      guard x.count == a.count, y.count == b.count else { return nil }
      return ofMeans(metric.name, x, y, isLoss: false, isIdentical: isIdentical, options)
    case .perplexity:
      guard let x = Aggregation.scalars(a), let y = Aggregation.scalars(b) else { return nil }
      return ofMeans(
        "log(\(metric.name))", x.map { -$0 }, y.map { -$0 }, isLoss: true,
        isIdentical: isIdentical, options)
    case .weightedPerplexity, .bitsPerByte: return ofRatios(metric, a, b, isIdentical, options)
    case .median, .f1, .matthewsCorrelation:
      return ofStatistic(metric, a, b, isIdentical, options)
    }
  }

  /// Means over documents: Student's t, and McNemar's test or a bootstrap for the hypothesis that
  /// there is no difference.
  private static func ofMeans(
    _ name: String, _ a: [Double], _ b: [Double], isLoss: Bool, isIdentical: Bool,
    _ options: ComparisonOptions
  ) -> MetricDifference {
    let differences = zip(a, b).map { $1 - $0 }
    let paired = PairedDifference(differences)
    let isBinary = (a + b).allSatisfy { $0 == 0 || $0 == 1 }
    let isShare = isBinary || (a + b).allSatisfy { (0...1).contains($0) }
    let margin = isLoss ? options.lossMargin : options.margin
    var result = MetricDifference(
      name: name, count: a.count, reference: mean(a), candidate: mean(b), difference: paired.mean,
      paired: paired, interval: paired.interval(), intervalMethod: "t", test: "t",
      isLoss: isLoss, isBinary: isBinary)
    result.equivalencePValue = paired.equivalencePValue(margin: margin)
    result.smallestMargin = paired.smallestMargin()
    if isBinary {
      let pairs = DiscordantPairs(
        onlyReference: differences.count { $0 < 0 }, onlyCandidate: differences.count { $0 > 0 },
        count: a.count)
      (result.pairs, result.test) = (pairs, "mcnemar")
      (result.onlyReference, result.onlyCandidate) = (pairs.onlyReference, pairs.onlyCandidate)
      result.pValue = pairs.exactPValue
    } else {
      result.takeTest(paired, options) { $0.replicates(of: differences, threads: options.threads) }
    }
    if paired.standardError == 0 {
      result.mendErrorOfZero(margin: margin, isShare: isShare)
    }
    if isIdentical { result.becomeIdentical() }
    return result
  }

  /// All differences are equal, so t has no error to go by and would be sure of anything.
  private mutating func mendErrorOfZero(margin: Double, isShare: Bool) {
    let all = DiscordantPairs(
      onlyReference: difference < 0 ? count : 0, onlyCandidate: difference > 0 ? count : 0,
      count: count)
    if difference == 0, isShare,
      let exact = all.equivalencePValueWithoutDiscordance(margin: margin)
    {
      // A mean that is off by the margin needs at least that share of documents to differ.
      equivalencePValue = exact
      smallestMargin = all.smallestMarginWithoutDiscordance()
    } else if difference != 0, all.exactPValue >= ComparisonOptions.level {
      // Below six documents all of them may differ the same way by chance.
      (interval, equivalencePValue, smallestMargin) = (nil, nil, nil)
      if !isBinary { pValue = nil }
    }
  }

  /// Tests that there is no difference: by bootstrap, or by t where documents are few.
  ///
  /// Resampling of four documents that differ the same way is sure of a difference.
  private mutating func takeTest(
    _ paired: PairedDifference, _ options: ComparisonOptions,
    _ replicates: (PairedBootstrap) -> [Double]
  ) {
    guard count >= Self.fewestForBootstrap else {
      (test, pValue) = ("t", paired.pValue)
      return
    }
    let replicates = replicates(
      PairedBootstrap(count: count, iterations: options.bootstrapIterations, seed: options.seed))
    bootstrapInterval = PairedBootstrap.interval(replicates)
    pValue = PairedBootstrap.pValue(replicates)
    test = "bootstrap"
  }

  /// Log-likelihoods per word or byte, where both models' sums go over the same weights.
  ///
  /// The difference is a ratio, D = Σ dᵢ / Σ wᵢ; its error is that of the mean of (dᵢ − D·wᵢ) / w̄
  /// (the delta method), with Student's t for the interval.
  /// - SeeAlso: Cochran 1977, Sampling Techniques, section 2.11.
  private static func ofRatios(
    _ metric: TaskResult.Metric, _ a: [MetricValue], _ b: [MetricValue], _ isIdentical: Bool,
    _ options: ComparisonOptions
  ) -> MetricDifference? {
    var sums: [(a: Double, b: Double, weight: Double)] = []
    for case (.weighted(let sumA, let weightA), .weighted(let sumB, let weightB)) in zip(a, b) {
      guard weightA == weightB else { return nil }
      sums.append((-sumA, -sumB, Double(weightA)))
    }
    let weight = sums.reduce(0) { $0 + $1.weight }
    guard sums.count == a.count, weight > 0 else { return nil }
    let parts = sums
    // In bits where the metric is; nats otherwise.
    let isBits = metric.aggregation == .bitsPerByte
    let unit = isBits ? log(2.0) : 1
    let reference = parts.reduce(0) { $0 + $1.a } / weight / unit
    let candidate = parts.reduce(0) { $0 + $1.b } / weight / unit
    let ratio = parts.reduce(0) { $0 + $1.b - $1.a } / weight
    let mean = weight / Double(parts.count)
    let residuals = parts.map { (($0.b - $0.a) - ratio * $0.weight) / mean / unit }
    let error = PairedDifference(residuals)
    let paired = PairedDifference(
      mean: ratio / unit, standardError: error.standardError,
      degreesOfFreedom: error.degreesOfFreedom, count: parts.count)
    var result = MetricDifference(
      name: isBits ? metric.name : "log(\(metric.name))", count: a.count, reference: reference,
      candidate: candidate, difference: paired.mean, paired: paired, interval: paired.interval(),
      intervalMethod: "t", test: "bootstrap", isLoss: true, isBinary: false)
    result.equivalencePValue = paired.equivalencePValue(margin: options.lossMargin)
    result.smallestMargin = paired.smallestMargin()
    result.takeTest(paired, options) { bootstrap in
      bootstrap.replicates(threads: options.threads) { indices in
        var sum = 0.0
        var weight = 0.0
        for index in indices {
          sum += parts[index].b - parts[index].a
          weight += parts[index].weight
        }
        return sum / weight / unit
      }
    }
    if isIdentical { result.becomeIdentical() }
    return result
  }

  /// Documents below which percentiles of a bootstrap are no interval.
  private static let fewestForBootstrap = 30

  /// Any other statistic of all documents: the bootstrap alone.
  private static func ofStatistic(
    _ metric: TaskResult.Metric, _ a: [MetricValue], _ b: [MetricValue], _ isIdentical: Bool,
    _ options: ComparisonOptions
  ) -> MetricDifference? {
    let aggregation = metric.aggregation
    guard let reference = aggregation(a), let candidate = aggregation(b) else { return nil }
    var result = MetricDifference(
      name: metric.name, count: a.count, reference: reference, candidate: candidate,
      difference: candidate - reference, intervalMethod: "bootstrap", test: "bootstrap",
      isLoss: false, isBinary: false)
    let bootstrap = PairedBootstrap(
      count: a.count, iterations: options.bootstrapIterations, seed: options.seed)
    result.fill(
      bootstrap.replicates(threads: options.threads) { indices in
        guard let x = aggregation(indices.map { a[$0] }),
          let y = aggregation(indices.map { b[$0] })
        else { return .nan }
        return y - x
      }, margin: options.margin)
    if a == b {
      // Every replicate says 0; no document that differs among n shows at most this.
      let none = DiscordantPairs(onlyReference: 0, onlyCandidate: 0, count: a.count)
      result.equivalencePValue = none.equivalencePValueWithoutDiscordance(margin: options.margin)
      result.smallestMargin = none.smallestMarginWithoutDiscordance()
    }
    if isIdentical { result.becomeIdentical() }
    return result
  }

  /// Takes interval and tests from replicates.
  private mutating func fill(_ replicates: [Double], margin: Double) {
    guard count >= Self.fewestForBootstrap else { return }
    interval = PairedBootstrap.interval(replicates)
    bootstrapInterval = interval
    pValue = PairedBootstrap.pValue(replicates)
    equivalencePValue = PairedBootstrap.equivalencePValue(replicates, margin: margin)
    // Half the width of the 90 % interval is the margin that a difference of 0 would have shown.
    smallestMargin = PairedBootstrap.interval(replicates, confidence: 0.9).map {
      ($0.high - $0.low) / 2
    }
  }

  /// One and the same model has no difference, however few the documents.
  mutating func becomeIdentical() {
    guard difference == 0 else { return }
    pValue = 1
    equivalencePValue = 0
    smallestMargin = 0
    interval = ConfidenceInterval(low: 0, high: 0)
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}
