import ArgumentParser

/// `cpteval data …`.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Make corpora of files, and look into training data.",
    subcommands: [DataPrepareCommand.self, DataInspectCommand.self])
}
