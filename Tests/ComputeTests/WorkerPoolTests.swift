import Compute
import Foundation
import Synchronization
import Testing

@Suite("Worker pool")
struct WorkerPoolTests {
  /// How often each task ran in one round.
  private func runs(of taskCount: Int, in pool: WorkerPool) -> [Int] {
    let counts = UnsafeMutablePointer<Int>.allocate(capacity: max(taskCount, 1))
    defer { counts.deallocate() }
    counts.initialize(repeating: 0, count: taskCount)
    pool.run(taskCount) { task, _ in counts[task] += 1 }
    return Array(UnsafeBufferPointer(start: counts, count: taskCount))
  }

  @Test("The cores of a process are those that the system lets it run on")
  func cores() throws {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(
      status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") })
    let bits = line.dropFirst("Cpus_allowed:".count).compactMap(\.hexDigitValue)
      .reduce(0) { $0 + $1.nonzeroBitCount }
    #expect(WorkerPool.availableCores == bits)
  }

  @Test("Every task runs exactly once, and is done when the call returns", arguments: 1...8)
  func everyTaskOnce(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    for taskCount in [0, 1, 2, 3, 7, 8, 9, 64, 1000] {
      #expect(runs(of: taskCount, in: pool).allSatisfy { $0 == 1 }, "\(taskCount) tasks")
    }
  }

  @Test(
    "Shared units come once each, in runs that are short enough and end with single ones",
    arguments: 1...5)
  func sharedUnits(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    for (count, largest) in [(0, 4), (1, 4), (7, 3), (64, 8), (1000, 16), (1001, 1)] {
      let runs = Mutex<[Range<Int>]>([])
      pool.share(count, atMost: largest) { units, _ in runs.withLock { $0.append(units) } }
      let sorted = runs.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
      #expect(sorted.flatMap { Array($0) } == Array(0..<count), "\(count) units")
      #expect(sorted.allSatisfy { $0.count <= largest && !$0.isEmpty })
      if threads > 1, let last = sorted.last { #expect(last.count == 1) }
    }
  }

  @Test("A pool serves thousands of rounds", arguments: [1, 2, 3, 5])
  func manyRounds(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    let total = Atomic<Int>(0)
    for round in 0..<5000 {
      pool.run(round % 7) { task, _ in total.add(task + 1, ordering: .relaxed) }
    }
    // Rounds of n tasks add n(n + 1)/2: 0, 1, 3, 6, 10, 15, 21; 714 times all seven, then 0 and 1.
    #expect(total.load(ordering: .relaxed) == 714 * 56 + 1)
  }

  @Test("Tasks that run at the same time have different thread numbers, all below the count")
  func threadNumbers() {
    let pool = WorkerPool(threadCount: 4)
    let busy = Atomic<UInt64>(0)
    let clashes = Atomic<Int>(0)
    for _ in 0..<200 {
      pool.run(50) { _, thread in
        let bit: UInt64 = 1 << thread
        let others = busy.bitwiseOr(bit, ordering: .acquiring).oldValue
        if others & bit != 0 || thread >= 4 { clashes.add(1, ordering: .relaxed) }
        for _ in 0..<100 { _ = busy.load(ordering: .relaxed) }
        busy.bitwiseAnd(~bit, ordering: .releasing)
      }
    }
    #expect(clashes.load(ordering: .relaxed) == 0)
  }

  /// The running thread's folder under /proc.
  private func threadFolder() throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
  }

  @Test("A pool that is let go of ends its threads")
  func threadsEnd() throws {
    let folders = Mutex<Set<String>>([])
    weak var released: WorkerPool?
    do {
      let pool = WorkerPool(threadCount: 3)
      released = pool
      // Each task waits until all three threads have one.
      let arrived = Atomic<Int>(0)
      pool.run(3) { _, _ in
        if let folder = try? threadFolder() { folders.withLock { _ = $0.insert(folder) } }
        arrived.add(1, ordering: .relaxed)
        while arrived.load(ordering: .relaxed) < 3 { sched_yield() }
      }
    }
    #expect(released == nil)
    let workers = folders.withLock { $0 }.subtracting([try threadFolder()])
    #expect(workers.count == 2)
    // The system takes a moment to clear away a thread that has been joined.
    let running = { workers.filter { FileManager.default.fileExists(atPath: "/proc/" + $0) } }
    for _ in 0..<1000 where !running().isEmpty { usleep(1000) }
    #expect(running().isEmpty)
  }
}
