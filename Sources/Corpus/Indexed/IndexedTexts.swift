internal import Documents
internal import Tokenization

/// The documents of an indexed data set as texts again.
struct IndexedTexts: Sendable {
  /// Its number among the files of a corpus.
  let file: Int
  let data: IndexedDataSet
  let tokenizer: Tokenizer

  /// Ids of documents that are handed out together, so that they are worth a thread's while.
  private static let portionSize = 1 << 16

  /// Bytes of all ids.
  var byteCount: Int { data.tokenCount * data.type.byteCount }

  /// Documents in a row.
  ///
  /// - Parameter first: The number of the first one.
  /// - Returns: Numbers, with the bytes of their ids; `nil` behind the last document.
  /// - Throws: ``CorpusError`` if the index was changed meanwhile.
  func documents(from first: Int) throws(CorpusError) -> (Range<Int>, byteCount: Int)? {
    guard first < data.documentCount else { return nil }
    var (end, ids) = (first, 0)
    while end < data.documentCount, ids < Self.portionSize {
      for sequence in try data.sequences(ofDocument: end) { ids += try data.length(of: sequence) }
      end += 1
    }
    return (first..<end, ids * data.type.byteCount)
  }

  /// A document's text, without special tokens.
  ///
  /// - Parameter number: Below the number of documents.
  /// - Returns: The document.
  /// - Throws: ``CorpusError`` for an id that the tokenizer does not have.
  func document(_ number: Int) throws(CorpusError) -> CorpusTexts.Document {
    var ids: [Int32] = []
    for sequence in try data.sequences(ofDocument: number) {
      ids += try data.sequence(sequence, vocabularySize: tokenizer.vocabularySize)
    }
    do {
      return CorpusTexts.Document(
        file: file, place: .document(number), isTextFile: false,
        text: try tokenizer.decode(ids, skipSpecialTokens: true))
    } catch {
      throw .cannotDecode(path: data.idsPath, document: number, problem: "\(error)")
    }
  }
}
