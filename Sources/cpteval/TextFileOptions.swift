import ArgumentParser
import Compute
import Corpus
import Files
import Scoring
import Synchronization
import Tokenization

/// The texts that a command reads.
struct TextFileOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      """
      Files of text: .jsonl, .ndjson, .json, .txt, .html, .xml (MediaWiki exports too), .warc or \
      .wet, each also with .gz or .zst. A pattern in quotes stands for all that match.
      """, valueName: "file"))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The field of a JSON record that holds its text; text by default.", valueName: "name"))
  var textField: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads to work with; all cores by default.", valueName: "n"))
  var threads: Int?

  func validate() throws { try requireThreads(threads) }

  var threadCount: Int { threads ?? WorkerPool.availableCores }

  /// Finds the files.
  ///
  /// - Parameter tokenizer: Makes texts of indexed data sets, if there are any.
  /// - Returns: The texts, ready to be read.
  /// - Throws: ``RequestError`` for a pattern without a file, and for files that cannot be used.
  func texts(tokenizer: Tokenizer? = nil) throws -> CorpusTexts {
    var paths: [String] = []
    for file in files {
      guard PathPattern.isPattern(file) else {
        paths.append(file)
        continue
      }
      let found = PathPattern.matches(file)
      guard !found.isEmpty else {
        throw RequestError("\(file.escapedForTerminal): no file matches.")
      }
      paths += found
    }
    return try checkingRequest {
      try CorpusTexts(files: paths, textField: textField ?? "text", tokenizer: tokenizer)
    }
  }
}

/// Tells on standard error how far the reading of texts has come.
final class TextDisplay: Sendable {
  private let progress = Mutex(ProgressDisplay())
  private let begin = ContinuousClock().now
  private let work: String

  /// Prepares.
  ///
  /// - Parameter work: What is done, such as `counting words`.
  init(_ work: String) { self.work = work }

  /// Says something that stays.
  func log(_ message: String) { progress.withLock { $0.log(message) } }

  /// Takes the changing line away.
  func clear() { progress.withLock { $0.clear() } }

  /// Shows a line if it is time to.
  func show(_ line: String) { progress.withLock { $0.show(line) } }

  /// Shows how many bytes were read, and the time left.
  func show(_ news: CorpusTexts.Progress) {
    let seconds = (ContinuousClock().now - begin).seconds
    progress.withLock { display in
      display.show(Self.line(work, news, seconds: seconds))
    }
  }

  private static func line(
    _ work: String, _ news: CorpusTexts.Progress, seconds: Double
  ) -> String {
    let fraction = news.bytesTotal > 0 ? Double(news.bytesDone) / Double(news.bytesTotal) : 1
    var line =
      "\(work) · \(byteText(news.bytesDone)) of \(byteText(news.bytesTotal)) · "
      + "\(Int(100 * fraction)) %"
    if fraction > 0.001, seconds > 1 {
      line += " · \(ProgressDisplay.duration(seconds * (1 - fraction) / fraction)) left"
    }
    return line
  }
}

/// Runs a step over texts; being stopped by the user ends with the status for that.
///
/// - Parameters:
///   - display: Cleared in any case.
///   - step: What to do.
/// - Returns: What the step returns.
/// - Throws: What the step throws, but ``ExitStatus/interrupted`` when it was stopped.
func reporting<Result>(to display: TextDisplay, _ step: () throws -> Result) throws -> Result {
  defer { display.clear() }
  do {
    return try step()
  } catch {
    display.clear()
    guard Interruption.isRequested else { throw error }
    printError("Interrupted; nothing was written.")
    throw ExitStatus.interrupted
  }
}
