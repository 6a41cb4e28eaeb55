import EvaluationTasks
public import OrderedJSON
public import Records

/// Results in the format of lm-evaluation-harness, with ours under the key `cpteval`.
///
/// Keys, their order and their names are those of `lm_eval/evaluator_utils.py` (`_to_eval_results`),
/// `lm_eval/evaluator.py` and `lm_eval/loggers/`, commit 4e7e0d4.
public struct HarnessResults: Sendable {
  private let outcomes: [TaskOutcome]
  /// Inner groups before those around them.
  private let groups: [GroupOutcome]

  public init(outcomes: [TaskOutcome], groups: [GroupOutcome]) {
    self.outcomes = outcomes
    self.groups = groups
  }

  /// The whole file.
  ///
  /// - Parameters:
  ///   - context: What is not about tasks.
  ///   - taskHashes: Per task, as samples files give them; empty without samples.
  ///   - record: Ours.
  /// - Returns: The object that lm-eval writes with two spaces of indentation.
  /// - Throws: Never in practice; encoding a record cannot fail.
  public func json(
    context: HarnessContext, taskHashes: [(task: String, hash: String)], record: EvaluationRecord
  ) throws -> JSONValue {
    var object = JSONObject()
    func add(_ name: String, _ value: JSONValue) {
      object.members.append(JSONObject.Member(name: name, value: value))
    }
    add("results", .object(results))
    let aggregated = groups.filter { !$0.group.aggregates.isEmpty }
    if !aggregated.isEmpty {
      add("groups", .init(aggregated.map { ($0.group.name, groupEntry($0)) }))
    }
    add("group_subtasks", groupSubtasks)
    add("configs", .init(sorted(outcomes.map { ($0.task.name, $0.task.configuration) })))
    add("versions", .init(sorted(versions)))
    add("n-shot", .init(sorted(shots)))
    add("higher_is_better", .init(sorted(directions)))
    add(
      "n-samples",
      .init(
        outcomes.map {
          (
            $0.task.name,
            ["original": .integer($0.task.originalCount), "effective": .integer($0.sampleCount)]
          )
        }))
    object.members += Self.members(of: context)
    add("task_hashes", .init(taskHashes.map { ($0.task, .string($0.hash)) }))
    object.members += Self.identity(of: context)
    add("cpteval", try JSONValueEncoder().encode(record))
    return .object(object)
  }

  // MARK: Tasks and groups

  private var results: JSONObject {
    JSONObject(
      outcomes.map { .init(name: $0.task.name, value: taskEntry($0)) }
        + groups.map { .init(name: $0.group.name, value: groupEntry($0)) })
  }

  private func taskEntry(_ outcome: TaskOutcome) -> JSONValue {
    var entry: [(String, JSONValue)] = [
      ("name", .string(outcome.task.name)), ("alias", .string(outcome.task.alias)),
      ("sample_len", .integer(outcome.sampleCount)),
    ]
    for summary in outcome.summaries where summary.metric.origin != .own {
      entry += Self.metric(
        summary.metric.name, value: summary.value, standardError: summary.standardError)
    }
    return .init(entry)
  }

  private func groupEntry(_ outcome: GroupOutcome) -> JSONValue {
    var entry: [(String, JSONValue)] = [
      ("alias", .string(outcome.group.alias)), ("name", .string(outcome.group.name)),
    ]
    guard !outcome.group.aggregates.isEmpty else { return .init(entry) }
    entry.append(("sample_len", .integer(outcome.sampleCount)))
    for metric in outcome.metrics {
      entry += Self.metric(metric.name, value: metric.value, standardError: metric.standardError)
    }
    if !outcome.metrics.isEmpty {
      let counts = outcome.metrics.map { ("\($0.name),none", JSONValue.integer($0.count)) }
      entry.append(("sample_count", .init(counts)))
    }
    return .init(entry)
  }

  private static func metric(
    _ name: String, value: Double, standardError: Double?
  ) -> [(String, JSONValue)] {
    [
      ("\(name),none", .double(value)),
      ("\(name)_stderr,none", standardError.map { .double($0) } ?? "N/A"),
    ]
  }

  private var groupsOutermostFirst: [TaskGroup] {
    GroupOutcome.outermostFirst(groups).map(\.group)
  }

  private var groupSubtasks: JSONValue {
    .init(
      groupsOutermostFirst.map { group in
        (group.name, .array(group.memberNames.map { .string($0) }))
      })
  }

  private var versions: [(String, JSONValue)] {
    outcomes.map { ($0.task.name, $0.task.version) }
      + groups.map {
        ($0.group.name, .string($0.group.version.map(\.pythonString) ?? "N/A"))
      }
  }

  /// Shots of tasks, and of groups whose members agree.
  ///
  /// - SeeAlso: `lm_eval/evaluator_utils.py`, `_propagate_num_fewshot`, commit 4e7e0d4. It takes outer
  ///   groups first, so groups of groups have no entry unless inner ones came before.
  private var shots: [(String, JSONValue)] {
    var shots = outcomes.map { ($0.task.name, $0.task.shots) }
    for group in groupsOutermostFirst {
      let values = Set(
        group.memberNames.compactMap { name in shots.first { $0.0 == name }.map { $0.1 } })
      if values.count == 1, let value = values.first { shots.append((group.name, value)) }
    }
    return shots.map { ($0.0, .integer($0.1)) }
  }

  /// Directions of tasks, and of groups as far as their members agree.
  ///
  /// - SeeAlso: `lm_eval/evaluator_utils.py`, `_propagate_higher_is_better`, commit 4e7e0d4.
  private var directions: [(String, JSONValue)] {
    var all: [(name: String, metrics: [(String, Bool?)])] = outcomes.map { outcome in
      var metrics: [(String, Bool?)] = outcome.task.plan.listed.map { ($0.name, $0.higherIsBetter) }
      for metric in outcome.task.plan.metrics where metric.origin == .added {
        metrics.append((metric.name, metric.higherIsBetter))
      }
      return (outcome.task.name, metrics)
    }
    for group in groupsOutermostFirst {
      var merged: [(String, Bool?)] = []
      for member in group.memberNames {
        for (metric, direction) in all.first(where: { $0.name == member })?.metrics ?? [] {
          if let index = merged.firstIndex(where: { $0.0 == metric }) {
            if merged[index].1 != direction { merged[index].1 = nil }
          } else {
            merged.append((metric, direction))
          }
        }
      }
      if !merged.isEmpty { all.append((group.name, merged)) }
    }
    return all.map { entry in
      (entry.name, .init(entry.metrics.map { ($0.0, $0.1.map { .bool($0) } ?? .null) }))
    }
  }

  /// Python's order of strings is that of code points, so of UTF-8.
  private func sorted(_ members: [(String, JSONValue)]) -> [(String, JSONValue)] {
    members.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }
}

extension JSONValue {
  /// An object of members in this order.
  init(_ members: [(String, JSONValue)]) {
    self = .object(JSONObject(members.map { JSONObject.Member(name: $0.0, value: $0.1) }))
  }
}
