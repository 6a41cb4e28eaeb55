internal import Files
internal import HarnessCompatibility
internal import YAMLDocuments

extension DefinitionReader {
  /// Interprets `metric_list` and `filter_list`.
  ///
  /// - SeeAlso: `lm_eval/api/task.py: ConfigurableTask.__init__`, commit 4e7e0d4.
  mutating func readMetrics() {
    checkFilters()
    guard let list = raw.value("metric_list") else {
      definition.metrics = MetricDefaults.names(of: definition.outputType)
        .compactMap { MetricDefaults.specification(of: $0) }
      return
    }
    guard let nodes = list.sequence else {
      report(list, "metric_list", "\(list.kind), where a list should stand")
      return
    }
    for node in nodes { readMetric(node) }
  }

  private mutating func readMetric(_ node: YAMLNode) {
    guard let entries = node.mapping else {
      report(node, "metric_list", "\(node.kind), where an entry like {metric: acc} should stand")
      return
    }
    for entry in entries {
      guard case .string(let key) = entry.key, TaskKeys.metric.contains(key) else {
        reportUnknown(
          "metric_list.\(entry.key.pythonText)", entry.value, line: entry.line,
          known: TaskKeys.metric.map { "metric_list.\($0)" })
        continue
      }
    }
    guard let metric = node.value(of: "metric") else {
      report(node, "metric_list", "an entry without the key metric")
      return
    }
    if case .function(let reference) = metric.content {
      reportMissing(reference, "metric_list.metric", metric)
      return
    }
    guard let name = metric.text else {
      report(metric, "metric_list.metric", "\(metric.kind), where a metric's name should stand")
      return
    }
    let standard = MetricDefaults.specification(of: name)
    var aggregation = standard?.aggregation
    if let given = node.value(of: "aggregation"), !given.isNull {
      aggregation = readAggregation(given)
      if aggregation == nil { return }
    }
    var higherIsBetter = standard?.higherIsBetter ?? true
    if let given = node.value(of: "higher_is_better"), !given.isNull {
      guard case .scalar(.bool(let flag)) = given.content else {
        report(
          given, "metric_list.higher_is_better", "\(given.kind), where true or false should stand")
        return
      }
      higherIsBetter = flag
    }
    // With process_results the function decides which metrics there are.
    guard let aggregation, standard != nil || raw.value("process_results") != nil else {
      let known = [
        "acc", "acc_norm", "acc_bytes", "acc_mutual_info", "exact_match", "brier_score",
        "likelihood", "f1", "mcc", "perplexity", "word_perplexity", "byte_perplexity",
        "bits_per_byte",
      ]
      let near = suggestions(for: name, among: known)
      let hint = near.isEmpty ? "" : "did you mean \(near.joined(separator: " or "))? "
      report(
        metric, "metric_list.metric",
        "no metric of a likelihood task; \(hint)there are \(known.joined(separator: ", "))")
      return
    }
    definition.metrics.append(
      MetricSpecification(name: name, aggregation: aggregation, higherIsBetter: higherIsBetter))
  }

  private mutating func readAggregation(_ node: YAMLNode) -> String? {
    let key = "metric_list.aggregation"
    if case .function(let reference) = node.content {
      reportMissing(reference, key, node)
      return nil
    }
    guard let name = node.text, Aggregation(rawValue: name) != nil else {
      let names = Aggregation.allCases.map(\.rawValue).joined(separator: ", ")
      report(node, key, "unknown; there are \(names)")
      return nil
    }
    return name
  }

  /// Filters work on generated text; only the one that takes the only answer changes nothing.
  private mutating func checkFilters() {
    guard let list = raw.value("filter_list") else { return }
    let filters = list.sequence ?? [list]
    for filter in filters {
      let steps = filter.value(of: "filter")?.sequence ?? []
      let isTrivial =
        filters.count == 1 && filter.value(of: "name")?.text == "none"
        && steps.allSatisfy { $0.value(of: "function")?.text == "take_first" }
      if !isTrivial {
        report(
          filter, "filter_list",
          "filters are not supported but for one named none that holds take_first")
      }
    }
  }
}
