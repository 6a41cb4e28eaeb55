import ArgumentParser
import Glibc

struct CPTEval: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cpteval",
    abstract: "Score language models as lm-evaluation-harness does, and train them on by phases.",
    version: "0.1.0",
    subcommands: [CheckpointCommand.self])
}

@main
enum Main {
  static func main() async {
    do {
      var command = try CPTEval.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      fflush(nil)
      exit(report(error).rawValue)
    }
  }
}
