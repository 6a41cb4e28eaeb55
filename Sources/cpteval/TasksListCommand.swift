import ArgumentParser
import EvaluationTasks
import Files
import OrderedJSON

/// `cpteval tasks list`.
struct TasksListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List all tasks, groups and tags.",
    discussion: """
      A task shows its family, the language of its texts, what it asks of a model, its metrics and \
      its version. Groups and tags stand for several tasks.
      """)

  @OptionGroup var folders: TaskFolderOptions

  @Flag(help: "List tasks that cannot be used here too, with the reason.")
  var all = false

  func run() throws {
    let registry = try folders.registry()
    var tasks = AlignedTable([.left, .left, .left, .left, .left, .left])
    tasks.add(["task", "family", "language", "asks for", "metrics", "version"])
    var collections = AlignedTable([.left, .left, .right])
    collections.add(["name", "kind", "tasks"])
    var unusable: [(name: String, reason: String)] = []
    for (name, kind) in registry.names {
      do {
        let selection = try registry.resolve(names: [name])
        switch kind {
        case .task: for task in selection.tasks { tasks.add(row(task)) }
        case .group:
          collections.add([name.escapedForTerminal, "group", "\(selection.tasks.count)"])
        case .tag: collections.add([name.escapedForTerminal, "tag", "\(selection.tasks.count)"])
        }
      } catch {
        if kind != .tag { unusable.append((name, reason(error))) }
      }
    }
    print(tasks.text)
    print("\n" + collections.text)
    report(unusable, unreadable: registry.unreadableFiles)
  }

  private func row(_ task: EvaluationTask) -> [String] {
    let metrics = task.metrics.map(\.name).joined(separator: ", ")
    return [
      task.name, task.family, task.language ?? "", task.outputType.rawValue, metrics,
      task.version.stringValue ?? task.version.serialized(),
    ].map(\.escapedForTerminal)
  }

  private func reason(_ error: any Error) -> String {
    if case TaskError.unusable(_, let problems) = error, let first = problems.first {
      return "\(first)"
    }
    return "\(error)"
  }

  private func report(
    _ unusable: [(name: String, reason: String)], unreadable: [TaskProblem]
  ) {
    if !unusable.isEmpty {
      if all {
        for (name, reason) in unusable { printError("\(name.escapedForTerminal): \(reason)") }
      } else {
        printError(
          "\(unusable.count) more names cannot be used here; --all lists them with the reason.")
      }
    }
    for problem in unreadable.prefix(all ? .max : 3) { printError("Passed over: \(problem)") }
    if !all, unreadable.count > 3 {
      printError("Passed over: \(unreadable.count - 3) more files; --all lists them.")
    }
  }
}
