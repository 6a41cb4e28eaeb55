internal import Dispatch
internal import Foundation

/// Works on portions on several threads, and hands the results on in the portions' order.
///
/// Each thread in turn takes a portion, works on it on its own, and lays the result down; whoever
/// lays down the one that was waited for hands on all that are ready. So the results do not depend on
/// the number of threads, nor does which error is thrown: the first in the portions' order.
final class OrderedPipeline<Portion: Sendable, Output: Sendable>: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): `take` and `nextToTake` are touched under `takeLock` only, all
  // other variables under `condition` only; `receive` is called by the one thread for which
  // `isReceiving` was set.

  /// Takes the next portion, with its size in bytes; `nil` after the last.
  typealias Take = () throws(CorpusError) -> (portion: Portion, byteCount: Int)?

  private let take: Take
  private let work: @Sendable (Portion) throws(CorpusError) -> Output
  private let receive: (Output) throws(CorpusError) -> Void
  private let isCancelled: @Sendable () -> Bool

  private let takeLock = NSLock()
  private var nextToTake = 0

  private let condition = NSCondition()
  private var isReceiving = false
  private var nextToReceive = 0
  private var ready: [Int: (result: Result<Output, CorpusError>, byteCount: Int)] = [:]
  private var bytesInFlight = 0
  private var isAtEnd = false
  private var failure: CorpusError?

  /// Bytes between taking and receiving at which taking waits.
  private static var maximumBytesInFlight: Int { 32 << 20 }

  /// Prepares.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked before every portion; answering true ends with
  ///     ``CorpusError/cancelled``.
  ///   - take: Takes the next portion, one call at a time, on whatever thread.
  ///   - work: Works on a portion, on several threads at once.
  ///   - receive: Takes the results in order, one call at a time, on whatever thread.
  init(
    isCancelled: @escaping @Sendable () -> Bool, take: @escaping Take,
    work: @escaping @Sendable (Portion) throws(CorpusError) -> Output,
    receive: @escaping (Output) throws(CorpusError) -> Void
  ) {
    self.isCancelled = isCancelled
    self.take = take
    self.work = work
    self.receive = receive
  }

  /// Does everything.
  ///
  /// - Parameter threads: Most threads to use.
  /// - Throws: ``CorpusError``, the receiver's own errors too.
  func run(threads: Int) throws(CorpusError) {
    DispatchQueue.concurrentPerform(iterations: max(threads, 1)) { _ in
      while let (number, portion, byteCount) = takePortion() {
        layDown(number, Result { () throws(CorpusError) in try work(portion) }, byteCount)
      }
    }
    if let failure = condition.withLock({ failure }) { throw failure }
  }

  private func takePortion() -> (number: Int, portion: Portion, byteCount: Int)? {
    takeLock.lock()
    defer { takeLock.unlock() }
    guard isRoomLeft() else { return nil }
    let number = nextToTake
    do throws(CorpusError) {
      if isCancelled() { throw .cancelled }
      guard let (portion, byteCount) = try take() else {
        condition.withLock { isAtEnd = true }
        return nil
      }
      nextToTake += 1
      condition.withLock { bytesInFlight += byteCount }
      return (number, portion, byteCount)
    } catch {
      // What was taken before may hold an earlier error.
      condition.withLock { isAtEnd = true }
      layDown(number, .failure(error), 0)
      return nil
    }
  }

  /// Waits until another portion may be taken.
  ///
  /// - Returns: Whether there is anything to take.
  private func isRoomLeft() -> Bool {
    condition.lock()
    defer { condition.unlock() }
    // The portion that is received next is with a thread that does not wait here.
    while bytesInFlight >= Self.maximumBytesInFlight, failure == nil { condition.wait() }
    return !isAtEnd && failure == nil
  }

  /// Lays a result down, and hands on what is ready and next unless another thread does.
  private func layDown(_ number: Int, _ result: Result<Output, CorpusError>, _ byteCount: Int) {
    condition.lock()
    ready[number] = (result, byteCount)
    if !isReceiving {
      isReceiving = true
      while failure == nil, let (result, byteCount) = ready.removeValue(forKey: nextToReceive) {
        nextToReceive += 1
        condition.unlock()
        var problem: CorpusError?
        do throws(CorpusError) {
          try receive(try result.get())
        } catch { problem = error }
        condition.lock()
        failure = failure ?? problem
        bytesInFlight -= byteCount
        condition.broadcast()
      }
      isReceiving = false
    }
    condition.unlock()
  }
}
