public import Tokenization

extension CorpusTexts {
  /// Counts the words of all documents, to train a tokenizer on them.
  ///
  /// - Parameters:
  ///   - pattern: How texts are cut into words.
  ///   - threads: Most threads to use; the counts do not depend on it.
  ///   - isCancelled: Asked before every portion of documents.
  ///   - progress: Told after every portion, one call at a time, on whatever thread.
  /// - Returns: The counts.
  /// - Throws: ``CorpusError``.
  /// - Complexity: O(bytes); memory of the distinct words for each thread.
  public func words(
    by pattern: TrainingPattern, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) throws(CorpusError) -> WordCounter {
    let counters = try forEach(
      threads: threads, isCancelled: isCancelled, progress: progress,
      makeWorker: { WordCounter(pattern: pattern) }
    ) { counter, document in counter.add(document.text) }
    var words = WordCounter(pattern: pattern)
    for counter in counters { words.add(counter) }
    return words
  }
}
