/// Documents of tasks that a second look leaves out, such as those that stand in a training corpus.
public struct ExcludedDocuments: Sendable, Equatable {
  /// By task, and by the document's position (lm-eval's `doc_id`): its hash, if that is known.
  ///
  /// A task without an entry was not looked at.
  public var tasks: [String: [Int: String?]] = [:]

  public init() {}

  /// Documents of a task to leave out.
  ///
  /// - Parameter task: Its name.
  /// - Returns: Positions and hashes; empty if there are none.
  public func documents(of task: String) -> [Int: String?] { tasks[task] ?? [:] }
}
