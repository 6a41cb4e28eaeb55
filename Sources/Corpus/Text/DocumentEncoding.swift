internal import Documents
internal import Files
internal import Tokenization

/// Encodes documents on several threads, and hands the ids on in the documents' order.
struct DocumentEncoding {
  /// Documents as ids.
  struct EncodedPortion: Sendable {
    /// Each document's ids and the end-of-document id behind them.
    var ids: [Int32] = []
    /// Where each document ends in `ids`.
    var ends: [Int] = []
    /// Documents without text, which are left out.
    var emptyDocuments = 0
    /// UTF-8 bytes of the documents' texts.
    var textBytes = 0
  }

  /// Used by nobody else.
  let reader: DocumentReader
  let extractor: DocumentExtractor
  let tokenizer: DocumentTokenizer
  let isCancelled: @Sendable () -> Bool
  /// Takes the ids in order, one call at a time, on whatever thread.
  let receive: (EncodedPortion, _ fileBytesRead: Int) throws(CorpusError) -> Void

  /// Encodes everything.
  ///
  /// - Parameter threads: Most threads to use.
  /// - Throws: ``CorpusError``, the receiver's own errors too.
  func run(threads: Int) throws(CorpusError) {
    let (reader, extractor, tokenizer, receive) = (reader, extractor, tokenizer, receive)
    let pipeline = OrderedPipeline<DocumentReader.Portion, EncodedPortion>(
      isCancelled: isCancelled,
      take: { () throws(CorpusError) in reader.nextPortion().map { ($0, $0.byteCount) } },
      work: { (portion) throws(CorpusError) in
        try Self.encode(portion, extractor: extractor, tokenizer: tokenizer)
      },
      receive: { (encoded) throws(CorpusError) in try receive(encoded, reader.fileBytesRead) })
    try pipeline.run(threads: threads)
  }

  private static func encode(
    _ portion: DocumentReader.Portion, extractor: DocumentExtractor, tokenizer: DocumentTokenizer
  ) throws(CorpusError) -> EncodedPortion {
    var encoded = EncodedPortion()
    for document in portion.documents {
      let text = try extractor.trainingText(of: document)
      let start = encoded.ids.count
      do {
        try text.withUnsafeBufferPointer { text in
          try tokenizer.tokenizer.encode(utf8: text, addSpecialTokens: false, into: &encoded.ids)
        }
      } catch {
        throw .cannotEncode(
          path: extractor.files[document.file], place: document.place, problem: "\(error)")
      }
      guard encoded.ids.count > start else {
        encoded.emptyDocuments += 1
        continue
      }
      encoded.ids.append(tokenizer.endOfDocument)
      encoded.ends.append(encoded.ids.count)
      encoded.textBytes += text.count
    }
    return encoded
  }
}
