import ArgumentParser
import Benchmarks
import Files
import Foundation
import HarnessCompatibility
import LanguageModel
import Scoring

/// `cpteval bench eval`.
struct BenchEvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure scoring a checkpoint, from reading the tasks to the results.",
    discussion: """
      A repetition is all of `cpteval run` but the start of the process and the printing, from \
      nothing: tasks, weights and tokenizer are opened anew. Useful work is 2 · non-embedding \
      parameters · unique tokens + 2 · V · H · scored positions + causal attention; tokens are unique \
      after all common prefixes are shared. How soon the first score is there is measured with the \
      first document alone.

      Examples:
        cpteval bench eval --model pythia-70m
        cpteval bench eval --model 410m --tokenizer pythia-70m --tasks hellaswag \\
          --data-path data --limit 50
        cpteval bench eval --model 70m --tokenizer tokenizer.json --tasks mmlu_astronomy \\
          --data-path data --num-fewshot 5 --limit 50 --format json
      """)

  @OptionGroup var model: BenchModelOption

  @Option(
    help: ArgumentHelp(
      "A tokenizer.json or a folder that holds one; a preset has none of its own.",
      valueName: "file or folder"))
  var tokenizer: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Names of tasks, groups or tags, separated by commas.", valueName: "name[,name…]"))
  var tasks = ["mini"]

  @OptionGroup(title: "Task options")
  var taskOptions: TaskOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Documents of each task.", valueName: "n"))
  var limit = 100

  @Option(
    name: .customLong("batch-tokens"), parsing: .unconditional,
    help: ArgumentHelp("Tokens to aim at per pass through the model.", valueName: "n"))
  var batchTokens: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Repetitions that are measured.", valueName: "n"))
  var repetitions = 5

  @OptionGroup var options: BenchOptions

  func validate() throws {
    try requireRepetitions(repetitions, "--repetitions")
    if limit < 1 { throw ValidationError("--limit must be at least 1.") }
    if let batchTokens, batchTokens < 1 {
      throw ValidationError("--batch-tokens must be at least 1.")
    }
    let isPreset = CheckpointPreset(rawValue: model.model) != nil
    if isPreset, tokenizer == nil {
      throw ValidationError(
        "--model \(model.model) is a preset and has no tokenizer. Give --tokenizer with a "
          + "tokenizer.json, or with the folder of a checkpoint that has one.")
    }
    if !isPreset, tokenizer != nil {
      throw ValidationError(
        "--tokenizer belongs to a preset; a checkpoint is measured with its own. Leave it out.")
    }
  }

  private var names: [String] {
    tasks.flatMap { $0.split(separator: ",") }
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  func run() throws {
    let settings = ScoringSettings(
      version: .v0_4_9_2, threads: options.threadCount, batchTokens: batchTokens, limit: limit,
      fewshot: taskOptions.numFewshot, program: CPTEval.program)
    let benchmark = ScoringBenchmark(
      request: taskOptions.request(names, limit: limit), settings: settings)
    // Before a model is drawn: a task that is not there is found out at once.
    _ = try checkingRequest { try benchmark.request.select() }
    // The model is drawn inside, where an interruption leaves no files.
    try options.run(repetitions: repetitions) { session in
      try benchmark.run(
        model.prepare(threads: options.threadCount, tokenizer: tokenizer), in: session)
    }
  }
}
