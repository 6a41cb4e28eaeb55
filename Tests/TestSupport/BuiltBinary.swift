public import Foundation

/// The executables that were built beside the tests, `cpteval` above all, run as a user runs them.
public enum BuiltBinary {
  /// What a run left behind.
  public struct Outcome: Sendable {
    /// Exit status, or the number of the signal that ended it.
    public let status: Int32
    /// Whether a signal ended it.
    public let isKilled: Bool
    public let output: String
    public let errors: String
  }

  /// Where the build puts executables and libraries: next to the test bundle.
  public static let folder: URL = {
    let arguments = ProcessInfo.processInfo.arguments
    let bundle = arguments.first { $0.hasSuffix(".xctest") } ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent()
  }()

  /// `cpteval`.
  public static let url = folder.appendingPathComponent("cpteval")

  /// Runs a binary to its end.
  ///
  /// - Parameters:
  ///   - arguments: After the program's name.
  ///   - executable: The name that the build gives it.
  ///   - input: What it reads on standard input.
  ///   - folder: Its working folder; the temporary folder if `nil`, never the repository.
  ///   - environment: Set on top of the tests' own.
  /// - Returns: Exit status and everything it printed.
  /// - Throws: If it cannot be started.
  public static func run(
    _ arguments: [String], of executable: String = "cpteval", input: String = "",
    in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    try RunningBinary(
      arguments, of: executable, input: input, in: folder, environment: environment
    ).finish()
  }

  /// Runs a line of bash, in which the built binaries are found by their names.
  ///
  /// - Parameters:
  ///   - line: Such as `cpteval --help | head -1`.
  ///   - folder: Its working folder.
  /// - Returns: Exit status and everything it printed.
  /// - Throws: If it cannot be started.
  public static func shell(_ line: String, in folder: URL) throws -> Outcome {
    try RunningBinary(
      ["-c", line], executable: URL(fileURLWithPath: "/bin/bash"), input: "", in: folder,
      environment: ["PATH": "\(Self.folder.path):/usr/bin:/bin"]
    ).finish()
  }
}
