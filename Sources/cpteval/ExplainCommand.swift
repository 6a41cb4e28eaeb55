import ArgumentParser
import Compute
import EvaluationTasks
import Files
import OrderedJSON
import Reports
import Scoring

/// `cpteval explain NAME --document I --checkpoint DIR`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show how one document of a task is scored, token by token.",
    discussion: """
      Prints the prompt between marks, the tokens of each choice with their ids and log-likelihoods, \
      the lengths of each choice, and the choices' ranks under every normalisation: as a sum, per \
      character, per byte, per token, and against the choice without context where the task asks \
      for that.

      Examples:
        cpteval explain hellaswag_mini --document 3 --checkpoint pythia-70m
        cpteval explain arc_challenge --document 0 --checkpoint pythia-70m \\
          --data-path data --num-fewshot 2
      """)

  @Argument(help: "The task's name.")
  var name: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Which document: its position in the evaluated split, from 0.", valueName: "i"))
  var document: Int

  @Option(
    help: ArgumentHelp(
      "The checkpoint: a folder with config.json, *.safetensors and tokenizer.json.",
      valueName: "dir"))
  var checkpoint: String

  @OptionGroup(title: "Model options")
  var model: ModelOptions

  @OptionGroup(title: "Task options")
  var taskOptions: TaskOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(help: ArgumentHelp("How to print.", valueName: "text|json"))
  var format = Format.text

  func validate() throws {
    if document < 0 { throw ValidationError("--document must be 0 or more.") }
  }

  func run() throws {
    let settings = model.settings()
    let opened = try checkingRequest {
      try ScorableCheckpoint(path: checkpoint, settings: settings)
    }
    let request = taskOptions.request([name], limit: document < Int.max ? document + 1 : nil)
    let task = try findTask(request)
    let loaded = try checkingRequest { try request.load(task) }
    if loaded.errorCount > 0 {
      for error in loaded.errors { printError("\(error)") }
      throw ExitStatus.failed
    }
    guard let index = loaded.documents.firstIndex(where: { $0.id == document }) else {
      throw RequestError(
        """
        The task \(name.escapedForTerminal) has no document \(document): its evaluated split has \
        \(loaded.originalCount), counted from 0.
        """)
    }
    let scoring = try checkingRequest { try ScoringTask(task, loaded: loaded) }
    var engine = opened.makeEngine(
      on: CPUBackend(threads: settings.threads), settings: settings)
    let record = try Explainer(encoder: opened.encoder, tokenizer: opened.tokenizer)
      .explain(documentAt: index, of: scoring, with: &engine)
    switch format {
    case .text: print(ExplanationReport(record).plain)
    case .json: print(try JSONValueEncoder().encode(record).serialized(indent: 2))
    }
  }

  /// The one task of that name; a group or tag has several.
  private func findTask(_ request: TaskRequest) throws -> EvaluationTask {
    let selection = try checkingRequest { try request.select() }
    guard selection.tasks.count == 1, let task = selection.tasks.first else {
      let names = selection.tasks.prefix(5).map(\.name.escapedForTerminal)
      throw RequestError(
        """
        \(name.escapedForTerminal) stands for \(selection.tasks.count) tasks; a document belongs to \
        one of them, such as \(names.joined(separator: ", ")).
        """)
    }
    return task
  }
}
