import ArgumentParser
import Compute
import EvaluationTasks
import Files
import Foundation
import HarnessCompatibility
import LanguageModel
import OrderedJSON
import Records
import Reports
import Scoring

/// `cpteval run --checkpoint DIR --tasks NAME[,NAME…]`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Score a checkpoint on tasks, with lm-evaluation-harness's numbers.",
    discussion: """
      Everything is checked before the scoring begins: checkpoint, tokenizer, tasks, data, and the \
      output folder. The table goes to standard output, progress and logs to standard error.

      Examples:
        cpteval run --checkpoint pythia-70m --tasks hellaswag_mini,arc_mini_de
        cpteval run --checkpoint pythia-70m --tasks hellaswag,mmlu \\
          --data-path data --num-fewshot 5 --output-path results --log-samples
        cpteval run --checkpoint llama-8b --tasks arc_challenge \\
          --data-path data --memory-limit 4GiB --limit 100 --format json
        cpteval run --checkpoint 'results/plan/continual/checkpoints/*' \\
          --tasks hellaswag_mini --baseline results/plan/from-scratch/checkpoints/step-00001270

      Exit status: 0 done; 1 a task or a checkpoint failed or results could not be written, the rest \
      is there; 2 the request was wrong; 130 interrupted, what was finished is shown.
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      The checkpoint: a folder with config.json, *.safetensors and tokenizer.json. Several, or a \
      pattern in quotes, are scored one after another; tasks are tokenized once for all of them.
      """, valueName: "dir"))
  var checkpoint: [String]

  @OptionGroup(title: "Model options")
  var model: ModelOptions

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      """
      Names of tasks, groups or tags, patterns such as mmlu_*, or paths of YAML files, separated by \
      commas. `cpteval tasks list` shows all names.
      """, valueName: "name[,name…]"))
  var tasks: [String]

  @OptionGroup(title: "Task options")
  var taskOptions: TaskOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Score only the first documents of each task.", valueName: "n"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      """
      Compare with this model, paired: a checkpoint, which is scored first unless it holds results, \
      or an output folder with samples, lm-eval's too.
      """, valueName: "dir"))
  var baseline: String?

  @OptionGroup var comparison: ComparisonMargins

  @OptionGroup var contamination: ContaminationOption

  @Option(
    name: .customLong("output-path"),
    help: ArgumentHelp(
      "Write lm-eval's results file to <dir>/<checkpoint name>/results_<date>.json.",
      valueName: "dir"))
  var outputPath: String?

  @Flag(
    name: .customLong("log-samples"),
    help: "Write every document's requests and answers too, to samples_<task>_<date>.jsonl.")
  var logSamples = false

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json, markdown
  }

  @Option(
    help: ArgumentHelp(
      "What to print: a table, the results file's JSON, or a Markdown table.",
      valueName: "table|json|markdown"))
  var format = Format.table

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
    if logSamples && outputPath == nil {
      throw ValidationError("--log-samples needs --output-path, the folder that samples go to.")
    }
    if names.isEmpty { throw ValidationError("--tasks names no task.") }
    if checkpoint.isEmpty { throw ValidationError("--checkpoint names no folder.") }
  }

  var names: [String] {
    tasks.flatMap { $0.split(separator: ",") }
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  func run() throws {
    var session = try RunSession(self)
    throw try session.run()
  }
}
