internal import Foundation
internal import Synchronization

/// Threads that work through numbered tasks together with the thread that asks.
///
/// One pool serves a whole process run. Work is handed out one task at a time, so the threads finish
/// together whatever a task costs; which thread does a task must not matter for its result.
public final class WorkerPool: Sendable {
  /// Threads that work, the calling one included.
  public let threadCount: Int

  // The threads hold the crew and not the pool, or nobody would ever let go of a pool.
  private let crew = WorkerCrew()
  private let threads: [pthread_t]

  /// Cores that this process may use.
  public static var availableCores: Int {
    max(1, ProcessInfo.processInfo.activeProcessorCount)
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
    if threads.isEmpty || taskCount <= 1 {
      for task in 0..<max(taskCount, 0) { body(task, 0) }
      return
    }
    crew.run(taskCount, workers: threads.count, body)
  }
}

/// What a pool shares with its threads.
private final class WorkerCrew: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): `body` and `taskCount` are written only while every worker waits
  // for the next round, under `mutex`; the counters are atomic.

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let roundBegins = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var body: ((_ task: Int, _ thread: Int) -> Void)?
  private var taskCount = 0
  private var isStopping = false
  private let isRunning = Atomic<Bool>(false)
  private let round = Atomic<Int>(0)
  private let nextTask = Atomic<Int>(0)
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

  func run(_ taskCount: Int, workers: Int, _ body: (_ task: Int, _ thread: Int) -> Void) {
    let wasRunning = isRunning.exchange(true, ordering: .acquiring)
    precondition(!wasRunning, "a pool runs one round at a time")
    withoutActuallyEscaping(body) { body in
      pthread_mutex_lock(mutex)
      self.body = body
      self.taskCount = taskCount
      nextTask.store(0, ordering: .relaxed)
      busyWorkers.store(workers, ordering: .relaxed)
      round.add(1, ordering: .releasing)
      pthread_cond_broadcast(roundBegins)
      pthread_mutex_unlock(mutex)
      takeTasks(thread: 0)
      var spins = 0
      while busyWorkers.load(ordering: .acquiring) > 0 {
        spins += 1
        if spins > 2000 { sched_yield() }
      }
      self.body = nil
    }
    isRunning.store(false, ordering: .releasing)
  }

  // Never inlined: the reference to `body` must be gone when this returns, because the end of the
  // round is announced next, and then nobody may hold the caller's closure.
  @inline(never)
  private func takeTasks(thread: Int) {
    guard let body else { return }
    let count = taskCount
    while true {
      let task = nextTask.add(1, ordering: .relaxed).oldValue
      if task >= count { return }
      body(task, thread)
    }
  }

  private func work(thread: Int) {
    var seen = 0
    while true {
      // A round often follows the last within microseconds: look a while before sleeping.
      var spins = 0
      while round.load(ordering: .acquiring) == seen && spins < 4000 { spins += 1 }
      pthread_mutex_lock(mutex)
      while round.load(ordering: .acquiring) == seen { pthread_cond_wait(roundBegins, mutex) }
      seen = round.load(ordering: .acquiring)
      let stopping = isStopping
      pthread_mutex_unlock(mutex)
      if stopping { return }
      takeTasks(thread: thread)
      busyWorkers.subtract(1, ordering: .releasing)
    }
  }
}
