public import Foundation

/// A built executable that runs beside the test, which may send it signals.
public final class RunningBinary {
  private let process = Process()
  /// Holds what it reads and prints.
  private let scratch: URL

  /// Starts a binary.
  ///
  /// - Parameters:
  ///   - arguments: After the program's name.
  ///   - executable: The name that the build gives it.
  ///   - input: What it reads on standard input.
  ///   - folder: Its working folder; the temporary folder if `nil`, never the repository.
  ///   - environment: Set on top of the tests' own.
  /// - Throws: If it cannot be started.
  public convenience init(
    _ arguments: [String], of executable: String = "cpteval", input: String = "",
    in folder: URL? = nil, environment: [String: String] = [:]
  ) throws {
    try self.init(
      arguments, executable: BuiltBinary.folder.appendingPathComponent(executable), input: input,
      in: folder, environment: environment)
  }

  /// Starts any program.
  ///
  /// - Parameters:
  ///   - arguments: After the program's name.
  ///   - executable: The program.
  ///   - input: What it reads on standard input.
  ///   - folder: Its working folder; the temporary folder if `nil`, never the repository.
  ///   - environment: Set on top of the tests' own.
  /// - Throws: If it cannot be started.
  public init(
    _ arguments: [String], executable: URL, input: String, in folder: URL?,
    environment: [String: String]
  ) throws {
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? FileManager.default.temporaryDirectory
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files, not pipes: a pipe that nobody empties stops the program when it is full.
    scratch = try Locations.makeTemporaryFolder()
    process.standardInput = try handle("input", input)
    process.standardOutput = try handle("output")
    process.standardError = try handle("errors")
    try process.run()
  }

  deinit {
    // A test that gave up leaves nothing behind.
    if process.isRunning {
      send(SIGKILL)
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: scratch)
  }

  /// The number that the system knows it by.
  public var processIdentifier: Int32 { process.processIdentifier }

  /// Whether it has not ended yet.
  public var isRunning: Bool { process.isRunning }

  /// What it has printed on standard error so far.
  public var errors: String { text("errors") }

  /// Sends a signal; nothing happens if it has ended.
  ///
  /// - Parameter signal: Such as `SIGINT`.
  public func send(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }

  /// Waits until something holds.
  ///
  /// - Parameters:
  ///   - seconds: Longest time to wait.
  ///   - condition: Asked every few milliseconds.
  /// - Returns: Whether it held before the program ended or the time was over.
  public func wait(seconds: Double = 60, until condition: () -> Bool) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while !condition() {
      if !process.isRunning || Date() > end { return condition() }
      usleep(2000)
    }
    return true
  }

  /// Waits for its end.
  ///
  /// - Returns: Exit status and everything it printed.
  public func finish() -> BuiltBinary.Outcome {
    process.waitUntilExit()
    return BuiltBinary.Outcome(
      status: process.terminationStatus,
      isKilled: process.terminationReason == .uncaughtSignal, output: text("output"),
      errors: text("errors"))
  }

  private func handle(_ name: String, _ text: String = "") throws -> FileHandle {
    let file = scratch.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return try FileHandle(forUpdating: file)
  }

  private func text(_ name: String) -> String {
    let data = try? Data(contentsOf: scratch.appendingPathComponent(name))
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
