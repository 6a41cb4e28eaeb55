import Compute
public import Records

/// What the machine's cores do in OpenBLAS's sgemm: the rate that ours is compared with.
public enum SGEMMYardstick {
  /// Sizes of a product.
  public struct Shape: Sendable, Equatable {
    public var rows: Int
    public var depth: Int
    public var columns: Int

    public init(rows: Int, depth: Int, columns: Int) {
      self.rows = rows
      self.depth = depth
      self.columns = columns
    }

    init(_ record: SGEMMRecord.Shape) {
      self.init(rows: record.rows, depth: record.depth, columns: record.columns)
    }
  }

  /// Products as models have them: feed-forward layers of three sizes, and a square one.
  public static let shapes = [
    Shape(rows: 2048, depth: 768, columns: 3072), Shape(rows: 2048, depth: 2048, columns: 2048),
    Shape(rows: 2048, depth: 512, columns: 2048), Shape(rows: 2048, depth: 1024, columns: 4096),
  ]

  /// Measures the rate: one single-threaded call per thread at once, each over matrices of its own.
  ///
  /// Threads are ours, because that is faster than OpenBLAS's own. The best of several calls counts,
  /// of the best shape: a yardstick is what the machine can do.
  /// - Parameters:
  ///   - library: The library.
  ///   - threads: Calls at once.
  ///   - shapes: What to try.
  ///   - repetitions: Calls of each shape, after one to warm up.
  ///   - isCancelled: Asked between calls.
  /// - Returns: Rates of the shapes; `nil` if it was cancelled before the first was measured.
  public static func measure(
    _ library: OpenBLAS, threads: Int, shapes: [Shape] = Self.shapes, repetitions: Int = 4,
    isCancelled: () -> Bool = { false }
  ) -> SGEMMRecord? {
    let pool = WorkerPool(threadCount: threads)
    var results: [SGEMMRecord.Shape] = []
    for shape in shapes {
      var best: Double?
      let memory = (0..<threads).map { Operands(shape, seed: UInt64($0)) }
      for repetition in 0...repetitions {
        if isCancelled() { break }
        let seconds = Stopwatch.seconds {
          pool.run(threads) { task, _ in
            let operands = memory[task]
            library.multiply(
              operands.left.base, by: operands.right.base, into: operands.output.base, shape: shape)
          }
        }
        if repetition > 0 || repetitions == 0 { best = min(best ?? seconds, seconds) }
      }
      guard let best else { break }
      let operations =
        Double(threads)
        * WorkCount.product(rows: shape.rows, inputs: shape.depth, outputs: shape.columns)
      results.append(
        SGEMMRecord.Shape(
          rows: shape.rows, depth: shape.depth, columns: shape.columns,
          gflops: operations / best / 1e9))
    }
    if results.isEmpty { return nil }
    return SGEMMRecord(
      library: library.library, configuration: library.configuration, shapes: results)
  }

  /// The matrices of one thread.
  private struct Operands: Sendable {
    let left: FloatMemory
    let right: FloatMemory
    let output: FloatMemory

    init(_ shape: Shape, seed: UInt64) {
      left = FloatMemory(count: shape.rows * shape.depth, seed: 2 * seed)
      right = FloatMemory(count: shape.depth * shape.columns, seed: 2 * seed + 1)
      output = FloatMemory(count: shape.rows * shape.columns)
    }
  }
}
