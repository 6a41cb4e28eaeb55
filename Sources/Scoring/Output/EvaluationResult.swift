public import EvaluationTasks
import Files
public import HarnessCompatibility
public import OrderedJSON
public import Records

/// A finished run, ready to be printed and written.
public struct EvaluationResult: Sendable {
  /// Ours.
  public internal(set) var record: EvaluationRecord
  /// Per task, documents and all.
  public let outcomes: [TaskOutcome]
  private let groups: [GroupOutcome]
  private let context: HarnessContext

  /// Averages groups and assembles the record.
  ///
  /// - Parameters:
  ///   - outcomes: Finished tasks.
  ///   - groups: The groups that were asked for.
  ///   - version: The behaviour mirrored.
  ///   - base: The record without tasks, groups and costs of tasks.
  ///   - context: What lm-eval's files say beyond tasks.
  ///   - digests: Were given the tasks' files.
  public init(
    outcomes: [TaskOutcome], groups: [TaskGroup], version: HarnessVersion, base: EvaluationRecord,
    context: HarnessContext, digests: FileDigests
  ) {
    self.outcomes = outcomes
    self.context = context
    let groups = GroupOutcome.all(in: groups, outcomes: outcomes, version: version)
    self.groups = groups
    var record = base
    record.tasks = outcomes.map {
      $0.record(
        taskFiles: digests.records(of: $0.task.taskFiles),
        dataFiles: digests.records(of: $0.task.dataFiles))
    }
    record.groups = GroupOutcome.outermostFirst(groups).map { $0.record(outcomes: outcomes) }
    for outcome in outcomes {
      record.cost.scoringSeconds += outcome.cost.scoringSeconds
      record.cost.sequences += outcome.cost.sequences
      record.cost.tokens += outcome.cost.tokens
      record.cost.weightBytesRead += outcome.cost.weightBytesRead
    }
    self.record = record
  }

  /// The results file.
  ///
  /// - Parameter logsSamples: Whether samples are written too; lm-eval hashes tasks only then.
  /// - Returns: lm-eval's object, ours under `cpteval`.
  /// - Throws: Never in practice; encoding a record cannot fail.
  public func json(logsSamples: Bool) throws -> JSONValue {
    try HarnessResults(outcomes: outcomes, groups: groups).json(
      context: context,
      taskHashes: logsSamples
        ? outcomes.map { ($0.task.name, HarnessSamples($0).taskHash) } : [],
      record: record)
  }

  /// Writes the results file and, if asked for, one samples file per task.
  ///
  /// - Parameters:
  ///   - files: Where to.
  ///   - logsSamples: Whether to write samples.
  /// - Returns: The paths written, the results file's first.
  /// - Throws: `FileError`; a file that is not complete does not appear, and the results file not
  ///   without the samples that belong to it.
  public func write(to files: ResultFiles, logsSamples: Bool) throws -> [String] {
    var written = [files.results]
    for outcome in logsSamples ? outcomes : [] {
      let path = files.samples(task: outcome.task.name)
      let file = try AtomicFile(path: path)
      _ = try HarnessSamples(outcome).lines { line in
        try file.write(line)
        try file.write("\n")
      }
      try file.commit()
      written.append(path)
    }
    // Last: whoever finds it relies on the samples.
    try AtomicFile.write(
      try json(logsSamples: logsSamples).serialized(indent: 2), to: files.results)
    return written
  }

  /// Space that the files of a run may need, in bytes, on the high side.
  ///
  /// - Parameters:
  ///   - tasks: What will be scored.
  ///   - logsSamples: Whether samples are written too.
  /// - Returns: The estimate.
  public static func requiredBytes(for tasks: [ScoringTask], logsSamples: Bool) -> Int {
    var bytes = 1 << 20
    for task in tasks {
      // Boundary reports may name every document several times.
      bytes += 16_384 + 64 * task.documents.count
      guard logsSamples else { continue }
      for document in task.documents {
        let texts = document.requests.reduce(0) {
          $0 + $1.context.utf8.count + $1.continuation.utf8.count + 120
        }
        bytes += 1024 + 2 * texts + document.target.utf8.count
      }
    }
    return bytes
  }
}

extension GroupOutcome {
  /// The outcome for files and reports.
  ///
  /// - Parameter outcomes: Of the tasks below it.
  /// - Returns: A record.
  func record(outcomes: [TaskOutcome]) -> GroupRecord {
    let leaves = group.leafTasks
    let shots = Set(outcomes.filter { leaves.contains($0.task.name) }.map(\.task.shots))
    return GroupRecord(
      name: group.name, alias: group.alias,
      groupVersion: group.version.map(\.pythonString) ?? "N/A", members: group.memberNames,
      shots: shots.count == 1 ? shots.first : nil, documents: sampleCount, metrics: metrics,
      notes: notes)
  }
}
