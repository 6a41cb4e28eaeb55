public import ArgumentParser
import Compute
public import HarnessCompatibility
import Scoring

extension HarnessVersion: ExpressibleByArgument {}
extension BeginningOfSequence: ExpressibleByArgument {}

/// How models are scored.
struct ModelOptions: ParsableArguments {
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

  /// The options as the scorer takes them.
  ///
  /// - Parameters:
  ///   - limit: Most documents per task.
  ///   - fewshot: Examples per prompt.
  /// - Returns: Settings for all checkpoints.
  func settings(limit: Int? = nil, fewshot: Int? = nil) -> ScoringSettings {
    ScoringSettings(
      version: compat, beginningOfSequence: bos, threads: threadCount, batchTokens: batchTokens,
      memoryLimit: memoryLimit?.bytes, limit: limit, fewshot: fewshot,
      program: CPTEval.program)
  }
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

  /// The options as the tasks' reader takes them.
  ///
  /// - Parameters:
  ///   - names: Of tasks, groups and tags.
  ///   - limit: Most documents per task.
  /// - Returns: What to select and load.
  func request(_ names: [String], limit: Int? = nil) -> TaskRequest {
    TaskRequest(
      names: names, includePaths: includePaths, dataPath: dataPath, limit: limit,
      fewshot: numFewshot)
  }
}
