internal import Dispatch
internal import Files
internal import Synchronization

extension PackedSource {
  /// Ids that are read in one go.
  private static let blockLength = 1 << 18

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
      let blocks = (file.count + Self.blockLength - 1) / Self.blockLength
      let state = Mutex(CheckState())
      DispatchQueue.concurrentPerform(iterations: max(1, min(threads, blocks))) { _ in
        let ids = UnsafeMutableBufferPointer<Int32>.allocate(capacity: Self.blockLength)
        defer { ids.deallocate() }
        while let block = state.withLock({ $0.takeBlock(of: blocks) }) {
          let result =
            isCancelled() ? CorpusError.cancelled : firstProblem(in: file, block: block, ids)
          if let result { state.withLock { $0.note(result, block: block) } }
        }
      }
      if let problem = state.withLock({ $0.problem }) { throw problem.error }
    }
  }

  private func firstProblem(
    in file: TokenFile, block: Int, _ ids: UnsafeMutableBufferPointer<Int32>
  ) -> CorpusError? {
    let start = block * Self.blockLength
    let count = min(Self.blockLength, file.count - start)
    do throws(FileError) {
      return try file.copy(
        from: start, into: UnsafeMutableBufferPointer(rebasing: ids[..<count]),
        vocabularySize: vocabularySize
      ).map { error(for: $0, in: file) }
    } catch { return .file(error) }
  }
}

/// Which blocks are taken, and the first problem of all.
private struct CheckState {
  private var nextBlock = 0
  private(set) var problem: (block: Int, error: CorpusError)?

  /// The next block to look at; `nil` once all are taken or a problem is known: blocks are taken in
  /// order, so whatever lies before the problem is being looked at already.
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
