public import Communication
internal import Compute
internal import Foundation
internal import LanguageModel
public import Training
internal import TrainingPlans

/// Measures what ranks cost: their exchange alone, and steps with and without overlap.
public struct RanksBenchmark {
  public var sequenceLength: Int
  /// Sequences of a step, of all ranks together.
  public var sequences: Int
  /// Sequences that pass through the model together.
  public var microSequences: Int
  /// Steps of each kind that are measured.
  public var steps: Int
  /// Threads of each rank.
  public var threads: Int

  /// What was found, on rank 0.
  public struct Result: Sendable {
    /// Times of one exchange of some bytes, in seconds.
    public struct Exchange: Sendable {
      public let bytes: Int
      public let reduceScatter: Double
      public let allGather: Double
    }

    public var parameters = 0
    public var tokens = 0
    public var passes = 1
    public var exchanges: [Exchange] = []
    /// Medians of the steps that exchange during passes and of those that wait, in seconds.
    public var overlapping = 0.0
    public var waiting = 0.0
    /// Medians of the parts of the steps that wait.
    public var parts = StepTimes()
    /// Operations per second in passes, and parameters updated per second, of one rank.
    public var operationsPerSecond = 0.0
    public var updatesPerSecond = 0.0
    public var buckets: [StepCostModel.Bucket] = []
    /// Bytes of moments on this rank.
    public var momentBytes = 0

    /// Latency in seconds and bandwidth in bytes per second that fit the measured exchanges best.
    ///
    /// - Parameter ranks: N.
    /// - Returns: `nil` without exchanges.
    public func network(ranks: Int) -> (latency: Double, bandwidth: Double)? {
      guard exchanges.count >= 2, ranks > 1 else { return nil }
      // Least squares of relative deviations, so that small exchanges count as much as large ones.
      var (a, b, c, d, e) = (0.0, 0.0, 0.0, 0.0, 0.0)
      let rounds = log2(Double(ranks)).rounded(.up)
      for exchange in exchanges {
        let time = (exchange.reduceScatter + exchange.allGather) / 2
        let x = Double(ranks - 1) / Double(ranks) * Double(exchange.bytes)
        let weight = 1 / (time * time)
        a += weight * rounds * rounds
        b += weight * rounds * x
        c += weight * x * x
        d += weight * rounds * time
        e += weight * x * time
      }
      let determinant = a * c - b * b
      guard determinant > 0 else { return nil }
      let latency = max(0, (d * c - b * e) / determinant)
      let inverse = latency > 0 ? (a * e - b * d) / determinant : e / c
      return inverse > 0 ? (latency, 1 / inverse) : nil
    }
  }

  public init(
    sequenceLength: Int, sequences: Int, microSequences: Int? = nil, steps: Int, threads: Int
  ) {
    self.sequenceLength = sequenceLength
    self.sequences = sequences
    self.microSequences = microSequences ?? sequences
    self.steps = steps
    self.threads = threads
  }

  /// Measures; all ranks call this.
  ///
  /// - Parameters:
  ///   - model: The same on all ranks.
  ///   - ranks: Who takes part.
  ///   - progress: Told what is measured.
  /// - Returns: Medians over steps, the same on all ranks where it matters.
  /// - Throws: What is wrong with the checkpoint, or `CommunicationError`.
  public func run(
    _ model: BenchmarkModel, ranks: any Communicator, progress: (String) -> Void
  ) throws -> Result {
    var result = Result()
    if ranks.size > 1 {
      for bytes in [1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26] {
        progress("exchanging \(bytes >> 10) KiB")
        result.exchanges.append(try exchange(bytes, ranks))
      }
    }
    let checkpoint = try Checkpoint.open(directory: model.folder)
    let configuration = checkpoint.configuration
    let backend = CPUBackend(threads: threads)
    let parameters = ModelParameters(checkpoint, on: backend)
    let optimizer = try AdamW(
      parameters, on: backend, settings: OptimizerSettings(), ranks: ranks)
    let pass = GradientPass(
      parameters, on: backend, rows: microSequences * sequenceLength,
      sequenceLength: sequenceLength)
    let own = RankShare.part(of: sequences, rank: ranks.rank, size: ranks.size).count
    var tokens = RandomTokens(vocabularySize: configuration.vocabularySize)
    let batches = stride(from: 0, to: own, by: microSequences).map { first in
      TrainingBatch(
        (first..<min(first + microSequences, own)).map { _ in
          tokens.next(sequenceLength + 1)[...]
        })
    }
    // In turns, so that whatever else the machine does meets both alike.
    var (overlapping, waiting, parts): ([Double], [Double], [StepTimes]) = ([], [], [])
    for step in -1..<steps {
      for overlaps in [true, false] {
        progress("step \(max(step, 0) + 1) of \(steps)")
        optimizer.overlapsExchange = overlaps
        try optimizer.finishExchange()
        try ranks.meet()
        let begin = ContinuousClock().now
        // Two steps, since weights of the first come back during the second.
        _ = try optimizer.step(on: batches, in: pass, learningRate: 1e-4)
        _ = try optimizer.step(on: batches, in: pass, learningRate: 1e-4)
        let seconds = (ContinuousClock().now - begin).inSeconds / 2
        guard step >= 0 else { continue }
        if overlaps {
          overlapping.append(seconds)
        } else {
          waiting.append(seconds)
          parts.append(optimizer.times)
        }
      }
    }
    try optimizer.finishExchange()
    result.parameters = parameters.count
    result.tokens = sequences * sequenceLength
    result.passes = batches.count
    (result.overlapping, result.waiting) = (Self.median(overlapping), Self.median(waiting))
    result.parts.passes = Self.median(parts.map(\.passes))
    result.parts.reduction = Self.median(parts.map(\.reduction))
    result.parts.update = Self.median(parts.map(\.update))
    result.parts.gathering = Self.median(parts.map(\.gathering))
    result.buckets = StepCostModel.buckets(of: configuration, sequenceLength: sequenceLength)
    let work = result.buckets.reduce(0) { $0 + 3 * $1.operationsPerToken }
    result.operationsPerSecond = work * Double(own * sequenceLength) / result.parts.passes
    result.updatesPerSecond =
      Double(parameters.count) / Double(ranks.size) / result.parts.update
    result.momentBytes = 4 * optimizer.momentCount
    return result
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  private func exchange(_ bytes: Int, _ ranks: any Communicator) throws -> Result.Exchange {
    let count = bytes / 4
    let all = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    let parts = (0..<ranks.size).map {
      RankShare.part(of: count, rank: $0, size: ranks.size).count
    }
    let own = UnsafeMutableBufferPointer<Float>.allocate(capacity: parts[ranks.rank])
    defer {
      all.deallocate()
      own.deallocate()
    }
    all.initialize(repeating: 0.5)
    own.initialize(repeating: 0)
    let reduce = try Collective(
      "reduce", .reduceScatter(from: UnsafeBufferPointer(all), parts: parts, to: own))
    let gather = try Collective("gather", .allGather(all, parts: parts))
    func time(_ collective: Collective) throws -> Double {
      var times: [Double] = []
      for round in 0..<9 {
        try ranks.meet()
        ranks.start(collective)
        try ranks.wait(for: collective)
        if round > 0 {
          times.append(Double(collective.times.end - collective.times.ready) * 1e-9)
        }
      }
      return Self.median(times)
    }
    return Result.Exchange(
      bytes: bytes, reduceScatter: try time(reduce), allGather: try time(gather))
  }
}
