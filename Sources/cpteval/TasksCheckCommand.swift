import ArgumentParser
import EvaluationTasks
import Files
import Foundation

/// `cpteval tasks check FILE`.
struct TasksCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a task file: every key with its line, and every row where data is given.",
    discussion: "The status is 1 if anything is wrong; warnings do not count.")

  @Argument(help: "A YAML file with a task or a group.")
  var file: String

  @OptionGroup var folders: TaskFolderOptions

  @Option(help: ArgumentHelp("A folder with data sets; all rows are rendered.", valueName: "dir"))
  var dataPath: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Examples in front of each document.", valueName: "n"))
  var numFewshot: Int?

  func run() throws {
    let url = URL(fileURLWithPath: file)
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw RequestError("\(file.escapedForTerminal): no such file.")
    }
    let check = TaskRegistry.check(file: url)
    for problem in check.problems {
      print("\(problem.kind == .warning ? "warning" : "wrong"): \(problem)")
    }
    for function in check.functions {
      print(
        "\(function.key): \(function.reference.escapedForTerminal) is the built-in "
          + "\(function.processor)")
    }
    guard check.isUsable else { throw ExitStatus.failed }
    if let task = check.task {
      print("\(task.name.escapedForTerminal): the file is understood.")
      try checkData(of: task)
    } else if let group = check.groupName {
      try checkMembers(of: group, url)
    }
  }

  private func checkMembers(of group: String, _ url: URL) throws {
    let registry = try folders.registry(and: [url.deletingLastPathComponent()])
    do {
      let selection = try registry.resolve(names: [url.path])
      print("\(group.escapedForTerminal): the group stands for \(selection.tasks.count) tasks.")
    } catch {
      print("wrong: \(error)")
      throw ExitStatus.failed
    }
  }

  private func checkData(of task: EvaluationTask) throws {
    let folder = dataPath.map { URL(fileURLWithPath: $0, isDirectory: true) }
    switch task.locateData(dataPath: folder) {
    case .failure(let error):
      guard dataPath != nil else {
        print("Its rows were not checked: --data-path says where they lie.")
        return
      }
      print("wrong: \(error)")
      throw ExitStatus.failed
    case .success(let files):
      let names = files.map(\.description.escapedForTerminal).joined(separator: ", ")
      do {
        let loaded = try task.loadDocuments(dataPath: folder, numFewshot: numFewshot)
        guard loaded.errorCount == 0 else {
          report(loaded)
          print("wrong: \(loaded.errorCount) rows of \(names) cannot be read as the task says.")
          throw ExitStatus.failed
        }
        print("\(names): all \(loaded.documents.count) documents can be asked.")
      } catch let error as TaskError {
        print("wrong: \(error)")
        throw ExitStatus.failed
      }
    }
  }
}
