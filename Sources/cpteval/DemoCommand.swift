import ArgumentParser
import Communication
import DemoWorld
import Files
import Reports

/// `cpteval demo`.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "See the whole idea on a small world told in English and in German.",
    discussion: """
      Needs no data and no network. Writes a small world's texts in both languages, 3,200 questions in \
      each about what no text tells, and a plan; then does what `cpteval train` does with the plan: \
      trains a small GPT-NeoX on English, goes on in German without replay and with 25 % replay, \
      trains one from scratch on both, scores every checkpoint in both languages and compares.

      <output path>/world-<seed>/ gets texts, tasks and plan.yaml, <output path>/demo-<seed>/ the \
      checkpoints, scores and report.html. Ctrl-C saves; the same command goes on.

      Examples:
        cpteval demo
        cpteval demo --seed 2 --output-path /tmp/demo
      """)

  @Option(
    name: .customLong("output-path"),
    help: ArgumentHelp("Where the two folders go.", valueName: "dir"))
  var outputPath = "cpteval-demo"

  @Option(help: "Which world, which texts, which first weights; the plan's seed.")
  var seed: UInt32 = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Tokens of a phase; training from scratch takes twice as many. With much fewer than the default \
      the models do not converge, and the longer training wins.
      """, valueName: "n"))
  var phaseTokens = DemoPlan.defaultPhaseTokens

  @Option(help: "Threads that compute; all cores by default. The results do not depend on it.")
  var threads: Int?

  func validate() throws {
    try requireThreads(threads)
    guard 1024...100_000_000 ~= phaseTokens else {
      throw ValidationError("--phase-tokens must be from 1024 to 100000000.")
    }
    if outputPath.isEmpty { throw ValidationError("--output-path is empty.") }
  }

  func run() throws {
    if try World.join().size > 1 {
      throw RequestError("cpteval demo trains in one process; start it without an MPI launcher.")
    }
    let plan = DemoPlan(seed: UInt64(seed), phaseTokens: phaseTokens)
    let files = DemoFiles(plan)
    let world = "\(outputPath)/world-\(seed)"
    try checkingRequest {
      _ = try OutputFolder(preparing: outputPath, requiredBytes: 64 << 20)
      try files.write(to: world)
    }
    printError(Self.introduction(files, world: world))
    var session = TrainSession(
      planPath: world + "/plan.yaml", outputPath: outputPath, threads: threads)
    session.conclusion = { record, report in
      let verdict = report.sentences(on: DemoPlan.Run.withReplay.rawValue)
      let summary = DemoSummary(record, files: files)
      let lines = verdict + summary.reasons.map { "- \($0.escapedForTerminal)" }
      return summary.text + "\n\n" + lines.joined(separator: "\n")
    }
    throw try session.run()
  }

  private static func introduction(_ files: DemoFiles, world: String) -> String {
    let tokens = files.plan.phaseTokens
    let questions = grouped(files.questionCounts.reduce(0, +))
    return """
      \(world.escapedForTerminal): a small world, told in English and in German, and \(questions) \
      questions in each language about what no text tells. Four trainings:
        \(DemoPlan.Run.english.rawValue)          \(grouped(tokens)) tokens of English
        \(DemoPlan.Run.withoutReplay.rawValue)   goes on from there with as many of German
        \(DemoPlan.Run.withReplay.rawValue)      goes on in German too, but a quarter is English seen before
        \(DemoPlan.Run.fromScratch.rawValue)     both languages at once, twice as many tokens: the baseline

      """
  }
}
