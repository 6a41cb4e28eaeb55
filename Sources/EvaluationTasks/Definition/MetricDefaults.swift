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
    Aggregation.usual(ofMetric: name).map {
      MetricSpecification(
        name: name, aggregation: $0.aggregation.rawValue, higherIsBetter: $0.higherIsBetter)
    }
  }
}
