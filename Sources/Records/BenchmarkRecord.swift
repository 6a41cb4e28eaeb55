/// What `cpteval bench` has measured.
///
/// All keys are always there, `null` where something does not apply, so that scripts can rely on
/// them. A reader refuses a ``version`` above its own.
public struct BenchmarkRecord: Codable, Sendable, Equatable {
  /// The version that this code writes.
  public static let currentVersion = 1

  public var version = BenchmarkRecord.currentVersion
  /// Program and its version.
  public var program: String
  /// `train`, `eval`, `tokenizer` or `kernels`.
  public var benchmark: String
  /// When measuring began, in seconds since 1970.
  public var date: Double
  public var machine: MachineRecord
  public var threads: Int
  /// Of the kernels, such as `avx512`.
  public var instructionSet: String
  /// The yardstick; `nil` where there is no OpenBLAS, or it was left out.
  public var sgemm: SGEMMRecord?
  /// Why there is no yardstick, in whole sentences.
  public var sgemmNote: String?
  /// Our own matrix product of 768³, in 10⁹ operations per second.
  public var productGFLOPS: Double?
  /// What streams through memory; measured where something is compared with it.
  public var memory: MemoryRateRecord?
  /// What was asked for, in the order in which it is told.
  public var settings: [BenchmarkSettingRecord] = []
  /// One repetition, in seconds.
  public var seconds: TimingRecord?
  /// Tokens of a repetition, each counted once.
  public var tokens: Int?
  public var tokensPerSecond: Double?
  /// Useful floating-point operations of a repetition.
  public var operations: Double?
  /// Useful operations by the median time, in 10⁹ per second.
  public var gflops: Double?
  /// The median over repetitions of their rate by the mean of sgemm's before and after it.
  public var fractionOfSGEMM: Double?
  /// The most memory that the process had while it was measured.
  public var peakMemoryBytes: Int?
  /// Of all cores' time, what other processes had since the yardstick was begun, 0 to 1.
  public var otherLoad: Double?
  /// What a repetition consists of, or what was timed beside it.
  public var parts: [BenchmarkPartRecord] = []
  /// Where a repetition's time went, the largest share first.
  public var breakdown: [OperationTimeRecord] = []
  /// What was measured one by one.
  public var cases: [BenchmarkCaseRecord] = []
  /// Whole sentences about what is unusual.
  public var notes: [String] = []
  /// Whether the user stopped it before the end.
  public var isPartial = false

  private enum CodingKeys: String, CodingKey {
    case version, program, benchmark, date, machine, threads
    case instructionSet = "instruction_set"
    case sgemm
    case sgemmNote = "sgemm_note"
    case productGFLOPS = "product_gflops"
    case memory, settings, seconds, tokens
    case tokensPerSecond = "tokens_per_second"
    case operations, gflops
    case fractionOfSGEMM = "fraction_of_sgemm"
    case peakMemoryBytes = "peak_memory_bytes"
    case otherLoad = "other_load"
    case parts, breakdown, cases, notes
    case isPartial = "partial"
  }

  public init(
    program: String, benchmark: String, date: Double, machine: MachineRecord, threads: Int,
    instructionSet: String
  ) {
    self.program = program
    self.benchmark = benchmark
    self.date = date
    self.machine = machine
    self.threads = threads
    self.instructionSet = instructionSet
  }

  // Written out, because synthesised coding leaves members without a value away.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .version)
    try container.encode(program, forKey: .program)
    try container.encode(benchmark, forKey: .benchmark)
    try container.encode(date, forKey: .date)
    try container.encode(machine, forKey: .machine)
    try container.encode(threads, forKey: .threads)
    try container.encode(instructionSet, forKey: .instructionSet)
    try container.encode(sgemm, forKey: .sgemm)
    try container.encode(sgemmNote, forKey: .sgemmNote)
    try container.encode(productGFLOPS, forKey: .productGFLOPS)
    try container.encode(memory, forKey: .memory)
    try container.encode(settings, forKey: .settings)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(tokens, forKey: .tokens)
    try container.encode(tokensPerSecond, forKey: .tokensPerSecond)
    try container.encode(operations, forKey: .operations)
    try container.encode(gflops, forKey: .gflops)
    try container.encode(fractionOfSGEMM, forKey: .fractionOfSGEMM)
    try container.encode(peakMemoryBytes, forKey: .peakMemoryBytes)
    try container.encode(otherLoad, forKey: .otherLoad)
    try container.encode(parts, forKey: .parts)
    try container.encode(breakdown, forKey: .breakdown)
    try container.encode(cases, forKey: .cases)
    try container.encode(notes, forKey: .notes)
    try container.encode(isPartial, forKey: .isPartial)
  }
}

/// One thing that was asked for.
public struct BenchmarkSettingRecord: Codable, Sendable, Equatable {
  /// The option without its dashes, or a word such as `parameters`.
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Times of several repetitions, in seconds.
public struct TimingRecord: Codable, Sendable, Equatable {
  public var median: Double
  public var minimum: Double
  public var maximum: Double
  /// In the order in which they were measured.
  public var repetitions: [Double]

  private enum CodingKeys: String, CodingKey {
    case median
    case minimum = "min"
    case maximum = "max"
    case repetitions
  }

  /// Sums repetitions up.
  ///
  /// - Parameter repetitions: In seconds; there is no record of none.
  public init?(_ repetitions: [Double]) {
    let sorted = repetitions.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    let middle = sorted.count / 2
    median =
      sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    minimum = first
    maximum = last
    self.repetitions = repetitions
  }
}

/// OpenBLAS's sgemm, one single-threaded call per core at once.
public struct SGEMMRecord: Codable, Sendable, Equatable {
  /// A product of `[rows, depth]` and `[depth, columns]`.
  public struct Shape: Codable, Sendable, Equatable {
    public var rows: Int
    public var depth: Int
    public var columns: Int
    /// The best of several calls, all cores together.
    public var gflops: Double

    public init(rows: Int, depth: Int, columns: Int, gflops: Double) {
      self.rows = rows
      self.depth = depth
      self.columns = columns
      self.gflops = gflops
    }
  }

  /// The library's path or name.
  public var library: String
  /// What it says of itself, with version and processor.
  public var configuration: String
  public var shapes: [Shape]
  /// The best of ``shapes``.
  public var gflops: Double
  /// The best shape again, before, between and after the repetitions of what is compared with it.
  public var meanwhile: [Double] = []

  /// The median of ``meanwhile``; `nil` if nothing was measured.
  public var meanwhileMedian: Double? { TimingRecord(meanwhile)?.median }

  public init(library: String, configuration: String, shapes: [Shape]) {
    self.library = library
    self.configuration = configuration
    self.shapes = shapes
    gflops = shapes.map(\.gflops).max() ?? 0
  }
}

/// What all cores together read and write, arrays far larger than the caches.
public struct MemoryRateRecord: Codable, Sendable, Equatable {
  /// b ← a, two streams.
  public var copyBytesPerSecond: Double
  /// c ← a + s·b, three streams.
  public var triadBytesPerSecond: Double

  private enum CodingKeys: String, CodingKey {
    case copyBytesPerSecond = "copy_bytes_per_second"
    case triadBytesPerSecond = "triad_bytes_per_second"
  }

  public init(copyBytesPerSecond: Double, triadBytesPerSecond: Double) {
    self.copyBytesPerSecond = copyBytesPerSecond
    self.triadBytesPerSecond = triadBytesPerSecond
  }

  /// The better of the two.
  public var best: Double { max(copyBytesPerSecond, triadBytesPerSecond) }
}
