#if MPI
  internal import CMPI
  internal import Foundation
  internal import Glibc
  internal import Synchronization

  /// Ranks that an MPI library connects.
  ///
  /// A thread of its own makes all calls of the library, so that operations go on while the caller
  /// computes, and no library has to be ready for several threads. Before each operation that thread
  /// waits, asleep, until all ranks have come: the library's own waiting keeps a core busy, which the
  /// computation would miss. When all are there, the library's blocking operations run at full speed.
  public final class MPICommunicator: Communicator {
    public let rank: Int
    public let size: Int
    public let localSize: Int

    private let worker: MPIWorker

    /// Starts the library.
    ///
    /// - Throws: ``LaunchError``.
    init() throws(LaunchError) {
      let worker = MPIWorker()
      self.worker = worker
      (rank, size, localSize) = try worker.begin()
    }

    public func start(_ collective: Collective) { worker.start(collective) }

    public func wait(for collective: Collective) throws(CommunicationError) {
      try worker.wait(for: collective)
    }

    public func end(within seconds: Double?) -> Bool { worker.end(within: seconds) }

    public func abort(status: Int32) -> Never { worker.abort(status: status) }
  }

  /// The thread that calls the library, and its queue.
  private final class MPIWorker: @unchecked Sendable {
    // SAFETY (@unchecked Sendable): `mpi` belongs to the thread, which sets it up before anything is
    // queued; everything else is guarded by `condition` or atomic.

    private let condition = NSCondition()
    private var queue: [Collective] = []
    private var started: Result<(rank: Int, size: Int, localSize: Int), LaunchError>?
    /// Seconds that the end may take; set once.
    private var ending: (limit: Double?, outcome: Bool?)?
    private let abortStatus = Atomic<Int32>(0)
    private let isAborting = Atomic<Bool>(false)
    private var mpi = cpteval_mpi()

    // MARK: The rank's thread

    func begin() throws(LaunchError) -> (rank: Int, size: Int, localSize: Int) {
      let thread = Thread { [self] in work() }
      thread.name = "ranks"
      thread.stackSize = 8 << 20
      thread.start()
      condition.lock()
      defer { condition.unlock() }
      while started == nil { condition.wait() }
      guard let started else { preconditionFailure("the thread says how it went") }
      return try started.get()
    }

    func start(_ collective: Collective) {
      precondition(
        collective.phase.load(ordering: .acquiring) == Collective.Phase.idle.rawValue,
        "an operation that was begun is waited for before it is begun again")
      collective.phase.store(Collective.Phase.running.rawValue, ordering: .releasing)
      collective.times.begin = WallClock.now
      condition.lock()
      queue.append(collective)
      condition.broadcast()
      condition.unlock()
    }

    func wait(for collective: Collective) throws(CommunicationError) {
      if collective.phase.load(ordering: .acquiring) == Collective.Phase.idle.rawValue { return }
      condition.lock()
      while collective.phase.load(ordering: .acquiring) != Collective.Phase.ended.rawValue {
        condition.wait()
      }
      condition.unlock()
      collective.phase.store(Collective.Phase.idle.rawValue, ordering: .releasing)
      if let error = collective.error {
        collective.error = nil
        throw error
      }
    }

    func end(within seconds: Double?) -> Bool {
      condition.lock()
      defer { condition.unlock() }
      if ending == nil { ending = (seconds, nil) }
      condition.broadcast()
      while ending?.outcome == nil {
        if let seconds {
          // The thread may be inside an operation that never ends, because a rank is gone.
          if !condition.wait(until: Date(timeIntervalSinceNow: seconds + 0.5)) { return false }
        } else {
          condition.wait()
        }
      }
      return ending?.outcome ?? false
    }

    func abort(status: Int32) -> Never {
      abortStatus.store(status, ordering: .relaxed)
      isAborting.store(true, ordering: .releasing)
      condition.lock()
      condition.broadcast()
      condition.unlock()
      // The thread may be inside an operation that never ends. A process that goes without saying
      // good-bye ends the job, too.
      sleep(2)
      _exit(status)
    }

    // MARK: The library's thread

    private func work() {
      cpteval_exact_timers()
      // Waiting inside the library gives the core to whoever computes; Open MPI does so on its own only
      // where it knows that there are more processes than cores.
      setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0)
      let outcome = setUp()
      condition.lock()
      started = outcome
      condition.broadcast()
      condition.unlock()
      guard case .success = outcome else { return }
      while let collective = next() { perform(collective) }
    }

    private func setUp() -> Result<(rank: Int, size: Int, localSize: Int), LaunchError> {
      var (rank, size, localSize): (Int32, Int32, Int32) = (0, 1, 1)
      var status = cpteval_mpi_init(&mpi, &rank, &size)
      if status == MPI_SUCCESS { status = cpteval_mpi_local_size(&localSize) }
      guard status == MPI_SUCCESS else { return .failure(.library(message: Self.text(status))) }
      return .success((Int(rank), Int(size), Int(localSize)))
    }

    /// The next operation; `nil` once the work has ended.
    private func next() -> Collective? {
      condition.lock()
      defer { condition.unlock() }
      while true {
        abortIfAsked()
        if !queue.isEmpty { return queue.removeFirst() }
        if let ending, ending.outcome == nil {
          condition.unlock()
          let isOrderly = endInOrder(within: ending.limit)
          condition.lock()
          self.ending?.outcome = isOrderly
          condition.broadcast()
          if isOrderly { return nil }
          continue
        }
        condition.wait()
      }
    }

    private func perform(_ collective: Collective) {
      do {
        try waitForAll(isEnding: false, limit: nil)
        collective.times.ready = WallClock.now
        try run(collective)
      } catch {
        collective.error = .library(operation: collective.name, message: error.message)
      }
      collective.times.end = WallClock.now
      condition.lock()
      collective.phase.store(Collective.Phase.ended.rawValue, ordering: .releasing)
      condition.broadcast()
      condition.unlock()
    }

    private struct Failure: Error {
      let message: String
    }

    private func check(_ status: Int32) throws(Failure) {
      if status != MPI_SUCCESS { throw Failure(message: Self.text(status)) }
    }

    /// Sleeps until all ranks have come here.
    ///
    /// - Returns: Whether they have, within the limit in seconds.
    @discardableResult
    private func waitForAll(isEnding: Bool, limit: Double?) throws(Failure) -> Bool {
      var request = cpteval_mpi_request()
      try check(cpteval_mpi_begin_barrier(&mpi, isEnding ? 1 : 0, &request))
      let begin = ContinuousClock().now
      while true {
        var isDone: Int32 = 0
        try check(cpteval_mpi_test(&request, &isDone))
        if isDone != 0 { return true }
        abortIfAsked()
        let waited = (ContinuousClock().now - begin).inSeconds
        if let limit, waited > limit { return false }
        // Whoever is late by a millisecond is looked for every 0.02 ms, by a second every 5 ms.
        usleep(UInt32(min(5000, max(20, waited * 5000))))
      }
    }

    private func run(_ collective: Collective) throws(Failure) {
      let (counts, starts) = (collective.counts, collective.starts)
      switch collective.operation {
      case .reduceScatter(let from, _, let to):
        try check(cpteval_mpi_reduce_scatter(&mpi, from.baseAddress, to.baseAddress, counts))
      case .allGather(let numbers, _):
        try check(cpteval_mpi_all_gather(&mpi, numbers.baseAddress, counts, starts))
      case .gather(let from, _, let to):
        try check(
          cpteval_mpi_gather(
            &mpi, from.baseAddress, Int32(from.count), to?.baseAddress, counts, starts))
      case .allReduce(let numbers, let reduction):
        let kind =
          switch reduction {
          case .sum: cpteval_mpi_sum
          case .minimum: cpteval_mpi_minimum
          case .maximum: cpteval_mpi_maximum
          }
        try check(
          cpteval_mpi_all_reduce(&mpi, numbers.baseAddress, Int32(numbers.count), kind))
      case .broadcast(let bytes, let root):
        // Counts are 32 bits wide.
        var start = 0
        while start < bytes.count {
          let count = min(bytes.count - start, 1 << 30)
          try check(
            cpteval_mpi_broadcast(
              &mpi, bytes.baseAddress.map { $0 + start }, Int32(count), Int32(root)))
          start += count
        }
      }
    }

    private func endInOrder(within seconds: Double?) -> Bool {
      guard (try? waitForAll(isEnding: true, limit: seconds)) == true else { return false }
      return cpteval_mpi_finalize() == MPI_SUCCESS
    }

    private func abortIfAsked() {
      if isAborting.load(ordering: .acquiring) {
        cpteval_mpi_abort(abortStatus.load(ordering: .relaxed))
      }
    }

    private static func text(_ status: Int32) -> String {
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(MPI_MAX_ERROR_STRING) + 1) {
        text in
        text.initialize(repeating: 0)
        guard let base = text.baseAddress else { return "error \(status)" }
        cpteval_mpi_error_text(status, base)
        return String(cString: base)
      }
    }
  }

  extension Duration {
    fileprivate var inSeconds: Double {
      Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
  }
#endif
