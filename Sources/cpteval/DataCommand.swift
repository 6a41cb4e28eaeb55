import ArgumentParser

/// `cpteval data …`.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Look into training data.",
    subcommands: [DataInspectCommand.self])
}
