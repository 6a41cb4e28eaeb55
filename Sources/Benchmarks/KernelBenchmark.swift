import Compute
public import LanguageModel
public import Records
internal import OrderedJSON

/// Measures the operations of a backend one by one, at the shapes that models have.
public struct KernelBenchmark {
  /// Models whose products are measured.
  public var presets: [CheckpointPreset]
  /// Tokens of a product.
  public var rows: Int
  /// Sequence lengths of attention.
  public var lengths: [Int]
  /// Numbers of each array that is streamed through memory.
  public var streamLength: Int
  /// Tokens of the vocabulary; the presets' own if `nil`.
  public var vocabularySize: Int?

  public init(
    presets: [CheckpointPreset] = CheckpointPreset.allCases, rows: Int = 2048,
    lengths: [Int] = [256, 512, 1024, 2048], streamLength: Int = 16 << 20,
    vocabularySize: Int? = nil
  ) {
    self.presets = presets
    self.rows = rows
    self.lengths = lengths
    self.streamLength = streamLength
    self.vocabularySize = vocabularySize
  }

  /// Measures.
  ///
  /// - Parameter session: How often, with how many threads.
  /// - Returns: A record, a partial one if the user stopped it.
  /// - Throws: What is wrong with a preset, which does not happen.
  public func run(in session: BenchmarkSession) throws -> BenchmarkRecord {
    let backend = CPUBackend(threads: session.threads)
    var record = session.begin("kernels", on: backend)
    session.progress("measuring memory")
    record.memory = MemoryRate.measure(
      threads: session.threads, count: streamLength, isCancelled: session.isCancelled)
    record.settings = [
      BenchmarkSettingRecord("models", presets.map(\.rawValue).joined(separator: ",")),
      BenchmarkSettingRecord("rows", "\(rows)"),
      BenchmarkSettingRecord("lengths", lengths.map(String.init).joined(separator: ",")),
    ]
    PeakMemory.reset()
    let bench = KernelBench(backend, session: session, record: record)
    let shapes = try presets.map { preset in
      var keys = preset.keys
      if let vocabularySize { keys["vocab_size"] = .integer(vocabularySize) }
      return try ModelConfiguration(.object(keys), path: "the preset \(preset.rawValue)")
    }
    for (preset, shape) in zip(presets, shapes) {
      bench.products(of: shape, named: preset.rawValue, rows: rows)
    }
    for (preset, shape) in zip(presets, shapes) {
      bench.loss(of: shape, named: preset.rawValue, rows: rows)
    }
    if let shape = shapes.last {
      for length in lengths { bench.attention(of: shape, length: length, rows: rows) }
      bench.rowOperations(of: shape, rows: rows)
      bench.memoryOperations(of: shape, count: 2 * streamLength)
    }
    record = bench.record
    record.peakMemoryBytes = PeakMemory.bytes
    session.end(&record)
    return record
  }
}
