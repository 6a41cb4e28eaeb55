internal import EvaluationTasks
internal import Files
public import HarnessCompatibility
internal import OrderedJSON
public import Records

/// Why listed documents cannot be left out.
public struct ExclusionError: Error, Equatable, Sendable, CustomStringConvertible {
  public let task: String
  public let document: Int

  public var description: String {
    "\(task.escapedForTerminal): document \(document) is not the one that the list names. The list was "
      + "made over other data or another version of the task; make it again."
  }
}

extension EvaluationResult {
  /// Adds each task once more without the documents that a list names.
  ///
  /// - Parameters:
  ///   - excluded: The list.
  ///   - bootstrapIterations: Replicates where an error is bootstrapped.
  ///   - threads: Threads that draw them.
  /// - Throws: ``ExclusionError`` for a document that is another one.
  public mutating func addResults(
    without excluded: ExcludedDocuments,
    bootstrapIterations: Int = StandardError.bootstrapIterations, threads: Int = 1
  ) throws(ExclusionError) {
    var records: [TaskRecord] = []
    for outcome in outcomes {
      let listed = excluded.documents(of: outcome.task.name)
      let rest = try outcome.without(
        listed, bootstrapIterations: bootstrapIterations, threads: threads)
      guard rest.documents.count < outcome.documents.count else { continue }
      records.append(rest.record())
    }
    record.withoutListed = records
  }
}

extension ScoringTasks {
  /// Makes sure that a list is about these tasks' documents, before anything is scored.
  ///
  /// - Parameter excluded: The list.
  /// - Throws: ``ExclusionError`` for a document that is another one.
  public func check(_ excluded: ExcludedDocuments) throws(ExclusionError) {
    for task in tasks { _ = try task.indices(without: excluded.documents(of: task.name)) }
  }
}

extension ScoringTask {
  /// The places of documents that are not listed.
  fileprivate func indices(without listed: [Int: String?]) throws(ExclusionError) -> [Int] {
    var kept: [Int] = []
    for (index, document) in documents.enumerated() {
      guard let entry = listed[document.id] else {
        kept.append(index)
        continue
      }
      if let hash = entry,
        hash != SHA256Digest(of: document.fields.serialized(indent: 2)).hex
      {
        throw ExclusionError(task: name, document: document.id)
      }
    }
    return kept
  }

  /// The task with some of its documents.
  fileprivate func keeping(_ indices: [Int]) -> ScoringTask {
    ScoringTask(
      name: name, alias: alias, version: version, outputType: outputType, plan: plan,
      documents: indices.map { documents[$0] }, originalCount: originalCount, shots: shots,
      configuration: configuration, taskFiles: taskFiles, dataFiles: dataFiles)
  }
}

extension TaskOutcome {
  /// The outcome over the documents that are not listed.
  ///
  /// - Throws: ``ExclusionError``.
  fileprivate func without(
    _ listed: [Int: String?], bootstrapIterations: Int, threads: Int
  ) throws(ExclusionError) -> TaskOutcome {
    let kept = try task.indices(without: listed)
    return TaskOutcome(
      task: task.keeping(kept), documents: kept.map { documents[$0] },
      boundary: BoundaryRecord(), cost: CostRecord(), bootstrapIterations: bootstrapIterations,
      threads: threads)
  }
}
