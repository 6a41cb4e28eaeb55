import ArgumentParser
import Glibc

struct CPTEval: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cpteval",
    abstract: "Score language models on multiple-choice benchmarks, as lm-evaluation-harness does.",
    version: "0.1.0",
    subcommands: [
      RunCommand.self, ExplainCommand.self, TasksCommand.self, CheckpointCommand.self,
      TokenizerCommand.self,
    ])
}

@main
enum Main {
  static func main() async {
    // A limit on the size of files shall be an error with a path, as a full disk is, not a signal.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try CPTEval.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      guard fflush(nil) == 0 else {
        printError("cpteval: standard output: \(String(cString: strerror(errno))).")
        exit(ExitStatus.failed.rawValue)
      }
    } catch {
      fflush(nil)
      exit(report(error).rawValue)
    }
  }
}
