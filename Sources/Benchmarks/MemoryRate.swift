import Compute
public import Records

/// What all cores together read from memory and write to it.
public enum MemoryRate {
  /// Measures copying and the triad of the STREAM benchmark.
  ///
  /// - Parameters:
  ///   - threads: Threads that stream at once, each through arrays of its own.
  ///   - count: Numbers of each array of a thread.
  ///   - repetitions: Passes; the best counts.
  ///   - isCancelled: Asked between passes.
  /// - Returns: Bytes read and written per second, reads that a write causes by itself not counted;
  ///   `nil` if it was cancelled.
  /// - SeeAlso: McCalpin 1995, "Memory bandwidth and machine balance in current high performance
  ///   computers".
  public static func measure(
    threads: Int, count: Int = 16 << 20, repetitions: Int = 5, isCancelled: () -> Bool = { false }
  ) -> MemoryRateRecord? {
    let pool = WorkerPool(threadCount: threads)
    let arrays = (0..<threads).map { _ in
      (FloatMemory(count: count), FloatMemory(count: count), FloatMemory(count: count))
    }
    func best(_ body: (Int) -> Void) -> Double? {
      var best: Double?
      for repetition in 0...repetitions {
        if isCancelled() { return nil }
        let seconds = Stopwatch.seconds { pool.run(threads) { task, _ in body(task) } }
        if repetition > 0 { best = min(best ?? seconds, seconds) }
      }
      return best
    }
    let copy = best { task in
      arrays[task].0.base.update(from: arrays[task].1.base, count: count)
    }
    let triad = best { task in
      let (a, b, c) = (arrays[task].0.base, arrays[task].1.base, arrays[task].2.base)
      for index in 0..<count { a[index] = b[index] + 3 * c[index] }
    }
    guard let copy, let triad else { return nil }
    let bytes = 4 * Double(count) * Double(threads)
    return MemoryRateRecord(
      copyBytesPerSecond: 2 * bytes / copy, triadBytesPerSecond: 3 * bytes / triad)
  }
}
