import ArgumentParser

/// `cpteval train PLAN.yaml`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train models by phases: re-warming, re-decaying, replay, infinite schedules.",
    discussion: """
      Everything is checked before the first step: plan, data, tokenizer, model, memory and disk. \
      Results go to <output path>/<plan name>/<run>/: checkpoints in Hugging Face's layout, \
      metrics.jsonl (a line per step), evaluations.jsonl (validation losses and task scores), \
      samples.jsonl (what each step trained on) and phases.jsonl (exact counts per phase).

      With evaluation.tasks in the plan, every checkpoint at a phase's end is opened again and scored, \
      and its results lie beside the weights. With a baseline each is compared with it, and with the \
      model before the phase; report.html, comparison.md and comparison.json tell the outcome. An \
      evaluation that fails ends nothing: the run goes on, and the exit status says so.

      A run goes on where it stopped, with the same bits as if it had not. Ctrl-C and SIGTERM finish \
      the step, save and stop; SIGUSR1 saves and goes on. A plan that was changed meanwhile is shown \
      as a difference and needs its changes named with --set, or another name.

      The least that a plan needs (the README tells the rest):
        name: first
        model: {checkpoint: pythia-70m}
        sequence_length: 512
        batch: {sequences: 8}
        data: {news: {train: [news.jsonl], validation: [held-out.jsonl]}}
        runs: {adapted: {phases: [{name: news, data: news, tokens: 2M,
          schedule: {kind: cosine, max_lr: 1.0e-4, min_lr: 1.0e-5, warmup: 1%}}]}}

      Examples:
        cpteval plan show plan.yaml
        cpteval train plan.yaml --output-path results
        cpteval train plan.yaml --run continual
        cpteval train plan.yaml --set runs.trunk.phases.stable.tokens=80M
        mpirun -n 4 cpteval train plan.yaml --output-path results

      Exit status: 0 done; 1 something failed while training, scoring or comparing, the newest \
      checkpoint is intact; 2 the request was wrong; 130 interrupted, state saved.
      """)

  @OptionGroup var plan: PlanOptions

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Train one run only, not all of the plan's.", valueName: "name"))
  var runName: String?

  @Option(
    name: .customLong("output-path"),
    help: ArgumentHelp("Where the folder with the plan's name goes.", valueName: "dir"))
  var outputPath = "."

  enum Resume: String, ExpressibleByArgument, CaseIterable {
    case auto, never
  }

  @Option(
    help: ArgumentHelp(
      "Go on from the newest good checkpoint, or refuse to where there is one.",
      valueName: "auto|never"))
  var resume = Resume.auto

  @Option(
    help: """
      Threads that compute, for each rank; all cores by default, shared by the ranks of a machine. The \
      results do not depend on it.
      """)
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Write when each rank computed and exchanged, as trace events for ui.perfetto.dev.",
      valueName: "file.json"))
  var trace: String?

  @Flag(
    name: .customLong("no-overlap"),
    help: "Let ranks exchange gradients after the backward pass, not during it; to measure with.")
  var waitsForExchange = false

  func validate() throws {
    try requireThreads(threads)
    if outputPath.isEmpty { throw ValidationError("--output-path is empty.") }
  }

  func run() throws {
    let session = TrainSession(
      planPath: plan.plan, settings: plan.settings, runName: runName, outputPath: outputPath,
      resumes: resume == .auto, threads: threads, overlapsExchange: !waitsForExchange,
      tracePath: trace)
    throw try session.run()
  }
}
