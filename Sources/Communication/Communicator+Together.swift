/// What setting up needs: small things that are done seldom.
extension Communicator {
  /// Combines numbers, each with its like on the other ranks.
  ///
  /// - Parameters:
  ///   - values: Of this rank; replaced by the result.
  ///   - reduction: How.
  /// - Throws: ``CommunicationError``.
  public func allReduce(
    _ values: inout [Double], _ reduction: Collective.Reduction
  ) throws(CommunicationError) {
    if size == 1 { return }
    let memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: values.count)
    defer { memory.deallocate() }
    _ = memory.initialize(from: values)
    try run("combine", .allReduce(memory, reduction))
    values = Array(memory)
  }

  /// The sum of a number over the ranks.
  public func sum(_ value: Int) throws(CommunicationError) -> Int {
    var values = [Double(value)]
    try allReduce(&values, .sum)
    return Int(values[0])
  }

  /// The largest of a number over the ranks.
  public func maximum(_ value: Int) throws(CommunicationError) -> Int {
    var values = [Double(value)]
    try allReduce(&values, .maximum)
    return Int(values[0])
  }

  /// Gives all ranks the bytes of one.
  ///
  /// - Parameters:
  ///   - bytes: Those of `root`; of no interest elsewhere.
  ///   - root: The rank that has them.
  /// - Returns: Its bytes.
  /// - Throws: ``CommunicationError``.
  public func broadcast(
    _ bytes: [UInt8], from root: Int = 0
  ) throws(CommunicationError) -> [UInt8] {
    if size == 1 { return bytes }
    let count = try maximum(rank == root ? bytes.count : 0)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { memory.deallocate() }
    if rank == root { memory.copyBytes(from: bytes) }
    if count > 0 { try run("broadcast", .broadcast(memory, from: root)) }
    return Array(memory)
  }

  /// Lets rank 0 decide.
  ///
  /// - Parameter decide: Called on rank 0 alone.
  /// - Returns: What it said.
  /// - Throws: What it throws, on all ranks.
  public func decide(_ decide: () throws -> Int) throws -> Int {
    let value = try together { isRoot ? try decide() : 0 }
    return size == 1 ? value : try maximum(isRoot ? value : Int.min >> 12)
  }

  /// Waits until all ranks have come here.
  public func meet() throws(CommunicationError) { _ = try sum(0) }

  /// Does something on all ranks, and fails on all if it fails on one.
  ///
  /// - Parameter body: Called on each rank; it must not communicate itself unless all do.
  /// - Returns: What this rank's call gave.
  /// - Throws: What this rank's call threw, or ``CommunicationError/otherRank(rank:size:message:)``
  ///   of the lowest rank that failed.
  public func together<Result>(_ body: () throws -> Result) throws -> Result {
    if size == 1 { return try body() }
    let result = Swift.Result { try body() }
    var failed = [Double(size)]
    if case .failure = result { failed = [Double(rank)] }
    try allReduce(&failed, .minimum)
    let first = Int(failed[0])
    if first == size { return try result.get() }
    var message: [UInt8] = []
    if first == rank, case .failure(let error) = result { message = Array("\(error)".utf8) }
    message = try broadcast(message, from: first)
    // Who failed as well has words of its own.
    _ = try result.get()
    throw CommunicationError.otherRank(
      rank: first, size: size, message: String(decoding: message, as: UTF8.self))
  }

  /// Finds out whether all ranks have the same.
  ///
  /// - Parameter bytes: Of any length.
  /// - Returns: The lowest rank whose bytes are not those of rank 0; `nil` if all agree.
  /// - Throws: ``CommunicationError``.
  public func firstRankThatDiffers(in bytes: [UInt8]) throws(CommunicationError) -> Int? {
    if size == 1 { return nil }
    let common = try broadcast(bytes)
    var different = [Double(common == bytes ? size : rank)]
    try allReduce(&different, .minimum)
    return Int(different[0]) == size ? nil : Int(different[0])
  }

  private func run(
    _ name: String, _ operation: Collective.Operation
  ) throws(CommunicationError) {
    let collective = try Collective(name, operation)
    start(collective)
    try wait(for: collective)
  }
}
