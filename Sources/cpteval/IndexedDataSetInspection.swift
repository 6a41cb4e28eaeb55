import Corpus
import Files
import Tokenization

/// One look into an indexed data set.
struct IndexedDataSetInspection {
  /// Of the .idx or .bin file, or of both without the ending.
  let path: String
  /// The document to show, from 0; `nil` for the counts alone.
  let document: Int?
  /// A tokenizer.json or its folder, to show the document's text instead of its ids.
  let tokenizer: String?

  /// Checks the index and prints what was asked for.
  ///
  /// - Throws: ``RequestError`` for what cannot be used; `CorpusError`, `TokenizerError`.
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
