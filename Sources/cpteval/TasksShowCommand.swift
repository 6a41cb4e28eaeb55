import ArgumentParser
import EvaluationTasks
import Files
import Foundation
import OrderedJSON

/// `cpteval tasks show NAME`.
struct TasksShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a task's configuration, where its data is looked for, and rendered documents.",
    discussion: """
      In rendered texts · is a blank at the start or end of a line, ⏎ a new line, ⇥ a tab. What is \
      scored is the continuation, its delimiter included.
      """)

  @Argument(help: "A task, group, tag, pattern like mmlu_*, or the path of a .yaml file.")
  var name: String

  @OptionGroup var folders: TaskFolderOptions

  @Option(help: ArgumentHelp("A folder with data sets.", valueName: "dir"))
  var dataPath: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Examples in front of each document.", valueName: "n"))
  var numFewshot: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Documents to render.", valueName: "n"))
  var documents = 1

  func validate() throws {
    if let numFewshot, !(0...1000 ~= numFewshot) {
      throw ValidationError("--num-fewshot takes a number from 0 to 1000.")
    }
    if documents < 0 { throw ValidationError("--documents takes a number from 0.") }
  }

  func run() throws {
    let registry = try folders.registry()
    let selection = try checkingRequest { try registry.resolve(names: [name]) }
    for group in selection.groups { print(outline(of: group, indent: "") + "\n") }
    guard selection.tasks.count == 1, selection.groups.isEmpty else {
      if selection.groups.isEmpty {
        print(selection.tasks.map(\.name.escapedForTerminal).joined(separator: "\n"))
      }
      return
    }
    for task in selection.tasks { try show(task) }
  }

  private func outline(of group: TaskGroup, indent: String) -> String {
    var lines = ["\(indent)\(group.name.escapedForTerminal)"]
    for aggregate in group.aggregates {
      let weight = aggregate.weightBySize ? "by documents" : "each task alike"
      lines[0] += "  (mean of \(aggregate.metric.escapedForTerminal), \(weight))"
    }
    for member in group.members {
      switch member {
      case .task(let name): lines.append("\(indent)  \(name.escapedForTerminal)")
      case .group(let inner): lines.append(outline(of: inner, indent: indent + "  "))
      }
    }
    return lines.joined(separator: "\n")
  }

  private func show(_ task: EvaluationTask) throws {
    let shots = task.effectiveFewshot(requested: numFewshot)
    print(task.configurationJSON(numFewshot: shots).serialized(indent: 2).escapedLines)
    print("\nmade from")
    for file in task.sourceFiles { print("  \(file.description.escapedForTerminal)") }
    for function in task.resolvedFunctions {
      print(
        "  \(function.key): \(function.reference.escapedForTerminal) is the built-in "
          + "\(function.processor)")
    }
    let folder = dataPath.map { URL(fileURLWithPath: $0, isDirectory: true) }
    switch task.locateData(dataPath: folder) {
    case .failure(let error):
      print("\n\(error)")
      // Without --data-path nothing was asked of the data.
      if dataPath != nil { throw ExitStatus.badRequest }
    case .success(let files):
      print("\ndata")
      for file in files { print("  \(file.description.escapedForTerminal)") }
      if documents > 0 { try render(task, folder) }
    }
  }

  private func render(_ task: EvaluationTask, _ folder: URL?) throws {
    let loaded = try checkingRequest {
      try task.loadDocuments(dataPath: folder, limit: documents, numFewshot: numFewshot)
    }
    for document in loaded.documents {
      print("\ndocument \(document.id) of \(loaded.originalCount)\n" + document.rendering)
    }
    if loaded.errorCount > 0 {
      report(loaded)
      throw ExitStatus.failed
    }
  }
}

/// Reports the rows of a task that cannot be read.
///
/// - Parameter loaded: A task with at least one.
func report(_ loaded: LoadedTask) {
  for error in loaded.errors { printError("\(error)") }
  if loaded.errorCount > loaded.errors.count {
    printError("… and \(loaded.errorCount - loaded.errors.count) more.")
  }
}

extension EvaluationDocument {
  /// The document's requests in words, equal contexts once.
  var rendering: String {
    var lines: [String] = []
    let contexts = requests.map(\.context)
    let isShared = contexts.allSatisfy { $0.hasSameBytes(as: contexts[0]) }
    if isShared, let context = contexts.first {
      lines.append("  context")
      lines.append(context.withVisibleSpace(indent: "    "))
    }
    for request in requests {
      lines.append("  \(label(of: request.role))")
      if !isShared { lines.append(request.context.withVisibleSpace(indent: "    context ")) }
      lines.append(
        request.continuation.withVisibleSpace(indent: isShared ? "    " : "    scored  "))
    }
    return lines.joined(separator: "\n")
  }

  private func label(of role: LogLikelihoodRequest.Role) -> String {
    switch role {
    case .choice(let index): "choice \(index)" + (gold.contains(index) ? ", right" : "")
    case .unconditionalChoice(let index): "choice \(index) without context"
    case .target: "target"
    case .rolling: "text"
    }
  }
}

extension String {
  /// Lines of a text that is safe to print apart from what a file put into it.
  var escapedLines: String {
    split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).escapedForTerminal }.joined(separator: "\n")
  }
}
