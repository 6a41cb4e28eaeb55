import ArgumentParser
import Glibc

struct CPTEval: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cpteval",
    abstract: """
      Score language models on multiple-choice benchmarks, as lm-evaluation-harness does, and train \
      them on by phases.
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, TrainCommand.self, CompareCommand.self, ReportCommand.self,
      PlanCommand.self, ExplainCommand.self,
      TasksCommand.self, DataCommand.self, CheckpointCommand.self, TokenizerCommand.self,
      BenchCommand.self, DemoCommand.self,
    ])
}

extension CPTEval {
  /// Program and version, for files.
  static var program: String { "cpteval \(configuration.version)" }
}

@main
enum Main {
  static func main() async {
    // A limit on the size of files shall be an error with a path, as a full disk is, not a signal.
    signal(SIGXFSZ, SIG_IGN)
    // A reader who stops early, as `head` does, must not end the process before files are written.
    signal(SIGPIPE, SIG_IGN)
    World.keepQuietUnlessFirst()
    do {
      var command = try CPTEval.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      finish(with: ExitStatus.done)
    } catch {
      finish(with: report(error))
    }
  }

  /// Ends the process once everything printed has arrived; an interruption keeps its status.
  private static func finish(with status: ExitCode) -> Never {
    var status = status
    // Who closes a pipe early, as `head` does, has seen enough.
    if fflush(nil) != 0, errno != EPIPE {
      printError("cpteval: standard output: \(String(cString: strerror(errno))).")
      if status == ExitStatus.done { status = ExitStatus.failed }
    }
    exit(World.end(status.rawValue))
  }
}
