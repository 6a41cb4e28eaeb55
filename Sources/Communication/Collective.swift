internal import Synchronization

/// One operation of all ranks together, which can be done over and over on the same memory.
public final class Collective: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): the rank's thread writes before it starts the operation and reads
  // after it has waited for it; in between only the communicator's thread does, and `phase` hands over.

  /// What the ranks do; all name the same one, with counts that agree.
  public enum Operation {
    /// Adds up the numbers of all ranks and leaves part r of the sums on rank r.
    ///
    /// `parts` are numbers per rank, whose sum is the count of `from`; `to` has this rank's part. What
    /// `from` holds is kept.
    case reduceScatter(
      from: UnsafeBufferPointer<Float>, parts: [Int], to: UnsafeMutableBufferPointer<Float>)
    /// Gives all ranks the parts of all; each comes with its own in its place.
    case allGather(UnsafeMutableBufferPointer<Float>, parts: [Int])
    /// Gives rank 0 the parts of all, one after the other; `to` is `nil` on the others.
    case gather(
      from: UnsafeBufferPointer<Float>, parts: [Int], to: UnsafeMutableBufferPointer<Float>?)
    /// Combines numbers, each with its like on the other ranks, and gives the result to all.
    case allReduce(UnsafeMutableBufferPointer<Double>, Reduction)
    /// Gives all ranks the bytes of one.
    case broadcast(UnsafeMutableRawBufferPointer, from: Int)
  }

  /// How numbers are combined.
  public enum Reduction: Sendable {
    case sum, minimum, maximum
  }

  /// For traces.
  public let name: String
  public let operation: Operation
  /// Numbers of each rank and where they begin, as MPI wants to be told.
  let counts: [Int32]
  let starts: [Int32]
  /// When the operation was begun on this rank, when all ranks were found ready for it, and when it
  /// had ended; of the last time that it was done.
  public internal(set) var times = Times()

  /// Instants of an operation, in nanoseconds since 1970.
  public struct Times: Sendable {
    public internal(set) var begin = 0
    public internal(set) var ready = 0
    public internal(set) var end = 0
  }

  enum Phase: Int {
    case idle, running, ended
  }
  let phase = Atomic<Int>(Phase.idle.rawValue)
  var error: CommunicationError?

  /// Prepares an operation.
  ///
  /// - Parameters:
  ///   - name: For traces.
  ///   - operation: What to do; its memory outlives the last time that it is done.
  /// - Throws: ``CommunicationError/tooLarge(operation:count:)``.
  public init(_ name: String, _ operation: Operation) throws(CommunicationError) {
    self.name = name
    self.operation = operation
    let parts =
      switch operation {
      case .reduceScatter(_, let parts, _), .allGather(_, let parts), .gather(_, let parts, _):
        parts
      case .allReduce, .broadcast: [Int]()
      }
    let total = parts.reduce(0, +)
    guard total <= Int(Int32.max) else { throw .tooLarge(operation: name, count: total) }
    counts = parts.map { Int32($0) }
    var start = 0
    starts = parts.map { part in
      defer { start += part }
      return Int32(start)
    }
  }
}
