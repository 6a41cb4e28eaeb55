extension PackedSource {
  /// Checks every id of every file.
  ///
  /// - Parameters:
  ///   - threads: Most threads to use.
  ///   - isCancelled: Asked between blocks; answering true ends the check.
  /// - Throws: ``CorpusError/idOutOfRange(path:row:column:id:vocabularySize:)`` for the first id
  ///   that is outside the vocabulary, ``CorpusError/cancelled``, or an error of reading.
  /// - Complexity: O(ids).
  public func checkIDs(
    threads: Int, isCancelled: @Sendable () -> Bool = { false }
  ) throws(CorpusError) {
    for file in files {
      try TokenFileCheck.run(
        file, vocabularySize: vocabularySize, threads: threads, isCancelled: isCancelled
      ) { error(for: $0, in: file) }
    }
  }
}
