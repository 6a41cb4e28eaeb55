import Compute
import Records
internal import Foundation
internal import Scoring

/// What all benchmarks have in common: the yardstick, how often to measure, and when to stop.
public struct BenchmarkSession {
  public let program: String
  public let threads: Int
  public let repetitions: Repetitions
  /// Whether sgemm is measured first.
  public let measuresYardstick: Bool
  /// Whether the user has had enough; what was measured until then is kept.
  public let isCancelled: @Sendable () -> Bool
  /// Takes a word on what is going on.
  public let progress: (String) -> Void
  /// What others do meanwhile.
  private let load = MachineLoad()
  /// Opens the yardstick's library.
  private let library: () throws(OpenBLAS.Problem) -> OpenBLAS

  /// Notes the settings.
  ///
  /// - Parameters:
  ///   - program: Program and version, for files.
  ///   - threads: Threads of the yardstick and of what is compared with it.
  ///   - repetitions: How often to measure.
  ///   - measuresYardstick: Whether sgemm is measured first.
  ///   - library: Opens the yardstick's library; by default the one that the environment names, else
  ///     the machine's.
  ///   - progress: Takes a word on what is going on.
  ///   - isCancelled: Asked often, on any thread.
  public init(
    program: String, threads: Int, repetitions: Repetitions = Repetitions(),
    measuresYardstick: Bool = true,
    library: @escaping () throws(OpenBLAS.Problem) -> OpenBLAS = Self.machineLibrary,
    progress: @escaping (String) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.program = program
    self.threads = threads
    self.repetitions = repetitions
    self.measuresYardstick = measuresYardstick
    self.library = library
    self.progress = progress
    self.isCancelled = isCancelled
  }

  /// The library that the environment names, else the machine's.
  ///
  /// - Returns: An open library.
  /// - Throws: `OpenBLAS.Problem`.
  public static func machineLibrary() throws(OpenBLAS.Problem) -> OpenBLAS {
    try OpenBLAS(path: ProcessInfo.processInfo.environment[OpenBLAS.environmentVariable])
  }

  /// A record with the machine and the yardstick, which are measured now.
  ///
  /// - Parameters:
  ///   - benchmark: `train`, `eval`, `tokenizer` or `kernels`.
  ///   - backend: Whose product is measured beside sgemm; `nil` for what does no arithmetic.
  /// - Returns: A record without results.
  func begin(_ benchmark: String, on backend: CPUBackend?) -> BenchmarkRecord {
    var record = BenchmarkRecord(
      program: program, benchmark: benchmark, date: Date().timeIntervalSince1970,
      machine: .current(), threads: threads,
      instructionSet: "\(backend?.instructionSet ?? CPUBackend.InstructionSet.best)")
    guard let backend else { return record }
    if !measuresYardstick {
      record.sgemmNote = "The yardstick was left out, so there are no shares of it."
    } else {
      do throws(OpenBLAS.Problem) {
        let library = try library()
        progress("measuring sgemm of \(library.library)")
        record.sgemm = SGEMMYardstick.measure(
          library, threads: threads, isCancelled: isCancelled)
        if record.sgemm == nil { record.sgemmNote = "The yardstick was not measured." }
      } catch {
        record.sgemmNote = error.description
      }
    }
    if !isCancelled() { record.productGFLOPS = backend.measureProductRate() / 1e9 }
    PeakMemory.reset()
    return record
  }

  /// Does something again and again, and measures sgemm before, between and after: a machine that
  /// others use as well changes its pace within minutes, and a share counts for what it was
  /// measured beside.
  ///
  /// - Parameters:
  ///   - record: Gets sgemm's rates and the peak of memory without sgemm's own.
  ///   - body: A round, which is told whether it counts.
  /// - Returns: Seconds of the rounds that count, fewer than asked for if it was cancelled.
  /// - Throws: What `body` throws.
  func measure(
    _ record: inout BenchmarkRecord, _ body: (_ isMeasured: Bool) throws -> Void
  ) rethrows -> [Double] {
    let library = record.sgemm == nil ? nil : try? library()
    let best = record.sgemm?.shapes.max { $0.gflops < $1.gflops }
    var rates: [Double] = []
    var peak: Int?
    let times = try repetitions.run(
      isCancelled: isCancelled,
      between: {
        if let bytes = PeakMemory.bytes { peak = max(peak ?? 0, bytes) }
        guard let library, let best else { return }
        let found = SGEMMYardstick.measure(
          library, threads: threads, shapes: [SGEMMYardstick.Shape(best)], repetitions: 2,
          isCancelled: isCancelled)
        if let found { rates.append(found.gflops) }
        PeakMemory.reset()
      }, body)
    record.sgemm?.meanwhile = rates
    record.peakMemoryBytes = peak
    return times
  }

  /// Completes a record once everything is measured.
  ///
  /// - Parameter record: Gets the load of others, and whether the user stopped it.
  func end(_ record: inout BenchmarkRecord) {
    record.isPartial = isCancelled()
    record.otherLoad = load.shareOfOthers
    guard let share = record.otherLoad, share >= 0.03 else { return }
    record.notes.append(
      """
      Other processes had \(Int((100 * share).rounded())) % of the cores meanwhile: rates are too low, \
      shares uncertain.
      """)
  }
}

extension BenchmarkRecord {
  /// Notes what repetitions took, and the rates that follow from it.
  ///
  /// - Parameters:
  ///   - times: Of each repetition, in seconds.
  ///   - tokens: Of a repetition.
  ///   - operations: Useful ones of a repetition.
  mutating func setTotal(_ times: [Double], tokens: Int, operations: Double?) {
    self.tokens = tokens
    self.operations = operations
    guard let timing = TimingRecord(times) else { return }
    seconds = timing
    guard timing.median > 0 else { return }
    tokensPerSecond = Double(tokens) / timing.median
    gflops = operations.map { $0 / timing.median / 1e9 }
    fractionOfSGEMM = shareOfSGEMM(gflops)
    // Each repetition by the rates on both sides of it.
    if let operations, let rates = sgemm?.meanwhile, rates.count == times.count + 1 {
      let shares = zip(times, zip(rates, rates.dropFirst())).map { time, rates in
        operations / time / 1e9 / ((rates.0 + rates.1) / 2)
      }
      fractionOfSGEMM = TimingRecord(shares)?.median
    }
  }

  /// A rate as a share of the yardstick.
  ///
  /// - Parameter gflops: In 10⁹ operations per second.
  /// - Returns: `nil` where either is unknown.
  func shareOfSGEMM(_ gflops: Double?) -> Double? {
    guard let gflops, let whole = sgemm?.meanwhileMedian ?? sgemm?.gflops, whole > 0 else {
      return nil
    }
    return gflops / whole
  }

  /// Notes where the time of some repetitions went.
  ///
  /// - Parameters:
  ///   - totals: Of all operations in all of them.
  ///   - seconds: Of all of them together.
  ///   - repetitions: How many there were.
  mutating func setBreakdown(
    _ totals: [OperationTimes.Key: OperationTimes.Total], seconds: Double, repetitions: Int
  ) {
    guard repetitions > 0, seconds > 0 else { return }
    let rounds = Double(repetitions)
    breakdown = totals.map { key, total in
      let gflops =
        total.operations > 0 && total.seconds > 0 ? total.operations / total.seconds / 1e9 : nil
      return OperationTimeRecord(
        name: key.operation.rawValue,
        shape: key.inputs > 0 ? "\(key.inputs)→\(key.outputs)" : "",
        calls: Double(total.calls) / rounds, seconds: total.seconds / rounds,
        share: total.seconds / seconds, gflops: gflops, fractionOfSGEMM: shareOfSGEMM(gflops))
    }
    // Names break ties, so that two runs list alike.
    breakdown.sort { ($1.seconds, $0.name, $0.shape) < ($0.seconds, $1.name, $1.shape) }
    let inside = totals.values.reduce(0) { $0 + $1.seconds }
    let rest = max(0, seconds - inside)
    breakdown.append(
      OperationTimeRecord(
        name: "outside kernels", calls: 0, seconds: rest / rounds, share: rest / seconds))
  }
}
