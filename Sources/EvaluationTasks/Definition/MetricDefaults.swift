internal import HarnessCompatibility

/// What lm-eval takes for a metric that a task file does not describe fully.
///
/// Source: `lm_eval/api/metrics.py` and `lm_eval/api/registry.py: DEFAULT_METRIC_REGISTRY`, commit
/// 4e7e0d4.
enum MetricDefaults {
  /// Metrics of a task without `metric_list`.
  static func names(of outputType: OutputType) -> [String] {
    switch outputType {
    case .multipleChoice: ["acc", "acc_norm"]
    case .logLikelihood: ["perplexity", "acc"]
    case .rollingLogLikelihood: ["word_perplexity", "byte_perplexity", "bits_per_byte"]
    }
  }

  /// The metrics that a likelihood task can have, with their aggregation and direction.
  static func specification(of name: String) -> MetricSpecification? {
    let aggregation: Aggregation
    var higherIsBetter = true
    switch name {
    case "acc", "acc_norm", "acc_bytes", "acc_mutual_info", "exact_match", "likelihood":
      aggregation = .mean
    case "f1": aggregation = .f1
    case "mcc": aggregation = .matthewsCorrelation
    case "brier_score": (aggregation, higherIsBetter) = (.brierScore, false)
    case "perplexity": (aggregation, higherIsBetter) = (.perplexity, false)
    case "word_perplexity", "byte_perplexity":
      (aggregation, higherIsBetter) = (.weightedPerplexity, false)
    case "bits_per_byte": (aggregation, higherIsBetter) = (.bitsPerByte, false)
    default: return nil
    }
    return MetricSpecification(
      name: name, aggregation: aggregation.rawValue, higherIsBetter: higherIsBetter)
  }
}
