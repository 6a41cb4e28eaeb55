import ArgumentParser
import Corpus
import Files
import Tokenization

/// `cpteval data inspect`.
struct DataInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Check an indexed data set, and show what is in it.",
    discussion: """
      Checks the index against the ids' file and prints how many documents, sequences and tokens \
      there are. With --document it prints a document's ids, with --tokenizer its text.

      Examples:
        cpteval data inspect corpus/english.idx
        cpteval data inspect corpus/english.idx --document 7 --tokenizer tokenizer.json
      """)

  @Argument(help: "The .idx or .bin file, or both without the ending.")
  var path: String

  @Option(help: ArgumentHelp("Show one document, counted from 0.", valueName: "n"))
  var document: Int?

  @Option(
    help: ArgumentHelp(
      "Show the document's text, by this tokenizer.json or folder.", valueName: "file"))
  var tokenizer: String?

  func run() throws {
    let data = try checkingRequest { try IndexedDataSet(path: path) }
    guard let document else {
      var table = AlignedTable([.left, .right])
      table.add(["documents", grouped(data.documentCount)])
      table.add(["sequences", grouped(data.sequenceCount)])
      table.add(["tokens", grouped(data.tokenCount)])
      table.add(["type of ids", data.type.rawValue])
      print(table.text)
      return
    }
    guard 0..<data.documentCount ~= document else {
      throw RequestError(
        "--document \(document): the data set has \(grouped(data.documentCount)) documents, "
          + "counted from 0.")
    }
    var ids: [Int32] = []
    for sequence in try data.sequences(ofDocument: document) {
      ids += try data.sequence(sequence)
    }
    guard let tokenizer else {
      print(ids.map(String.init).joined(separator: " "))
      return
    }
    let loaded = try checkingRequest { try TokenizerFile.load(tokenizer) }
    print(try loaded.decode(ids, skipSpecialTokens: false))
  }
}
