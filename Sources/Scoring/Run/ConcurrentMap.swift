import Dispatch

extension Array where Element: Sendable {
  /// Transforms the elements on several threads; the result does not depend on how many.
  ///
  /// - Parameters:
  ///   - threads: Most threads to use.
  ///   - transform: Called once per element.
  /// - Returns: The results in the order of the elements.
  /// - Throws: The error of the first element, in their order, that has one.
  func concurrentMap<Output: Sendable>(
    threads: Int, _ transform: @Sendable (Element) throws -> Output
  ) throws -> [Output] {
    let lanes = Swift.max(1, Swift.min(threads, count))
    let results = [Result<Output, any Error>](unsafeUninitializedCapacity: count) {
      buffer, initialized in
      // SAFETY: lane l initializes the elements l, l + lanes, …, each once, and all lanes have ended
      // before the buffer is read.
      nonisolated(unsafe) let buffer = buffer
      DispatchQueue.concurrentPerform(iterations: lanes) { lane in
        for index in stride(from: lane, to: count, by: lanes) {
          buffer.initializeElement(at: index, to: Result { try transform(self[index]) })
        }
      }
      initialized = count
    }
    return try results.map { try $0.get() }
  }
}
