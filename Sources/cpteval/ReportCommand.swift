import ArgumentParser
import Compute
import Experiments
import Files
import Foundation
import Records
import Reports

/// `cpteval report FOLDER`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make the report of a plan's runs: verdict, comparisons, curves, cost.",
    discussion: """
      FOLDER is what cpteval train wrote for a plan, <output path>/<plan name>, finished or not. The \
      report is one HTML file that needs nothing else, for a screen, a phone or paper. It is made \
      from the files alone: checkpoints' results, logs and plan.yaml.

      Examples:
        cpteval report results/english-to-german
        cpteval report results/english-to-german --output report.html --csv tables
        cpteval report results/english-to-german --tensorboard events
      """)

  @Argument(help: ArgumentHelp("The output of a plan.", valueName: "folder"))
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Where the report goes; <folder>/report.html by default. A name that ends in .md gets Markdown.",
      valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write tables as CSV to this folder: comparisons, losses, scores, steps.", valueName: "dir"))
  var csv: String?

  @Option(
    help: ArgumentHelp(
      "Write TensorBoard event files to this folder, one folder per run.", valueName: "dir"))
  var tensorboard: String?

  @OptionGroup var contamination: ContaminationOption

  func run() throws {
    var options = ExperimentReader.Options(
      program: CPTEval.program, threads: WorkerPool.availableCores)
    options.excluded = try contamination.load()
    options.excludedPath = contamination.path
    var reader = try checkingRequest { try ExperimentReader(folder: trimmed, options: options) }
    let record = reader.read()
    for problem in record.problems { printError("cpteval: \(problem)") }
    let report = ExperimentReport(record)
    let path = output ?? "\(trimmed)/report.html"
    try checkingRequest { try prepare(path) }
    try AtomicFile.write(path.hasSuffix(".md") ? report.markdown : report.html, to: path)
    var written = [path]
    if let csv {
      for file in report.csvFiles {
        try AtomicFile.write(file.content, to: "\(csv)/\(file.name)")
        written.append("\(csv)/\(file.name)")
      }
    }
    if let tensorboard {
      let events = TensorBoardEvents(record)
      try events.write(to: tensorboard)
      written.append(tensorboard)
    }
    print(report.plain)
    for path in written { printError("Written: \(path.escapedForTerminal)") }
    // The report is there, and says what it lacks.
    if !reader.failedComparisons.isEmpty { throw ExitStatus.failed }
  }

  /// Makes the folders that are written to.
  private func prepare(_ path: String) throws {
    guard (try? Folder.names(in: path)) == nil else {
      throw RequestError("--output \(path.escapedForTerminal) is a folder. Name a file in it.")
    }
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    for folder in [parent, csv, tensorboard].compactMap(\.self) {
      _ = try OutputFolder(preparing: folder)
    }
  }

  private var trimmed: String {
    var path = folder
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
