/// Processes that work on one thing together: ranks 0 to size − 1, each running the same program.
///
/// Every operation is collective: all ranks begin the same ones in the same order, and from one thread
/// each. An operation ends on a rank once that rank has what it waits for. A single process is a
/// communicator too, whose operations cost nothing.
public protocol Communicator: AnyObject, Sendable {
  /// This process, from 0.
  var rank: Int { get }
  /// Processes.
  var size: Int { get }
  /// Processes on this machine.
  var localSize: Int { get }

  /// Begins an operation and returns at once.
  ///
  /// - Parameter collective: Not begun, or waited for since; its memory stays untouched until it is
  ///   waited for.
  func start(_ collective: Collective)

  /// Waits until an operation that was begun has ended; returns at once if none was.
  ///
  /// - Parameter collective: The operation.
  /// - Throws: ``CommunicationError`` if it failed, on every rank that notices.
  func wait(for collective: Collective) throws(CommunicationError)

  /// Ends the work of all ranks in good order.
  ///
  /// - Parameter seconds: How long to wait for the others to do the same; `nil` for as long as it
  ///   takes.
  /// - Returns: Whether all have; nothing can be communicated any more then.
  func end(within seconds: Double?) -> Bool

  /// Ends the processes of all ranks, this one included.
  ///
  /// - Parameter status: The exit status.
  func abort(status: Int32) -> Never
}

extension Communicator {
  /// Whether this process writes files and tells the news.
  public var isRoot: Bool { rank == 0 }
}

/// Why ranks could not communicate.
public enum CommunicationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The library's words.
  case library(operation: String, message: String)
  /// Another rank has failed while all did the same thing.
  case otherRank(rank: Int, size: Int, message: String)
  /// More numbers than an operation takes.
  case tooLarge(operation: String, count: Int)

  public var description: String {
    switch self {
    case .library(let operation, let message): "\(operation) between ranks failed: \(message)"
    case .otherRank(let rank, let size, let message): "rank \(rank) of \(size): \(message)"
    case .tooLarge(let operation, let count):
      "\(operation) between ranks takes at most \(Int32.max) numbers at a time, not \(count)."
    }
  }
}
