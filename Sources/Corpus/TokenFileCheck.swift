internal import Dispatch
internal import Files
internal import Synchronization

/// Looks at every id of a file, on several threads.
enum TokenFileCheck {
  /// Ids that are read in one go.
  private static let blockLength = 1 << 18

  /// Checks every id.
  ///
  /// - Parameters:
  ///   - file: The ids.
  ///   - vocabularySize: They must be below this.
  ///   - threads: Most threads to use.
  ///   - isCancelled: Asked between blocks; answering true ends the check.
  ///   - error: What an id outside the vocabulary is reported as.
  /// - Throws: ``CorpusError`` for the first id that is outside the vocabulary,
  ///   ``CorpusError/cancelled``, or an error of reading.
  /// - Complexity: O(ids).
  static func run(
    _ file: TokenFile, vocabularySize: Int, threads: Int, isCancelled: @Sendable () -> Bool,
    error: @Sendable (TokenFile.Misfit) -> CorpusError
  ) throws(CorpusError) {
    let blocks = (file.count + blockLength - 1) / blockLength
    let state = Mutex(State())
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, blocks))) { _ in
      let ids = UnsafeMutableBufferPointer<Int32>.allocate(capacity: blockLength)
      defer { ids.deallocate() }
      while let block = state.withLock({ $0.takeBlock(of: blocks) }) {
        let result =
          isCancelled()
          ? CorpusError.cancelled
          : firstProblem(in: file, block: block, ids, vocabularySize: vocabularySize, error: error)
        if let result { state.withLock { $0.note(result, block: block) } }
      }
    }
    if let problem = state.withLock({ $0.problem }) { throw problem.error }
  }

  private static func firstProblem(
    in file: TokenFile, block: Int, _ ids: UnsafeMutableBufferPointer<Int32>, vocabularySize: Int,
    error: (TokenFile.Misfit) -> CorpusError
  ) -> CorpusError? {
    let start = block * blockLength
    let count = min(blockLength, file.count - start)
    do throws(FileError) {
      return try file.copy(
        from: start, into: UnsafeMutableBufferPointer(rebasing: ids[..<count]),
        vocabularySize: vocabularySize
      ).map(error)
    } catch { return .file(error) }
  }

  /// Which blocks are taken, and the first problem of all.
  private struct State {
    private var nextBlock = 0
    private(set) var problem: (block: Int, error: CorpusError)?

    /// The next block to look at; `nil` once all are taken or a problem is known: blocks are taken
    /// in order, so whatever lies before the problem is being looked at already.
    mutating func takeBlock(of count: Int) -> Int? {
      guard problem == nil, nextBlock < count else { return nil }
      nextBlock += 1
      return nextBlock - 1
    }

    mutating func note(_ error: CorpusError, block: Int) {
      if let problem, problem.block < block { return }
      problem = (block, error)
    }
  }
}
