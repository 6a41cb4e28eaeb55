internal import Foundation
internal import Synchronization

/// Threads that work through numbered tasks together with the thread that asks.
///
/// One pool serves a whole process run. Work is handed out one task at a time, so the threads finish
/// together whatever a task costs; which thread does a task must not matter for its result.
public final class WorkerPool: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): `body` and `taskCount` are written only while every worker waits
  // for the next round, under `mutex`; the counters are atomic.

  /// Threads that work, the calling one included.
  public let threadCount: Int

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let roundBegins = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var threads: [pthread_t] = []
  private var body: ((_ task: Int, _ thread: Int) -> Void)?
  private var taskCount = 0
  private var isStopping = false
  private let round = Atomic<Int>(0)
  private let nextTask = Atomic<Int>(0)
  private let busyWorkers = Atomic<Int>(0)
  private let startedWorkers = Atomic<Int>(0)

  /// Cores that this process may use.
  public static var availableCores: Int {
    max(1, ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Starts the threads.
  /// - Parameter threadCount: At least 1; with 1 everything runs on the calling thread.
  public init(threadCount: Int) {
    precondition(threadCount >= 1)
    self.threadCount = threadCount
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(roundBegins, nil)
    for _ in 1..<max(threadCount, 1) {
      var thread = pthread_t()
      let context = Unmanaged.passUnretained(self).toOpaque()
      let status = pthread_create(
        &thread, nil,
        { context in
          if let context {
            Unmanaged<WorkerPool>.fromOpaque(context).takeUnretainedValue().work()
          }
          return nil
        }, context)
      // Fewer threads than asked for still do all the work.
      if status == 0 { threads.append(thread) }
    }
  }

  deinit {
    pthread_mutex_lock(mutex)
    isStopping = true
    round.add(1, ordering: .releasing)
    pthread_cond_broadcast(roundBegins)
    pthread_mutex_unlock(mutex)
    for thread in threads { pthread_join(thread, nil) }
    pthread_cond_destroy(roundBegins)
    pthread_mutex_destroy(mutex)
    roundBegins.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` once for every task, and returns when all are done.
  ///
  /// - Parameters:
  ///   - taskCount: Tasks, numbered from 0.
  ///   - body: Called with a task and the number of the thread that does it, below
  ///     ``threadCount``, which is for picking scratch memory. It must not call `run` again.
  public func run(_ taskCount: Int, _ body: (_ task: Int, _ thread: Int) -> Void) {
    if threads.isEmpty || taskCount <= 1 {
      for task in 0..<max(taskCount, 0) { body(task, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      pthread_mutex_lock(mutex)
      self.body = body
      self.taskCount = taskCount
      nextTask.store(0, ordering: .relaxed)
      busyWorkers.store(threads.count, ordering: .relaxed)
      round.add(1, ordering: .releasing)
      pthread_cond_broadcast(roundBegins)
      pthread_mutex_unlock(mutex)
      takeTasks(body, count: taskCount, thread: 0)
      var spins = 0
      while busyWorkers.load(ordering: .acquiring) > 0 {
        spins += 1
        if spins > 2000 { sched_yield() }
      }
      self.body = nil
    }
  }

  private func takeTasks(_ body: (Int, Int) -> Void, count: Int, thread: Int) {
    while true {
      let task = nextTask.add(1, ordering: .relaxed).oldValue
      if task >= count { return }
      body(task, thread)
    }
  }

  private func work() {
    let thread = startedWorkers.add(1, ordering: .relaxed).oldValue + 1
    var seen = 0
    while true {
      // A round often follows the last within microseconds: look a while before sleeping.
      var spins = 0
      while round.load(ordering: .acquiring) == seen && spins < 4000 { spins += 1 }
      pthread_mutex_lock(mutex)
      while round.load(ordering: .acquiring) == seen { pthread_cond_wait(roundBegins, mutex) }
      seen = round.load(ordering: .acquiring)
      let (body, count, stopping) = (self.body, taskCount, isStopping)
      pthread_mutex_unlock(mutex)
      if stopping { return }
      if let body { takeTasks(body, count: count, thread: thread) }
      busyWorkers.subtract(1, ordering: .releasing)
    }
  }
}
