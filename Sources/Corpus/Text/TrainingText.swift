internal import Documents

extension DocumentExtractor {
  /// The text of a document as it is trained on without having been prepared.
  ///
  /// - Parameter document: From a reader of the same files.
  /// - Returns: Valid UTF-8; what is taken from markup is cleaned as a preparation would, texts that
  ///   are given as such are taken to the letter.
  /// - Throws: ``CorpusError`` with file and place.
  func trainingText(of document: RawDocument) throws(CorpusError) -> [UInt8] {
    let text: [UInt8]
    do throws(DocumentError) {
      text = try self.text(of: document)
    } catch { throw CorpusError(error) }
    switch document.content {
    case .record, .plainText, .problem: return text
    case .html, .xml, .wikitext:
      var changes = TextCleaner.Changes()
      return TextCleaner.clean(text, changes: &changes)
    }
  }
}
