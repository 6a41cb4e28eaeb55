internal import HarnessCompatibility
internal import YAMLDocuments

/// Interprets the keys that only groups have.
///
/// Source: `lm_eval/config/group.py`, commit 4e7e0d4.
enum GroupReader {
  /// `aggregate_metric_list`.
  static func aggregates(
    of raw: RawConfiguration, problems: inout [TaskProblem]
  ) -> [GroupAggregate] {
    guard let list = raw.value("aggregate_metric_list") else { return [] }
    let key = "aggregate_metric_list"
    var aggregates: [GroupAggregate] = []
    for node in list.sequence ?? [list] {
      guard let entries = node.mapping else {
        problems.append(
          TaskProblem(
            node.file, node.line, "\(node.kind), where an entry like {metric: acc} should stand",
            key: key))
        continue
      }
      for entry in entries {
        if case .string(let name) = entry.key, TaskKeys.aggregate.contains(name) { continue }
        problems.append(
          TaskProblem(
            node.file, entry.line, "lm-eval has no such key", key: "\(key).\(entry.key.pythonText)")
        )
      }
      guard let metric = node.value(of: "metric")?.text else {
        problems.append(
          TaskProblem(node.file, node.line, "an entry without the key metric", key: key))
        continue
      }
      if let aggregation = node.value(of: "aggregation"), aggregation.text != "mean" {
        var kind = TaskProblem.Kind.mistake
        if case .function = aggregation.content { kind = .missingFunction }
        problems.append(
          TaskProblem(
            node.file, aggregation.line, "groups are averaged by mean only",
            key: "\(key).aggregation", kind: kind))
      }
      let filters = node.value(of: "filter_list").flatMap { filters -> [String]? in
        filters.isNull ? nil : (filters.sequence ?? [filters]).compactMap(\.text)
      }
      // lm-eval asks only whether the value counts as true.
      let weight = node.value(of: "weight_by_size")?.pythonValue?.isTruthy ?? true
      aggregates.append(
        GroupAggregate(metric: metric, filters: filters, weightBySize: weight))
    }
    return aggregates
  }

  /// The entries of a group's `task` list, with problems for those that lm-eval refuses.
  static func checkMembers(of raw: RawConfiguration, problems: inout [TaskProblem]) {
    for node in raw.value("task")?.sequence ?? [] {
      if node.text != nil { continue }
      if node.value(of: "task")?.text != nil || node.value(of: "group")?.text != nil { continue }
      problems.append(
        TaskProblem(
          node.file, node.line, "an entry that names neither a task nor a group", key: "task"))
    }
  }
}
