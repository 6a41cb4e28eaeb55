public import EvaluationTasks
import Files
import Foundation
public import Records

/// Which tasks are scored, where they and their data lie, and how much of them is taken.
public struct TaskRequest: Sendable, Equatable {
  /// Of tasks, groups and tags; patterns and paths of YAML files too.
  public var names: [String]
  /// Folders with more task YAML.
  public var includePaths: [String]
  /// Where data sets lie.
  public var dataPath: String?
  /// Most documents per task.
  public var limit: Int?
  /// Examples per prompt; as each task has it if `nil`.
  public var fewshot: Int?

  public init(
    names: [String], includePaths: [String] = [], dataPath: String? = nil, limit: Int? = nil,
    fewshot: Int? = nil
  ) {
    self.names = names
    self.includePaths = includePaths
    self.dataPath = dataPath
    self.limit = limit
    self.fewshot = fewshot
  }

  /// Finds the tasks that the names stand for, and that their data is there.
  ///
  /// - Returns: Tasks and groups.
  /// - Throws: `TaskError`, or ``TaskRequestError`` naming what was not found, and the paths tried.
  public func select() throws -> TaskSelection {
    let registry = try TaskRegistry(includePaths: includePaths.map { URL(fileURLWithPath: $0) })
    do {
      let selection = try registry.resolve(names: names)
      try requireData(of: selection.tasks)
      return selection
    } catch let error as TaskError {
      guard case .unknownNames = error, !registry.unreadableFiles.isEmpty else { throw error }
      let files = registry.unreadableFiles.prefix(5).map { "\n  \($0)" }.joined()
      throw TaskRequestError(
        description:
          "\(error)\nThese files could not be read, so their tasks are unknown:\(files)")
    }
  }

  /// Looks for all tasks' data before any of it is read.
  private func requireData(of tasks: [EvaluationTask]) throws {
    var first: TaskError?
    var missing: [String] = []
    for task in tasks {
      guard case .failure(let error) = task.locateData(dataPath: dataURL) else { continue }
      first = first ?? error
      missing.append(task.name.escapedForTerminal)
    }
    guard let first else { return }
    let others = missing.dropFirst()
    let shown = others.prefix(5).joined(separator: ", ") + (others.count > 5 ? ", …" : "")
    throw TaskRequestError(
      description: "\(first)"
        + (others.isEmpty ? "" : "\n\(others.count) more without data: \(shown)."))
  }

  private var dataURL: URL? { dataPath.map { URL(fileURLWithPath: $0) } }

  /// Reads a task's documents.
  ///
  /// - Parameters:
  ///   - task: The task.
  ///   - limit: Most documents; ``limit`` if `nil`.
  /// - Returns: Documents and the rows that could not be read.
  /// - Throws: `TaskError`.
  public func load(_ task: EvaluationTask, limit: Int? = nil) throws -> LoadedTask {
    try task.loadDocuments(
      dataPath: dataURL, limit: limit ?? self.limit, numFewshot: fewshot)
  }

  /// Reads all tasks' documents; tasks with bad rows fail alone.
  ///
  /// - Parameters:
  ///   - selection: From ``select()``.
  ///   - failed: Told of each task that cannot be scored.
  /// - Returns: The tasks that can be scored, and the failures.
  /// - Throws: `TaskError` or ``MetricError`` for a task that no data could mend.
  public func load(
    _ selection: TaskSelection, failed: (TaskFailureRecord) -> Void
  ) throws -> ScoringTasks {
    var result = ScoringTasks(tasks: [], groups: selection.groups)
    func fail(_ task: EvaluationTask, _ messages: [String], _ count: Int) {
      let failure = TaskFailureRecord(task: task.name, messages: messages, count: count)
      result.failures.append(failure)
      failed(failure)
    }
    for task in selection.tasks {
      let loaded: LoadedTask
      do {
        loaded = try load(task)
      } catch let error as TaskError {
        guard error.isAboutData else { throw error }
        fail(task, ["\(error)"], 1)
        continue
      }
      if loaded.errorCount > 0 {
        fail(task, loaded.errors.map { "\($0)" }, loaded.errorCount)
        continue
      }
      result.tasks.append(try ScoringTask(task, loaded: loaded))
    }
    return result
  }
}

/// Why names do not stand for tasks that can be scored, in whole sentences.
public struct TaskRequestError: Error, Equatable, CustomStringConvertible {
  public let description: String
}

/// Tasks that are ready to be scored, and what is around them.
public struct ScoringTasks: Sendable {
  /// With their documents, in the order in which they are reported.
  public var tasks: [ScoringTask]
  /// The groups that were asked for.
  public var groups: [TaskGroup]
  /// Tasks that could not be read.
  public var failures: [TaskFailureRecord]

  public init(
    tasks: [ScoringTask], groups: [TaskGroup] = [], failures: [TaskFailureRecord] = []
  ) {
    self.tasks = tasks
    self.groups = groups
    self.failures = failures
  }
}

extension TaskError {
  /// Whether the task's data is at fault, so that other tasks can go on.
  fileprivate var isAboutData: Bool {
    switch self {
    case .noRows, .noDocuments, .unreadableData: true
    default: false
    }
  }
}
