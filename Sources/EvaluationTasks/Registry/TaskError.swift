public import Files

/// Why tasks cannot be found or loaded; every case names the place and how to mend it.
public enum TaskError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A folder given as `--include-path` that is none.
  case includePathNotFound(String)
  /// Names that no task, group or tag has, with near ones.
  case unknownNames([UnknownName])
  /// A task that exists and cannot be used.
  case unusable(task: String, problems: [TaskProblem])
  /// A group that contains itself.
  case groupCycle(String)
  /// A group that grows beyond all measure.
  case tooManyTasks(group: String, limit: Int)
  /// Data of a split that lies nowhere.
  case dataNotFound(MissingData)
  /// A folder given as `--data-path` that is none.
  case dataPathNotFound(path: String, near: [String])
  /// A data file that cannot be read to its end.
  case unreadableData(FileError)
  /// A task without a split to evaluate.
  case noEvaluatedSplit(task: String)
  /// A data file without rows.
  case noRows(task: String, file: String)
  /// A data file all of whose rows processing has left out.
  case noDocuments(task: String, file: String, processor: String)
  /// Few-shot examples are wanted and there are too few to draw from.
  case tooFewExamples(task: String, split: String, wanted: Int, available: Int)

  /// A name that nothing has.
  public struct UnknownName: Sendable, Equatable {
    public let name: String
    /// Names that it may have meant.
    public let near: [String]
  }

  /// Where the data of a split was looked for.
  public struct MissingData: Sendable, Equatable {
    public let task: String
    public let split: String
    /// Every path tried, each with its first ending.
    public internal(set) var tried: [String] = []
    /// Paths that exist and resemble those.
    public internal(set) var near: [String] = []
    /// Names that were not tried, because they lead out of the folder.
    public internal(set) var refused: [String] = []
    /// Whether `--data-path` was given.
    public internal(set) var hasDataPath = false

    init(task: String, split: String) {
      self.task = task
      self.split = split
    }
  }

  public var description: String {
    switch self {
    case .includePathNotFound(let path):
      return "\(path.escapedForTerminal): no such folder. --include-path takes the folder that "
        + "holds the task YAML."
    case .unknownNames(let names):
      let lines = names.map { unknown in
        let near = unknown.near.map(\.escapedForTerminal)
        let hint = near.isEmpty ? "" : " Did you mean \(near.joined(separator: ", "))?"
        return "There is no task, group or tag \"\(unknown.name.escapedForTerminal)\".\(hint)"
      }
      return lines.joined(separator: "\n") + "\n`cpteval tasks list` shows all; "
        + "--include-path DIR brings more."
    case .unusable(let task, let problems):
      let lines = problems.map { "  \($0)" }
      return "The task \"\(task.escapedForTerminal)\" cannot be used:\n"
        + lines.joined(separator: "\n")
    case .groupCycle(let group):
      return "The group \"\(group.escapedForTerminal)\" contains itself. Take it out of its own "
        + "list of tasks."
    case .tooManyTasks(let group, let limit):
      return "The group \"\(group.escapedForTerminal)\" stands for more than \(limit) tasks."
    case .dataNotFound(let missing): return missing.description
    case .dataPathNotFound(let path, let near):
      let hint = near.isEmpty ? "" : " Did you mean \(near.listed(" or "))?"
      return
        "\(path.escapedForTerminal): no such folder. --data-path takes the folder that holds the "
        + "data sets.\(hint)"
    case .unreadableData(let error): return error.description
    case .noEvaluatedSplit(let task):
      return "The task \"\(task.escapedForTerminal)\" names neither test_split nor "
        + "validation_split; one of them has to say what is evaluated."
    case .noRows(let task, let file):
      return "\(file.escapedForTerminal) has no rows for the task \"\(task.escapedForTerminal)\". "
        + "One JSON object per line is expected."
    case .noDocuments(let task, let file, let processor):
      return "\(file.escapedForTerminal) has no documents for the task "
        + "\"\(task.escapedForTerminal)\": \(processor) leaves out every row. Check that the file is "
        + "the one the task is meant for."
    case .tooFewExamples(let task, let split, let wanted, let available):
      return "The task \"\(task.escapedForTerminal)\" should draw \(wanted) examples from "
        + "\"\(split.escapedForTerminal)\", which has \(available). Ask for fewer with "
        + "--num-fewshot."
    }
  }
}

extension TaskError.MissingData: CustomStringConvertible {
  public var description: String {
    var lines = [
      "No data for split \"\(split.escapedForTerminal)\" of the task "
        + "\"\(task.escapedForTerminal)\"."
    ]
    if !tried.isEmpty {
      lines.append("Looked for:")
      lines += tried.map { "  \($0.escapedForTerminal)" }
      if hasDataPath {
        lines.append("(below the data folder each also as .json, .jsonl.gz and .json.gz)")
      }
    }
    if !refused.isEmpty {
      lines.append("Not looked for, because it leads out of the folder: \(refused.listed(", "))")
    }
    var unique: [String] = []
    for path in near where !unique.contains(path) { unique.append(path) }
    if !unique.isEmpty { lines.append("Did you mean \(unique.prefix(5).listed(" or "))?") }
    if !hasDataPath { lines.append("Say with --data-path DIR where data sets lie.") }
    lines.append("tasks/README.md tells for every task which file it reads and where to get it.")
    return lines.joined(separator: "\n")
  }
}

extension Sequence<String> {
  fileprivate func listed(_ separator: String) -> String {
    map(\.escapedForTerminal).joined(separator: separator)
  }
}
