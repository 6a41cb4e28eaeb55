import ArgumentParser
import Contamination
import Corpus
import Documents
import Files
import Foundation
import Records
import Scoring

/// One search for benchmark items in a corpus, from the first check to the table.
struct ContaminationInspection {
  let texts: TextFileOptions
  /// Of tasks, groups and tags.
  let names: [String]
  let includePaths: [String]
  let dataPath: String?
  /// In a row.
  let words: Int
  /// Where the list goes.
  let output: String?
  /// A tokenizer.json or its folder, for indexed data sets.
  let tokenizer: String?

  /// Searches, prints and writes.
  ///
  /// - Throws: ``RequestError`` for what cannot be used; `CorpusError`, `FileError`.
  func run() throws {
    Interruption.install()
    let loaded = try checkingRequest { try tokenizer.map { try TokenizerFile.load($0) } }
    let corpus = try texts.texts(tokenizer: loaded)
    let items = try items()
    if let output {
      _ = try checkingRequest {
        try OutputFolder(preparing: parentFolder(of: output), requiredBytes: 1 << 20)
      }
    }
    let search = ContaminationSearch(items, wordCount: words)
    let display = TextDisplay("reading the corpus")
    let findings = try reporting(to: display) {
      try search.search(
        corpus, threads: texts.threadCount, isCancelled: { Interruption.isRequested },
        progress: { display.show($0) })
    }
    if let output { try AtomicFile.write(findings.jsonl, to: output) }
    show(findings)
    if let output { display.log("Written: \(output.escapedForTerminal)") }
  }

  /// Reads the tasks' documents, without examples in front.
  private func items() throws -> [InspectedItem] {
    try checkingRequest {
      let request = TaskRequest(
        names: names, includePaths: includePaths, dataPath: dataPath, fewshot: 0)
      let tasks = try request.load(try request.select()) { failure in
        printError("The task \(failure.task.escapedForTerminal) cannot be read:")
        for message in failure.messages { printError("  \(message)") }
      }
      guard tasks.failures.isEmpty else {
        throw RequestError("Mend the data, or leave these tasks out of --against.")
      }
      return tasks.tasks.flatMap { task in
        task.documents.map { InspectedItem(task: task.name, document: $0) }
      }
    }
  }

  /// Items whose places are printed.
  private static let shown = 10

  private static func place(of item: ContaminationFindings.Item) -> String {
    if case .line = item.place { return "\(item.place), byte \(item.offset)" }
    // An archive's places are bytes too, of the file; an indexed data set has no bytes of text.
    return "\(item.place), byte \(item.offset) of its text"
  }

  private func show(_ findings: ContaminationFindings) {
    print(
      "\(grouped(findings.documents)) documents, \(byteText(findings.textBytes)) of text; "
        + "\(findings.wordCount) words in a row\n")
    var table = AlignedTable([.left, .right, .right, .right, .right])
    table.add(["task", "items", "contaminated", "share", "too short to tell"])
    for task in findings.tasks {
      let share = Double(task.contaminated) / Double(max(task.items, 1))
      table.add([
        task.name.escapedForTerminal, grouped(task.items), grouped(task.contaminated),
        String(format: "%.2f %%", 100 * share), grouped(task.tooShort),
      ])
    }
    print(table.text)
    guard !findings.items.isEmpty else { return }
    print("")
    for item in findings.items.prefix(Self.shown) {
      print(
        "\(item.task.escapedForTerminal) \(item.document): \(item.path.escapedForTerminal), "
          + "\(Self.place(of: item)), \(item.found) of \(item.phrases) runs: "
          + item.words.abbreviatedForTerminal(limit: 80))
    }
    if findings.items.count > Self.shown {
      print(
        "… and \(grouped(findings.items.count - Self.shown)) more"
          + (output == nil ? "; --output FILE lists them all" : ""))
    }
  }
}

/// The list of contaminated documents that a command takes.
struct ContaminationOption: ParsableArguments {
  @Option(
    name: .customLong("contaminated"),
    help: ArgumentHelp(
      """
      Show each task once more without these documents: what `cpteval data inspect --output` wrote, \
      or lines of {"task": …, "doc_id": …}.
      """, valueName: "file"))
  var path: String?

  /// Reads the list.
  ///
  /// - Returns: `nil` without the option.
  /// - Throws: ``RequestError`` if it cannot be read.
  func load() throws -> ExcludedDocuments? {
    guard let path else { return nil }
    return try checkingRequest { try ContaminationFile.read(path) }
  }
}
