internal import CKernels
internal import Foundation
internal import Synchronization

/// Threads that work through numbered tasks together with the thread that asks.
///
/// One pool serves a whole process run. Work is handed out piece by piece, so the threads finish
/// together whatever a piece costs; which thread does one must not matter for its result.
public final class WorkerPool: Sendable {
  /// Threads that work, the calling one included.
  public let threadCount: Int

  // The threads hold the crew and not the pool, or nobody would ever let go of a pool.
  private let crew = WorkerCrew()
  private let threads: [pthread_t]

  /// Cores that this process may use.
  public static var availableCores: Int {
    // Foundation counts the cores of the machine, also those that the process is kept from.
    max(1, Int(cpteval_allowed_cores()))
  }

  /// Starts the threads.
  /// - Parameter threadCount: At least 1; with 1 everything runs on the calling thread.
  public init(threadCount: Int) {
    precondition(threadCount >= 1)
    self.threadCount = threadCount
    // Fewer threads than asked for still do all the work.
    threads = (1..<threadCount).compactMap { [crew] number in crew.startThread(number) }
  }

  deinit {
    crew.stop()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs `body` once for every task, and returns when all are done.
  ///
  /// - Parameters:
  ///   - taskCount: Tasks, numbered from 0.
  ///   - body: Called with a task and the number of the thread that does it, below
  ///     ``threadCount``, which is for picking scratch memory.
  /// - Precondition: No other call of `run` is under way, in `body` or on another thread.
  public func run(_ taskCount: Int, _ body: (_ task: Int, _ thread: Int) -> Void) {
    share(taskCount, atMost: 1) { tasks, thread in
      for task in tasks { body(task, thread) }
    }
  }

  /// Runs `body` over all units, in runs of neighbours that get shorter towards the end, so that the
  /// threads finish within a unit of each other and are asked seldom before (guided
  /// self-scheduling, Polychronopoulos & Kuck 1987, doi:10.1109/TC.1987.5009495).
  ///
  /// - Parameters:
  ///   - unitCount: Units, numbered from 0.
  ///   - largest: Units of the longest run; at least 1.
  ///   - body: Called with a run of units and the number of the thread that does it.
  /// - Precondition: No other call of `run` or `share` is under way.
  public func share(
    _ unitCount: Int, atMost largest: Int, _ body: (_ units: Range<Int>, _ thread: Int) -> Void
  ) {
    if threads.isEmpty || unitCount <= 1 {
      for first in stride(from: 0, to: max(unitCount, 0), by: largest) {
        body(first..<min(first + largest, unitCount), 0)
      }
      return
    }
    crew.run(unitCount, atMost: largest, workers: threads.count, body)
  }

  /// Runs one body over units and, as threads get free, another one over further units, in one round.
  ///
  /// - Parameters:
  ///   - firstCount: Units of the first kind, numbered from 0.
  ///   - secondCount: Units of the second kind, numbered from 0; they must not need what the first
  ///     ones make.
  ///   - largest: Units of the longest run; at least 1.
  ///   - first: Called with a run of units and the number of the thread that does it.
  ///   - second: As well.
  /// - Precondition: No other call of `run` or `share` is under way.
  func share(
    _ firstCount: Int, then secondCount: Int, atMost largest: Int,
    first: (_ units: Range<Int>, _ thread: Int) -> Void,
    second: (_ units: Range<Int>, _ thread: Int) -> Void
  ) {
    share(firstCount + secondCount, atMost: largest) { units, thread in
      let before = units.clamped(to: 0..<firstCount)
      if !before.isEmpty { first(before, thread) }
      let behind = max(units.lowerBound, firstCount)..<max(units.upperBound, firstCount)
      if !behind.isEmpty {
        second(behind.lowerBound - firstCount..<behind.upperBound - firstCount, thread)
      }
    }
  }
}

/// What a pool shares with its threads.
private final class WorkerCrew: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): `body` and what describes the round are written only while every
  // worker waits for the next round, under `mutex`; the counters are atomic.

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let roundBegins = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var body: ((_ units: Range<Int>, _ thread: Int) -> Void)?
  private var unitCount = 0
  private var largestRun = 1
  /// A run is this part of what is left, at most.
  private var shareOfRest = 1
  private var isStopping = false
  private let isRunning = Atomic<Bool>(false)
  private let round = Atomic<Int>(0)
  private let nextUnit = Atomic<Int>(0)
  private let busyWorkers = Atomic<Int>(0)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(roundBegins, nil)
  }

  deinit {
    pthread_cond_destroy(roundBegins)
    pthread_mutex_destroy(mutex)
    roundBegins.deallocate()
    mutex.deallocate()
  }

  /// One thread and what it needs to begin.
  private final class Start {
    let crew: WorkerCrew
    let number: Int
    init(crew: WorkerCrew, number: Int) { (self.crew, self.number) = (crew, number) }
  }

  /// Starts a worker.
  /// - Parameter number: What it calls itself, from 1.
  /// - Returns: The thread; `nil` if the system has none left.
  func startThread(_ number: Int) -> pthread_t? {
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(crew: self, number: number))
    let status = pthread_create(
      &thread, nil,
      { context in
        if let context {
          let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
          start.crew.work(thread: start.number)
        }
        return nil
      }, start.toOpaque())
    if status == 0 { return thread }
    start.release()
    return nil
  }

  /// Tells every worker to end.
  func stop() {
    pthread_mutex_lock(mutex)
    isStopping = true
    round.add(1, ordering: .releasing)
    pthread_cond_broadcast(roundBegins)
    pthread_mutex_unlock(mutex)
  }

  func run(
    _ unitCount: Int, atMost largest: Int, workers: Int,
    _ body: (_ units: Range<Int>, _ thread: Int) -> Void
  ) {
    let wasRunning = isRunning.exchange(true, ordering: .acquiring)
    precondition(!wasRunning, "a pool runs one round at a time")
    withoutActuallyEscaping(body) { body in
      pthread_mutex_lock(mutex)
      self.body = body
      self.unitCount = unitCount
      largestRun = largest
      shareOfRest = 2 * (workers + 1)
      nextUnit.store(0, ordering: .relaxed)
      busyWorkers.store(workers, ordering: .relaxed)
      round.add(1, ordering: .releasing)
      pthread_cond_broadcast(roundBegins)
      pthread_mutex_unlock(mutex)
      takeUnits(thread: 0)
      var looks = 0
      while busyWorkers.load(ordering: .acquiring) > 0 {
        cpteval_pause()
        looks += 1
        if looks > Self.looksBeforeSleep { sched_yield() }
      }
      self.body = nil
    }
    isRunning.store(false, ordering: .releasing)
  }

  // Never inlined: the reference to `body` must be gone when this returns, because the end of the
  // round is announced next, and then nobody may hold the caller's closure.
  @inline(never)
  private func takeUnits(thread: Int) {
    guard let body else { return }
    var next = nextUnit.load(ordering: .relaxed)
    while next < unitCount {
      let end = next + max(1, min(largestRun, (unitCount - next) / shareOfRest))
      let (taken, original) = nextUnit.weakCompareExchange(
        expected: next, desired: end, ordering: .relaxed)
      if taken { body(next..<end, thread) }
      next = taken ? nextUnit.load(ordering: .relaxed) : original
    }
  }

  /// Looks at what others have done before a thread gives its core away: some 50 microseconds, since
  /// a round often follows the last sooner than a sleeping thread wakes.
  private static var looksBeforeSleep: Int { 2000 }

  private func work(thread: Int) {
    var seen = 0
    while true {
      var looks = 0
      while round.load(ordering: .acquiring) == seen && looks < Self.looksBeforeSleep {
        cpteval_pause()
        looks += 1
      }
      pthread_mutex_lock(mutex)
      while round.load(ordering: .acquiring) == seen { pthread_cond_wait(roundBegins, mutex) }
      seen = round.load(ordering: .acquiring)
      let stopping = isStopping
      pthread_mutex_unlock(mutex)
      if stopping { return }
      takeUnits(thread: thread)
      busyWorkers.subtract(1, ordering: .releasing)
    }
  }
}
