public import EvaluationTasks
public import HarnessCompatibility
public import Records
import Statistics

/// A group's result, made from those of the tasks below it.
public struct GroupOutcome: Sendable {
  public let group: TaskGroup
  /// Documents that count in the tasks below.
  public let sampleCount: Int
  /// In the order of the group's list.
  public let metrics: [MetricRecord]
  /// Whole sentences about what is unusual.
  public let notes: [String]

  /// Averages over all tasks below a group, those of groups inside it included.
  ///
  /// - Parameters:
  ///   - group: The group.
  ///   - outcomes: Results of tasks; those that are missing are left aside and noted.
  ///   - version: The behaviour mirrored, for the standard error of plain means.
  /// - SeeAlso: `lm_eval/api/group.py`, `Group.aggregate`, commit 4e7e0d4.
  public init(group: TaskGroup, outcomes: [TaskOutcome], version: HarnessVersion) {
    self.group = group
    let leaves = group.leafTasks
    let members = leaves.compactMap { name in outcomes.first { $0.task.name == name } }
    sampleCount = members.reduce(0) { $0 + $1.sampleCount }
    var notes: [String] = []
    let missing = leaves.filter { name in !outcomes.contains { $0.task.name == name } }
    if !missing.isEmpty && !group.aggregates.isEmpty {
      notes.append("Without \(missing.joined(separator: ", ")), which have no results.")
    }
    var metrics: [MetricRecord] = []
    for aggregate in group.aggregates where aggregate.filters?.contains("none") ?? true {
      let found = members.compactMap { outcome in
        outcome.summaries.first { $0.metric.name == aggregate.metric && $0.metric.origin != .own }
          .map { (outcome: outcome, summary: $0) }
      }
      guard !found.isEmpty else {
        if !members.isEmpty {
          notes.append("The metric \(aggregate.metric) has no value in any task of the group.")
        }
        continue
      }
      if found.count < members.count {
        let without = members.filter { member in
          !found.contains { $0.outcome.task.name == member.task.name }
        }
        notes.append(
          """
          The metric \(aggregate.metric) is missing in \
          \(without.map(\.task.name).joined(separator: ", ")).
          """)
      }
      metrics.append(Self.record(aggregate, found, version: version))
    }
    self.metrics = metrics
    self.notes = notes
  }

  private static func record(
    _ aggregate: GroupAggregate, _ found: [(outcome: TaskOutcome, summary: MetricSummary)],
    version: HarnessVersion
  ) -> MetricRecord {
    let parts = found.map {
      GroupAggregation.Part(
        value: $0.summary.value, standardError: $0.summary.standardError,
        size: $0.outcome.sampleCount)
    }
    let formula = GroupAggregation.formula(
      weightBySize: aggregate.weightBySize, version: version)
    let error = GroupAggregation.standardError(of: parts, formula: formula)
    let counts = found.map(\.summary.count)
    let documents = counts.reduce(0, +)
    let records = found.map { $0.outcome.record(of: $0.summary) }
    // A mean weighted by size over shares is the share of all documents.
    var interval: IntervalRecord?
    let successes = found.compactMap(\.summary.successes)
    if aggregate.weightBySize, successes.count == found.count, documents > 0 {
      let wilson = WilsonInterval(successes: successes.reduce(0, +), count: documents)
      interval = IntervalRecord(low: wilson.low, high: wilson.high)
    }
    let chances = zip(records, parts).compactMap { record, part in
      record.chance.map { GroupAggregation.Part(value: $0, standardError: nil, size: part.size) }
    }
    let directions = Set(found.map(\.summary.metric.higherIsBetter))
    let normalizations = Set(records.map(\.normalization))
    return MetricRecord(
      name: aggregate.metric,
      value: GroupAggregation.mean(of: parts, weightBySize: aggregate.weightBySize),
      standardError: error, errorMethod: error == nil ? "unavailable" : formula.rawValue,
      count: documents, higherIsBetter: directions.count == 1 ? directions.first : nil,
      normalization: normalizations.count == 1 ? records[0].normalization : nil,
      interval: interval,
      chance: chances.count == parts.count
        ? GroupAggregation.mean(of: chances, weightBySize: aggregate.weightBySize) : nil,
      origin: "task")
  }

  /// The results of all groups, those of inner groups before those of the groups around them.
  ///
  /// - Parameters:
  ///   - groups: The groups that were asked for.
  ///   - outcomes: Results of tasks.
  ///   - version: The behaviour mirrored.
  /// - Returns: Each group once.
  /// - SeeAlso: `lm_eval/evaluator_utils.py`, `_collect_groups_bottom_up`, commit 4e7e0d4.
  public static func all(
    in groups: [TaskGroup], outcomes: [TaskOutcome], version: HarnessVersion
  ) -> [GroupOutcome] {
    var results: [GroupOutcome] = []
    func visit(_ group: TaskGroup) {
      if results.contains(where: { $0.group.name == group.name }) { return }
      for member in group.members {
        if case .group(let inner) = member { visit(inner) }
      }
      results.append(GroupOutcome(group: group, outcomes: outcomes, version: version))
    }
    // A group that was named and also lies inside another one comes with that one.
    let inner = Set(groups.flatMap { $0.allGroups.map(\.name) })
    for group in groups where !inner.contains(group.name) { visit(group) }
    return results
  }
}

extension GroupOutcome {
  /// Groups in the order in which lm-eval lists them: each before those inside it.
  ///
  /// - Parameter groups: As ``all(in:outcomes:version:)`` gives them.
  /// - Returns: The same groups.
  static func outermostFirst(_ groups: [GroupOutcome]) -> [GroupOutcome] {
    var ordered: [GroupOutcome] = []
    let inner = Set(groups.flatMap { $0.group.allGroups.map(\.name) })
    for outcome in groups where !inner.contains(outcome.group.name) {
      for group in [outcome.group] + outcome.group.allGroups
      where !ordered.contains(where: { $0.group.name == group.name }) {
        if let found = groups.first(where: { $0.group.name == group.name }) {
          ordered.append(found)
        }
      }
    }
    return ordered
  }
}

extension TaskGroup {
  /// Names of the tasks and groups directly below.
  var memberNames: [String] {
    members.map { member in
      switch member {
      case .task(let name): name
      case .group(let group): group.name
      }
    }
  }
}
