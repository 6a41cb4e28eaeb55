import ArgumentParser
import EvaluationTasks
import Files
import Foundation

/// `cpteval tasks …`.
struct TasksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tasks",
    abstract: "List the tasks, show what they ask, check task files, make new ones.",
    discussion: """
      A task is a YAML file in lm-evaluation-harness's own format. The program carries its tasks \
      in itself; --include-path brings more.
      """,
    subcommands: [
      TasksListCommand.self, TasksShowCommand.self, TasksCheckCommand.self, TasksMakeCommand.self,
    ])
}

/// The folders that tasks come from, beside those the program carries.
struct TaskFolderOptions: ParsableArguments {
  @Option(
    name: .customLong("include-path"),
    help: ArgumentHelp(
      "A folder with more task YAML; its names win over built-in ones. May be repeated.",
      valueName: "dir"))
  var includePaths: [String] = []

  /// Reads all task files.
  ///
  /// - Parameter more: Further folders, which win over the others.
  /// - Returns: The names that are known.
  /// - Throws: ``RequestError`` for folders that do not exist.
  func registry(and more: [URL] = []) throws -> TaskRegistry {
    let folders = includePaths.map { URL(fileURLWithPath: $0, isDirectory: true) }
    return try checkingRequest { try TaskRegistry(includePaths: folders + more) }
  }
}

extension String {
  /// The text on lines of its own, with marks where white space is easily missed: `·` for blanks at
  /// the ends of a line, `⏎` for newlines, `⇥` for tabs.
  func withVisibleSpace(indent: String) -> String {
    let lines = unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      let end = index + 1 < lines.count ? "⏎" : ""
      return indent + "| " + String(line).lineWithVisibleSpace + end
    }.joined(separator: "\n")
  }

  /// A line with visible blanks at its ends and visible tabs, safe for a terminal.
  var lineWithVisibleSpace: String {
    let scalars = Array(unicodeScalars)
    let first = scalars.firstIndex { $0 != " " } ?? scalars.count
    let last = scalars.lastIndex { $0 != " " } ?? -1
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case " " where index < first || index > last: result += "·"
      case "\t": result += "⇥"
      default: result += String(scalar).escapedForTerminal
      }
    }
    return result
  }
}
