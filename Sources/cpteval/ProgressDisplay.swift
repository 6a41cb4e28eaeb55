import Files
import Glibc
import Logging
import Scoring

/// Tells on standard error how far a run has come: one line that changes on a terminal, else a log
/// line now and then.
final class ProgressDisplay {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let logger = Logger(label: "cpteval", factory: { _ in PlainLogHandler() })
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant
  private var hasLine = false

  /// Shortest time between two changes of the line, and between two log lines.
  private static let terminalPeriod = Duration.milliseconds(200)
  private static let logPeriod = Duration.seconds(30)

  init() {
    start = clock.now
    lastShown = start
  }

  /// Says something that stays.
  ///
  /// - Parameter message: One line.
  func log(_ message: String) {
    if World.isQuiet { return }
    if isTerminal {
      clear()
      printError(message)
    } else {
      logger.info("\(message)")
    }
  }

  /// Shows progress if it is time to.
  func show(_ progress: RunProgress) {
    show(Self.line(progress, seconds: (clock.now - start).seconds))
  }

  /// Shows a line of progress if it is time to.
  ///
  /// - Parameter line: Made only if it is shown.
  func show(_ line: @autoclosure () -> String) {
    if World.isQuiet { return }
    let now = clock.now
    let period = isTerminal ? Self.terminalPeriod : Self.logPeriod
    guard now - lastShown >= period else { return }
    lastShown = now
    let line = line()
    if isTerminal {
      let fitting = String(line.unicodeScalars.prefix(max(20, terminalWidth - 1)))
      write("\r\u{1B}[K" + fitting)
      hasLine = true
    } else {
      logger.info("\(line)")
    }
  }

  /// Takes the changing line away.
  func clear() {
    if hasLine { write("\r\u{1B}[K") }
    hasLine = false
  }

  /// Progress in words.
  ///
  /// - Parameters:
  ///   - progress: How far it has come.
  ///   - seconds: Since the run began.
  /// - Returns: One line: tasks, requests, tokens per second, time left.
  static func line(_ progress: RunProgress, seconds: Double) -> String {
    var parts = [
      "\(grouped(progress.finishedRequests)) of \(grouped(progress.totalRequests)) requests"
    ]
    if seconds > 0, progress.finishedTokens > 0 {
      parts.append("\(grouped(Int(Double(progress.finishedTokens) / seconds))) tokens/s")
    }
    let fraction = progress.fraction
    parts.append("\(Int(100 * fraction)) %")
    if fraction > 0.001, seconds > 1 {
      parts.append("\(duration(seconds * (1 - fraction) / fraction)) left")
    }
    if progress.taskCount > 1 {
      parts.append("\(progress.finishedTasks) of \(progress.taskCount) tasks")
    }
    // Names last: a narrow terminal cuts them off.
    let names = progress.currentTasks.prefix(2).map { $0.abbreviatedForTerminal(limit: 40) }
    let more = progress.currentTasks.count - names.count
    parts.append(names.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""))
    return parts.filter { !$0.isEmpty }.joined(separator: " · ")
  }

  /// A time as people read it: `0.4 s`, `31 s`, `12:05`, `3:07:09`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds.rounded()), 1e9))
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if seconds < 9.95 { return "\((max(0, seconds) * 10).rounded() / 10) s" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60):\(padded(whole % 60))" }
    return "\(whole / 3600):\(padded(whole / 60 % 60)):\(padded(whole % 60))"
  }

  private var terminalWidth: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
