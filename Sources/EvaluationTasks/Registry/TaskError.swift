internal import Files

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
  case dataNotFound(task: String, split: String, tried: [String], near: [String])
  /// A task without a split to evaluate.
  case noEvaluatedSplit(task: String)
  /// A data file without rows.
  case noRows(task: String, file: String)
  /// Few-shot examples are wanted and there are too few to draw from.
  case tooFewExamples(task: String, split: String, wanted: Int, available: Int)

  /// A name that nothing has.
  public struct UnknownName: Sendable, Equatable {
    public let name: String
    /// Names that it may have meant.
    public let near: [String]
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
    case .dataNotFound(let task, let split, let tried, let near):
      let paths = tried.map { "  \($0.escapedForTerminal)" }.joined(separator: "\n")
      let found = near.map(\.escapedForTerminal).joined(separator: ", ")
      let hint = near.isEmpty ? "" : "\nWhat lies near: \(found)."
      let start =
        "No data for split \"\(split.escapedForTerminal)\" of the task "
        + "\"\(task.escapedForTerminal)\"."
      return tried.isEmpty
        ? "\(start) Say with --data-path DIR where data sets lie."
        : "\(start) Looked for:\n\(paths)\n(each also as .json and with .gz at its end)\(hint)"
    case .noEvaluatedSplit(let task):
      return "The task \"\(task.escapedForTerminal)\" names neither test_split nor "
        + "validation_split; one of them has to say what is evaluated."
    case .noRows(let task, let file):
      return "\(file.escapedForTerminal) has no rows for the task \"\(task.escapedForTerminal)\". "
        + "One JSON object per line is expected."
    case .tooFewExamples(let task, let split, let wanted, let available):
      return "The task \"\(task.escapedForTerminal)\" should draw \(wanted) examples from "
        + "\"\(split.escapedForTerminal)\", which has \(available). Ask for fewer with "
        + "--num-fewshot."
    }
  }
}
