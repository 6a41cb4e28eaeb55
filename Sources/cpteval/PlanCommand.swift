import ArgumentParser
import Compute
import Experiments
import Files
import TrainingPlans

/// `cpteval plan …`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Check a training plan, and show its phases, tokens and learning rates.",
    subcommands: [PlanCheckCommand.self, PlanShowCommand.self])
}

/// A plan file with the changes of the command line.
struct PlanOptions: ParsableArguments {
  @Argument(help: "A plan file.")
  var plan: String

  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      """
      Change a value; dots reach into mappings, a phase's name or number into the list. May be \
      repeated.
      """, valueName: "key.path=value"))
  var settings: [String] = []

  /// Reads the plan.
  ///
  /// - Returns: The file, and the plan with every default filled in.
  /// - Throws: ``RequestError`` with every mistake, one on a line.
  func load() throws -> (document: PlanDocument, plan: TrainingPlan) {
    try checkingRequest {
      let document = try PlanDocument(path: plan)
      return (document, try document.plan(settings: settings))
    }
  }
}

/// `cpteval plan check PLAN.yaml`.
struct PlanCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Find every mistake in a plan that can be found without training.",
    discussion: """
      Keys, lengths, schedules, names, data files, model, tokenizer, tasks with all their documents, \
      and the baseline are checked. The status is 2 if anything is wrong.
      """)

  @OptionGroup var options: PlanOptions

  func run() throws {
    let (document, plan) = try options.load()
    let checks = PlanChecks(plan: plan, folder: document.folder)
    let problems =
      checks.fileProblems() + checks.modelProblems()
      + checks.evaluationProblems()
    guard problems.isEmpty else {
      throw RequestError(problems.joined(separator: "\n"))
    }
    for warning in checks.warnings() { printError("warning: \(warning)") }
    let runs = plan.runs.map { "\($0.name) \(grouped($0.steps))" }.joined(separator: ", ")
    print("\(plan.name): nothing is wrong. Steps by run: \(runs).")
  }
}

/// `cpteval plan show PLAN.yaml`.
struct PlanShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: """
      Show phases, tokens per data set, FLOPs, memory, time and the learning-rate curve of each run.
      """,
    discussion: """
      Examples:
        cpteval plan show plan.yaml
        cpteval plan show plan.yaml --set runs.continual.phases.adapt.tokens=8M
        cpteval plan show plan.yaml --csv > rates.csv
      """)

  @OptionGroup var options: PlanOptions

  @Flag(help: "Print the learning rate of every step as CSV instead: run, step, phase, lr.")
  var csv = false

  @Flag(help: "Print the plan as YAML instead, with every default spelled out.")
  var resolved = false

  func validate() throws {
    if csv && resolved { throw ValidationError("Give --csv or --resolved, not both.") }
  }

  func run() throws {
    let (document, plan) = try options.load()
    if csv {
      plan.writeRates { print($0) }
    } else if resolved {
      print(plan.resolvedYAML, terminator: "")
    } else {
      var summary = PlanSummary(plan)
      if let estimate = PlanChecks(plan: plan, folder: document.folder).estimate() {
        summary.counts = estimate.counts
        let rate = CPUBackend().measureProductRate()
        for run in plan.runs {
          summary.notes[run.name] = estimate.notes(of: run, productRate: rate)
        }
      }
      print(summary.text)
    }
  }
}
