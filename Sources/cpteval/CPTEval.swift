import ArgumentParser

@main
struct CPTEval: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cpteval",
    abstract: "Score language models as lm-evaluation-harness does, and train them on by phases.",
    version: "0.1.0",
    subcommands: [])
}
