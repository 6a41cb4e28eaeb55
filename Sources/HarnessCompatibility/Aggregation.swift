import Foundation

/// How the values of all documents become one number.
///
/// Raw values are the names in task files. Source: `lm_eval/api/metrics.py`, commit 4e7e0d4.
public enum Aggregation: String, Sendable, CaseIterable {
  case mean
  case nanmean
  case median
  case perplexity
  case weightedPerplexity = "weighted_perplexity"
  case bitsPerByte = "bits_per_byte"
  case brierScore = "brier_score"
  case f1
  case matthewsCorrelation = "matthews_corrcoef"

  /// What lm-evaluation-harness takes for a metric of a likelihood task that says nothing else.
  ///
  /// Source: `lm_eval/api/metrics.py` and `lm_eval/api/registry.py: DEFAULT_METRIC_REGISTRY`, commit
  /// 4e7e0d4.
  /// - Parameter name: Of the metric.
  /// - Returns: `nil` for a metric that likelihood tasks do not have.
  public static func usual(
    ofMetric name: String
  ) -> (aggregation: Aggregation, higherIsBetter: Bool)? {
    switch name {
    case "acc", "acc_norm", "acc_bytes", "acc_mutual_info", "exact_match", "likelihood":
      (.mean, true)
    case "f1": (.f1, true)
    case "mcc": (.matthewsCorrelation, true)
    case "brier_score": (.brierScore, false)
    case "perplexity": (.perplexity, false)
    case "word_perplexity", "byte_perplexity": (.weightedPerplexity, false)
    case "bits_per_byte": (.bitsPerByte, false)
    default: nil
    }
  }

  /// The value over all documents.
  ///
  /// - Parameter values: One per document, in document order, because sums are taken in that order.
  /// - Returns: `nil` where the values have no such aggregate: there are none, or they are of another
  ///   shape (F1 of three classes, the Brier score of several right answers).
  /// - Complexity: O(documents).
  public func callAsFunction(_ values: [MetricValue]) -> Double? {
    guard !values.isEmpty else { return nil }
    switch self {
    case .mean, .nanmean, .median, .perplexity:
      return Self.scalars(values).map { scalarStatistic($0) }
    case .weightedPerplexity: return Self.weightedMean(values).map { exp(-$0) }
    case .bitsPerByte: return Self.weightedMean(values).map { -$0 / log(2.0) }
    case .brierScore:
      let scores = values.compactMap(Self.brierScore)
      return scores.count == values.count ? Self.sum(scores) / Double(scores.count) : nil
    case .f1, .matthewsCorrelation:
      return ConfusionCounts(values).flatMap { predictionStatistic($0) }
    }
  }

  /// Statistics over one number per document.
  func scalarStatistic(_ values: [Double]) -> Double {
    switch self {
    case .nanmean:
      let numbers = values.filter { !$0.isNaN }
      return numbers.isEmpty ? .nan : Self.sum(numbers) / Double(numbers.count)
    case .median: return values.sorted()[values.count / 2]
    case .perplexity: return exp(-(Self.sum(values) / Double(values.count)))
    default: return Self.sum(values) / Double(values.count)
    }
  }

  /// Statistics over gold and predicted classes.
  func predictionStatistic(_ counts: ConfusionCounts) -> Double? {
    self == .f1 ? counts.f1 : counts.matthewsCorrelation
  }

  /// The values as numbers, if each is one.
  ///
  /// For `likelihood`, on whose mean lm-evaluation-harness aborts, it is the log-likelihood of the right
  /// choice, the likeliest one of several.
  /// - Parameter values: One per document.
  /// - Returns: `nil` if one of them has no number.
  public static func scalars(_ values: [MetricValue]) -> [Double]? {
    var scalars: [Double] = []
    scalars.reserveCapacity(values.count)
    for value in values {
      if let scalar = value.scalar {
        scalars.append(scalar)
      } else if case .perChoice(let gold, let numbers) = value,
        let best = gold.indices.filter(numbers.indices.contains).map({ numbers[$0] }).max()
      {
        scalars.append(best)
      } else {
        return nil
      }
    }
    return scalars
  }

  /// The squared distance of a distribution to the right answer, summed over the choices.
  ///
  /// - Parameter value: A document's probabilities.
  /// - Returns: `nil` if there is more than one right choice, or the value is another one.
  public static func brierScore(_ value: MetricValue) -> Double? {
    guard case .perChoice(let gold, let probabilities) = value, let right = gold.single else {
      return nil
    }
    return probabilities.indices.reduce(0) { sum, choice in
      let difference = probabilities[choice] - (choice == right ? 1 : 0)
      return sum + difference * difference
    }
  }

  private static func weightedMean(_ values: [MetricValue]) -> Double? {
    var total = 0.0
    var weights = 0
    for value in values {
      guard case .weighted(let sum, let weight) = value else { return nil }
      total += sum
      weights += weight
    }
    return total / Double(weights)
  }

  /// The sum from left to right, as Python's `sum` forms it up to version 3.11.
  static func sum(_ values: some Sequence<Double>) -> Double { values.reduce(0, +) }
}
