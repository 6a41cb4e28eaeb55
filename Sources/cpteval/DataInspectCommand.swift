import ArgumentParser
import Contamination
import Foundation

/// `cpteval data inspect FILE… --against TASKS`.
struct DataInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Find the benchmark items that stand in a training corpus.",
    discussion: """
      An item (its context with the right answer) is contaminated if 13 of its words in a row stand \
      in a document of the corpus, in lower case, without punctuation, cut at white space, as GPT-3's \
      authors and lm-evaluation-harness do it. The corpus is read once; memory is that of the items.

      --output writes a list with file, line and byte of each item's first place. `cpteval run`, \
      `compare` and `report` take it with --contaminated FILE and show each score with and without \
      the items.

      Examples:
        cpteval data inspect 'pile/*.jsonl.gz' --against hellaswag,arc_easy --data-path data \\
          --output contaminated.jsonl
        cpteval run --checkpoint DIR --tasks hellaswag,arc_easy --data-path data \\
          --contaminated contaminated.jsonl
      """)

  @OptionGroup var texts: TextFileOptions

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Tasks, groups, tags, patterns or YAML files, separated by commas.",
      valueName: "name[,name…]"))
  var against: [String]

  @OptionGroup var folders: TaskFolderOptions

  @Option(help: ArgumentHelp("Where the tasks' data sets lie.", valueName: "dir"))
  var dataPath: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Words in a row that make a match. Items with fewer cannot be judged, and are counted.",
      valueName: "n"))
  var words = ContaminationSearch.standardWordCount

  @Option(
    help: ArgumentHelp(
      "Write the contaminated items to this file, as JSON Lines.", valueName: "file"))
  var output: String?

  func validate() throws {
    guard 1...1000 ~= words else { throw ValidationError("--words must be from 1 to 1000.") }
    if names.isEmpty { throw ValidationError("--against names no task.") }
  }

  private var names: [String] {
    against.flatMap { $0.split(separator: ",") }
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  func run() throws {
    try ContaminationInspection(
      texts: texts, names: names, includePaths: folders.includePaths, dataPath: dataPath,
      words: words, output: output
    ).run()
  }
}
