import ArgumentParser
import Contamination
import Corpus
import Documents
import Files
import Foundation

/// `cpteval data inspect`: of texts with `--against`, of one indexed data set without.
struct DataInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Find benchmark items in a training corpus, or look into an indexed data set.",
    discussion: """
      With --against it finds the items of benchmarks that stand in texts. An item (its context with \
      the right answer) is contaminated if 13 of its words in a row stand in a document of the \
      corpus, in lower case, without punctuation, cut at white space, as GPT-3's authors and \
      lm-evaluation-harness do it. The corpus is read once; memory is that of the items. --output \
      writes a list with file, place and byte of each item's first place. `cpteval run`, `compare` \
      and `report` take it with --contaminated FILE and show each score with and without the items. \
      Indexed data sets (.idx) are searched too, with the --tokenizer that made their ids.

      Without --against it takes one indexed data set (the .idx or .bin file, or both without the \
      ending), checks the index against the ids' file, and prints how many documents, sequences and \
      tokens there are; with --document a document's ids, with --tokenizer also its text.

      Examples:
        cpteval data inspect 'pile/*.jsonl.gz' --against hellaswag,arc_easy --data-path data \\
          --output contaminated.jsonl
        cpteval data inspect corpus/english.idx --against hellaswag --data-path data --tokenizer T
        cpteval run --checkpoint DIR --tasks hellaswag,arc_easy --data-path data \\
          --contaminated contaminated.jsonl
        cpteval data inspect corpus/english.idx
        cpteval data inspect corpus/english.idx --document 7 --tokenizer tokenizer.json
      """)

  @OptionGroup var texts: TextFileOptions

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Tasks, groups, tags, patterns or YAML files, separated by commas.",
      valueName: "name[,name…]"))
  var against: [String] = []

  @OptionGroup var folders: TaskFolderOptions

  @Option(help: ArgumentHelp("Where the tasks' data sets lie.", valueName: "dir"))
  var dataPath: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Words in a row that make a match, \(ContaminationSearch.standardWordCount) by default. Items \
      with fewer cannot be judged, and are counted.
      """, valueName: "n"))
  var words: Int?

  @Option(
    help: ArgumentHelp(
      "Write the contaminated items to this file, as JSON Lines.", valueName: "file"))
  var output: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Show one document of an indexed data set, counted from 0.", valueName: "n"))
  var document: Int?

  @Option(
    help: ArgumentHelp(
      """
      The tokenizer.json, or its folder, by which an indexed data set's ids become text: to search it \
      with --against, or to show a document.
      """, valueName: "file"))
  var tokenizer: String?

  func validate() throws {
    if against.isEmpty { return try validateIndexed() }
    if names.isEmpty { throw ValidationError("--against names no task.") }
    if let words, !(1...1000 ~= words) {
      throw ValidationError("--words must be from 1 to 1000.")
    }
    if document != nil {
      throw ValidationError(
        "--document shows one document, --against searches all. Leave one of them out.")
    }
    if tokenizer == nil, let ids = texts.files.first(where: IndexedDataSet.isIndexed) {
      throw ValidationError(
        "\(ids.escapedForTerminal) holds ids: name the tokenizer that made them with --tokenizer, so "
          + "that words can be looked for.")
    }
  }

  /// Checks a request without `--against`.
  private func validateIndexed() throws {
    if let text = texts.files.first(where: { DocumentFormat(path: $0) != nil }) {
      throw ValidationError(
        "\(text.escapedForTerminal) holds texts: name the tasks to look for with --against. "
          + "Without it, an indexed data set (.idx) is looked into.")
    }
    let others = [
      ("--words", words != nil), ("--output", output != nil), ("--data-path", dataPath != nil),
      ("--include-path", !folders.includePaths.isEmpty),
      ("--text-field", texts.textField != nil), ("--threads", texts.threads != nil),
    ]
    if let other = others.first(where: \.1)?.0 {
      throw ValidationError(
        "\(other) is for the search in texts: name the tasks to look for with --against, or leave "
          + "\(other) out.")
    }
    guard texts.files.count == 1 else {
      throw ValidationError("Name one indexed data set at a time, or tasks with --against.")
    }
    if tokenizer != nil, document == nil {
      throw ValidationError("--tokenizer shows a document's text: say which with --document.")
    }
  }

  private var names: [String] {
    against.flatMap { $0.split(separator: ",") }
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  func run() throws {
    guard !against.isEmpty else {
      return try IndexedDataSetInspection(
        path: texts.files[0], document: document, tokenizer: tokenizer
      ).run()
    }
    try ContaminationInspection(
      texts: texts, names: names, includePaths: folders.includePaths, dataPath: dataPath,
      words: words ?? ContaminationSearch.standardWordCount, output: output,
      tokenizer: tokenizer
    ).run()
  }
}
