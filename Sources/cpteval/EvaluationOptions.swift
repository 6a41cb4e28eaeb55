public import ArgumentParser
import Compute
import EvaluationTasks
import Files
import Foundation
public import HarnessCompatibility
import LanguageModel
import Scoring
import Tokenization

extension HarnessVersion: ExpressibleByArgument {}
extension BeginningOfSequence: ExpressibleByArgument {}

/// Which model is scored, and how.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The checkpoint: a folder with config.json, *.safetensors and tokenizer.json.",
      valueName: "dir"))
  var checkpoint: String

  @Option(
    help: ArgumentHelp(
      """
      Whether texts get a beginning-of-sequence token: as the tokenizer has it, always, or never. \
      Default: tokenizer; with --compat lm-eval-0.4.9.1: never, as that release had it.
      """, valueName: "tokenizer|always|never"))
  var bos: BeginningOfSequence?

  @Option(
    help: ArgumentHelp(
      """
      Which release of lm-evaluation-harness to mirror where they differ: BOS, requests without \
      context, standard errors of unweighted groups. lm-eval-0.4.9.2 stands for all later ones too.
      """, valueName: "lm-eval-0.4.9.1|lm-eval-0.4.9.2"))
  var compat = HarnessVersion.v0_4_9_2

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads to compute with; all cores by default.", valueName: "n"))
  var threads: Int?

  @Option(
    name: .customLong("batch-tokens"), parsing: .unconditional,
    help: ArgumentHelp(
      """
      Tokens to aim at per pass through the model; at least one document goes in, however long. \
      No score depends on it.
      """, valueName: "n"))
  var batchTokens: Int?

  @Option(
    name: .customLong("memory-limit"),
    help: ArgumentHelp(
      """
      Memory for weights and activations, such as 2GiB. Below the checkpoint's size its layers are \
      streamed from disk, each once per pass. No score depends on it.
      """, valueName: "size"))
  var memoryLimit: ByteCount?

  func validate() throws {
    try requireThreads(threads)
    if let batchTokens, batchTokens < 1 {
      throw ValidationError("--batch-tokens must be at least 1.")
    }
  }

  var threadCount: Int { threads ?? WorkerPool.availableCores }
}

/// Refuses a number of threads that cannot be meant: each has memory of its own, and many more than
/// there are cores only wait for each other.
///
/// - Parameter threads: As given with --threads, if it was.
/// - Throws: `ValidationError` with the numbers that are taken.
func requireThreads(_ threads: Int?) throws {
  let cores = WorkerPool.availableCores
  let most = max(64, 4 * cores)
  guard let threads, !(1...most ~= threads) else { return }
  guard threads > 0 else { throw ValidationError("--threads must be at least 1.") }
  throw ValidationError(
    "--threads must be at most \(most); this machine has \(cores) cores, and more threads than "
      + "cores are slower.")
}

/// Where tasks and their data come from.
struct TaskOptions: ParsableArguments {
  @Option(
    name: .customLong("include-path"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A folder with more task YAML, searched with all folders below. May be repeated.",
      valueName: "dir"))
  var includePaths: [String] = []

  @Option(
    name: .customLong("data-path"),
    help: ArgumentHelp(
      """
      Where data sets lie: <task>.jsonl, <task>.<split>.jsonl, or \
      <dataset_path>/<dataset_name>/<split>.jsonl; each also as .json and with .gz at its end.
      """, valueName: "dir"))
  var dataPath: String?

  @Option(
    name: .customLong("num-fewshot"), parsing: .unconditional,
    help: ArgumentHelp(
      "Examples in front of each document, drawn as lm-eval draws them; 0 unless the task says more.",
      valueName: "k"))
  var numFewshot: Int?

  func validate() throws {
    if let numFewshot, numFewshot < 0 {
      throw ValidationError("--num-fewshot must be 0 or more.")
    }
  }

  /// Finds the tasks that names stand for, and that their data is there.
  ///
  /// - Parameter names: Of tasks, groups and tags.
  /// - Returns: Tasks and groups.
  /// - Throws: ``RequestError`` naming what was not found, and the paths tried.
  func select(_ names: [String]) throws -> TaskSelection {
    try checkingRequest {
      let registry = try TaskRegistry(includePaths: includePaths.map { URL(fileURLWithPath: $0) })
      do {
        let selection = try registry.resolve(names: names)
        try requireData(of: selection.tasks)
        return selection
      } catch let error as TaskError {
        guard case .unknownNames = error, !registry.unreadableFiles.isEmpty else { throw error }
        let files = registry.unreadableFiles.prefix(5).map { "\n  \($0)" }.joined()
        throw RequestError(
          "\(error)\nThese files could not be read, so their tasks are unknown:\(files)")
      }
    }
  }

  /// Looks for all tasks' data before any of it is read.
  private func requireData(of tasks: [EvaluationTask]) throws {
    let folder = dataPath.map { URL(fileURLWithPath: $0) }
    var first: TaskError?
    var missing: [String] = []
    for task in tasks {
      guard case .failure(let error) = task.locateData(dataPath: folder) else { continue }
      first = first ?? error
      missing.append(task.name.escapedForTerminal)
    }
    guard let first else { return }
    let others = missing.dropFirst()
    let shown = others.prefix(5).joined(separator: ", ") + (others.count > 5 ? ", …" : "")
    throw RequestError(
      "\(first)" + (others.isEmpty ? "" : "\n\(others.count) more without data: \(shown)."))
  }

  /// Reads a task's documents.
  ///
  /// - Parameters:
  ///   - task: The task.
  ///   - limit: Most documents.
  /// - Returns: Documents and the rows that could not be read.
  /// - Throws: `TaskError`.
  func load(_ task: EvaluationTask, limit: Int?) throws -> LoadedTask {
    try task.loadDocuments(
      dataPath: dataPath.map { URL(fileURLWithPath: $0) }, limit: limit, numFewshot: numFewshot)
  }
}

/// A checkpoint that is ready to score.
struct OpenedModel {
  let checkpoint: Checkpoint
  let tokenizer: Tokenizer
  let encoder: RequestEncoder
  /// The folder's name.
  let name: String
  private let options: ModelOptions

  /// Opens checkpoint and tokenizer and checks that they belong together.
  ///
  /// - Parameter options: As given on the command line.
  /// - Throws: What is wrong with either, in whole sentences.
  init(_ options: ModelOptions) throws {
    self.options = options
    checkpoint = try Checkpoint.open(directory: options.checkpoint)
    tokenizer = try Tokenizer(directory: URL(fileURLWithPath: checkpoint.directory))
    encoder = try RequestEncoder(
      tokenizer: tokenizer, vocabularySize: checkpoint.configuration.vocabularySize,
      window: checkpoint.configuration.maximumLength, version: options.compat,
      beginningOfSequence: options.bos)
    let url = URL(fileURLWithPath: checkpoint.directory).standardizedFileURL
    name = url.lastPathComponent
  }

  /// Whether the tokenizer knows ids that the model has no embedding for.
  var mayExceedVocabulary: Bool {
    tokenizer.vocabularySize > checkpoint.configuration.vocabularySize
  }

  /// The engine; weights are read when something is scored.
  func makeEngine() -> CheckpointEngine<CPUBackend> {
    CheckpointEngine(
      checkpoint: checkpoint, backend: CPUBackend(threads: options.threadCount),
      threads: options.threadCount, maximumLength: checkpoint.configuration.maximumLength,
      batchTokens: options.batchTokens, memoryLimit: options.memoryLimit?.bytes,
      isCancelled: { Interruption.isRequested })
  }
}
