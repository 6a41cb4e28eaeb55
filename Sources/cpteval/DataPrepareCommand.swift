public import ArgumentParser
import Compute
import Corpus
public import Documents
import Experiments
import Files
import Foundation
import Tokenization
import TrainingPlans

extension DocumentFormat: ExpressibleByArgument {}

/// `cpteval data prepare`.
struct DataPrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Read, clean and tokenize documents of many formats, and write a corpus.",
    discussion: """
      Reads plain text (.txt), JSON Lines (.jsonl, .ndjson, .json), HTML, XML, MediaWiki exports \
      (.xml), and WARC and WET files, each also with .gz or .zst. Of pages and articles the main \
      content is taken. Texts are brought to NFC and rid of control characters; what is too short, \
      texts that were there before, and paragraphs that stand too often are left out, and a report \
      tells how much of what. A document that cannot be read is left out and listed; of a file that \
      breaks off the good part is kept.

      With --tokenizer it writes <output>.idx and <output>.bin, the indexed data set of Megatron-LM \
      and GPT-NeoX: name the .idx file in a plan to train on it. Without, it writes <output>.jsonl, \
      to train a tokenizer on. Beside it stand <output>.report.json and, if something could not be \
      read, <output>.skipped.jsonl.

      Work that was stopped, by Ctrl-C, a full disk or a power cut, goes on with the same command.

      Examples:
        cpteval data prepare pages/ --output corpus/english
        cpteval data prepare 'crawl/*.warc.gz' --output corpus/german --tokenizer tokenizer.json
        cpteval data prepare part-*.jsonl.zst --text-field content --output corpus/web --tokenizer T

      Exit status: 0 done; 1 done, but a file could not be read to its end, or no document at all, or \
      the disk failed; 2 the request was wrong; 130 interrupted, state saved.
      """)

  @Argument(
    help: ArgumentHelp(
      "Files, folders, and patterns with *, ?, [a-z] and ** for any number of folders.",
      valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("What the paths of the files to write begin with.", valueName: "path"))
  var output: String

  @Option(
    help: ArgumentHelp("A tokenizer.json, or a folder that holds one.", valueName: "file"))
  var tokenizer: String?

  @Option(
    help: ArgumentHelp("The field of a JSON record that holds its text.", valueName: "name"))
  var textField = "text"

  @Option(
    help: ArgumentHelp(
      "The format of all files; by default their names tell it.",
      valueName: DocumentFormat.allCases.map(\.rawValue).joined(separator: "|")))
  var format: DocumentFormat?

  @Option(help: ArgumentHelp("Leave out texts of fewer characters.", valueName: "n"))
  var minimumLength = 40

  @Option(
    help: ArgumentHelp(
      """
      Keep a paragraph that stands more often than this in the whole corpus only where it stands \
      first; 0 keeps all.
      """, valueName: "n"))
  var paragraphLimit = 50

  @Flag(help: "Keep texts that were there before, to the byte.")
  var keepDuplicates = false

  @Option(
    help: ArgumentHelp(
      "The id behind each document; by default the tokenizer's end of text.", valueName: "id"))
  var endOfDocument: Int?

  @Option(help: "Threads to use; all cores by default. The result does not depend on it.")
  var threads: Int?

  @Flag(help: "Begin anew, and replace what is there.")
  var restart = false

  func validate() throws {
    try requireThreads(threads)
    if files.isEmpty { throw ValidationError("Name at least one file.") }
    if output.isEmpty || output.hasSuffix("/") {
      throw ValidationError("--output is what names begin with, such as corpus/english.")
    }
    if minimumLength < 0 || paragraphLimit < 0 {
      throw ValidationError("--minimum-length and --paragraph-limit are 0 or more.")
    }
  }

  func run() throws {
    Interruption.install()
    let display = PreparationDisplay()
    let outcome: CorpusPreparation.Outcome
    do {
      outcome = try preparation(display).run()
    } catch let error as CorpusError {
      display.clear()
      if error == .cancelled {
        printError("Interrupted; everything so far is saved. The same command goes on.")
        throw ExitStatus.interrupted
      }
      if error.isFailureWhileRunning { throw error }
      if case .document(.unknownFormat) = error {
        throw RequestError("\(error) Or name the format of all files with --format.")
      }
      throw RequestError("\(error)")
    } catch let error as FolderLockError {
      throw RequestError("\(error)")
    } catch let error as FileError {
      display.clear()
      if CorpusError.file(error).isFailureWhileRunning { throw error }
      throw RequestError("\(error)")
    }
    display.clear()
    print(PreparationTable(outcome.report, isTokenized: tokenizer != nil).text)
    display.finish(outcome)
    if outcome.report.read.documents == 0, !outcome.report.problems.isEmpty {
      printError(
        "cpteval: no document could be read; \(output.escapedForTerminal).skipped.jsonl "
          + "tells why.")
      throw ExitStatus.failed
    }
    if outcome.report.brokenFiles > 0 {
      printError(
        "cpteval: \(outcome.report.brokenFiles) files could not be read to their end; what stood "
          + "before is in the corpus.")
      throw ExitStatus.failed
    }
  }

  private func preparation(_ display: PreparationDisplay) throws -> CorpusPreparation {
    try checkingRequest {
      var options = PreparationOptions()
      options.documents.textField = textField
      options.documents.format = format
      options.minimumLength = minimumLength
      options.paragraphLimit = paragraphLimit == 0 ? nil : paragraphLimit
      options.dropsDuplicates = !keepDuplicates
      options.tokenizer = try documentTokenizer()
      var means = PreparationMeans()
      means.threads = threads ?? WorkerPool.availableCores
      means.restarts = restart
      means.isCancelled = { Interruption.isRequested }
      means.report = { display.show($0) }
      return CorpusPreparation(
        files: try DataFiles.matching(files, in: FileManager.default.currentDirectoryPath),
        prefix: output, options: options, means: means)
    }
  }

  private func documentTokenizer() throws -> DocumentTokenizer? {
    guard let tokenizer else { return nil }
    let plan = try PlanTokenizer(path: tokenizer)
    guard
      let end = try endOfDocument.map({ id in
        guard let id = Int32(exactly: id) else {
          throw RequestError("--end-of-document \(id) is no token id.")
        }
        return id
      }) ?? plan.tokenizer.specialTokens.eos?.id
    else {
      throw RequestError(
        "\(tokenizer.escapedForTerminal) names no end-of-sequence token to put between documents. "
          + "Name it as eos_token in tokenizer_config.json, or give its id with --end-of-document.")
    }
    return try DocumentTokenizer(
      tokenizer: plan.tokenizer, files: plan.files.map(\.bytes), endOfDocument: end)
  }
}

extension CorpusError {
  /// Whether something failed that the same request may do better later.
  fileprivate var isFailureWhileRunning: Bool {
    switch self {
    case .file(.notFound), .file(.notAPlainFile), .file(.notAFolder): false
    case .file: true
    default: false
    }
  }
}
