import Testing

@testable import Communication

@Suite("One process as a communicator")
struct SingleProcessTests {
  private let ranks: any Communicator = SingleProcess.shared

  @Test("It is rank 0 of 1, and agrees with itself")
  func itself() throws {
    #expect((ranks.rank, ranks.size, ranks.localSize) == (0, 1, 1))
    var values = [1.5, -2]
    try ranks.allReduce(&values, .maximum)
    #expect(values == [1.5, -2])
    #expect(try ranks.sum(7) == 7)
    #expect(try ranks.decide { 5 } == 5)
    #expect(try ranks.broadcast([1, 2, 3]) == [1, 2, 3])
    #expect(try ranks.firstRankThatDiffers(in: [1]) == nil)
    #expect(ranks.end(within: nil))
  }

  @Test("A reduction copies what is to be summed up, and gathering leaves it alone")
  func collectives() throws {
    let numbers = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3)
    let sums = UnsafeMutableBufferPointer<Float>.allocate(capacity: 3)
    defer {
      numbers.deallocate()
      sums.deallocate()
    }
    _ = numbers.initialize(from: [1, 2, 3])
    sums.initialize(repeating: 0)
    let reduce = try Collective(
      "reduce", .reduceScatter(from: UnsafeBufferPointer(numbers), parts: [3], to: sums))
    let gather = try Collective("gather", .allGather(sums, parts: [3]))
    for collective in [reduce, gather] {
      ranks.start(collective)
      try ranks.wait(for: collective)
    }
    #expect(Array(sums) == [1, 2, 3])
  }

  @Test("More numbers than MPI counts are refused before anything is sent")
  func tooMany() {
    let nothing = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
    #expect(throws: CommunicationError.tooLarge(operation: "gather", count: 1 << 31)) {
      try Collective("gather", .allGather(nothing, parts: [1 << 30, 1 << 30]))
    }
  }

  @Test("What fails in one process fails with its own error")
  func together() {
    struct Failure: Error, Equatable {}
    #expect(throws: Failure()) { try ranks.together { throw Failure() } }
  }
}
