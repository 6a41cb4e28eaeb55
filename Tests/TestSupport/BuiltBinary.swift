public import Foundation

/// The `cpteval` executable that was built beside the tests, run as a user runs it.
public enum BuiltBinary {
  /// What a run left behind.
  public struct Outcome: Sendable {
    public let status: Int32
    public let output: String
    public let errors: String
  }

  /// The build puts the executable next to the test bundle.
  public static let url: URL = {
    let arguments = ProcessInfo.processInfo.arguments
    let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent(
      "cpteval")
  }()

  /// Runs the binary to its end.
  ///
  /// - Parameters:
  ///   - arguments: After the program's name.
  ///   - input: What it reads on standard input.
  ///   - folder: Its working folder; the temporary folder if `nil`, never the repository.
  ///   - environment: Set on top of the tests' own.
  /// - Returns: Exit status and everything it printed.
  /// - Throws: If it cannot be started.
  public static func run(
    _ arguments: [String], input: String = "", in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? FileManager.default.temporaryDirectory
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files, not pipes: a pipe that nobody empties stops the program when it is full.
    let scratch = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: scratch) }
    func handle(_ name: String, _ text: String = "") throws -> FileHandle {
      let file = scratch.appendingPathComponent(name)
      try Data(text.utf8).write(to: file)
      return try FileHandle(forUpdating: file)
    }
    process.standardInput = try handle("input", input)
    process.standardOutput = try handle("output")
    process.standardError = try handle("errors")
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: scratch.appendingPathComponent(name)), as: UTF8.self)
    }
    return Outcome(
      status: process.terminationStatus, output: try text("output"), errors: try text("errors"))
  }
}
