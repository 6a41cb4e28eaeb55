import ArgumentParser
import BenchmarkMaking
import Corpus
import EvaluationTasks
import Files
import Foundation

/// `cpteval tasks make FILE…`.
struct TasksMakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "Make a multiple-choice task of documents: which sentence comes next?",
    discussion: """
      Takes documents that no model to be scored was trained on, in any language, and writes a task \
      in HellaSwag's form: a context, the sentence that follows, and sentences from elsewhere that \
      are about as long and end alike. Length, words shared with the context and word frequencies \
      of the true one rank among the choices by lot; the report says what rules that go by them \
      score, with 95 % intervals. The result depends on the documents, the order of the files and \
      the seed alone.

      Writes <name>.yaml, <name>.jsonl and <name>.report.json.

      Examples:
        cpteval tasks make de-held-out.jsonl --name debian_de --output tasks-of-mine
        cpteval run --checkpoint DIR --include-path tasks-of-mine --tasks debian_de
      """)

  @OptionGroup var texts: TextFileOptions

  @Option(help: ArgumentHelp("The task's name.", valueName: "name"))
  var name: String

  @Option(help: ArgumentHelp("The folder to write to; made if need be.", valueName: "dir"))
  var output: String

  @Option(parsing: .unconditional, help: ArgumentHelp("Items at most.", valueName: "n"))
  var items = 1000

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Choices per item, the true one included.", valueName: "n"))
  var choices = 4

  @Option(help: "Which random numbers to take.")
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Items from one document at most.", valueName: "n"))
  var itemsPerDocument = 20

  func validate() throws {
    guard 1...1_000_000 ~= items else {
      throw ValidationError("--items must be from 1 to 1000000.")
    }
    guard 2...26 ~= choices else { throw ValidationError("--choices must be from 2 to 26.") }
    guard itemsPerDocument >= 1 else {
      throw ValidationError("--items-per-document must be at least 1.")
    }
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isPlain, 1...100 ~= name.utf8.count, name.contains(where: \.isLetter) else {
      throw ValidationError("--name must be of letters, digits and _, with a letter in it.")
    }
  }

  func run() throws {
    Interruption.install()
    let texts = try texts.texts()
    _ = try checkingRequest { try OutputFolder(preparing: output, requiredBytes: 1 << 20) }
    let maker = TaskMaker(
      TaskMaker.Options(
        items: items, choices: choices, seed: seed, itemsPerDocument: itemsPerDocument))
    let display = TextDisplay("reading documents")
    let made = try reporting(to: display) {
      try maker.make(
        from: texts, threads: self.texts.threadCount,
        isCancelled: { Interruption.isRequested }, progress: { display.show($0) })
    }
    let names = texts.files.map { path in
      String(path.split(separator: "/").last ?? "")
    }
    let path = "\(output)/\(name)"
    try AtomicFile.write(made.jsonl(fileNames: names), to: path + ".jsonl")
    try AtomicFile.write(made.report, to: path + ".report.json")
    // Last: whoever finds the task finds its rows.
    try AtomicFile.write(made.yaml(name: name, program: CPTEval.program), to: path + ".yaml")
    show(made)
    if made.items.count < items {
      display.log(
        "The documents give no more than \(grouped(made.items.count)) of the "
          + "\(grouped(items)) items asked for.")
    }
  }

  private func show(_ made: MadeTask) {
    let chance = made.difficulty.chance
    print(
      "\(output.escapedForTerminal)/\(name).yaml: \(grouped(made.items.count)) items of "
        + "\(choices) choices, from \(grouped(made.documents)) documents with "
        + "\(grouped(made.passages)) sentences to choose from\n")
    var table = AlignedTable([.left, .right, .left, .left, .left])
    table.add(["what a rule scores that takes …", "acc", "stderr", "95 % interval", ""])
    func text(_ value: Double) -> String { String(format: "%.4f", value) }
    table.add(["(chance)", text(chance), "", "", ""])
    for baseline in made.difficulty.baselines {
      table.add([
        baseline.name, text(baseline.accuracy), "± \(text(baseline.standardError))",
        "\(text(baseline.low)) – \(text(baseline.high))",
        baseline.isChance(chance) ? "" : baseline.accuracy > chance ? "easier" : "harder",
      ])
    }
    print(table.text)
  }
}
