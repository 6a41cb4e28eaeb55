public import LanguageModel
internal import Foundation

/// How long a data-parallel step takes, from what a rank computes and what the ranks exchange.
///
/// The step is played through bucket by bucket, as the trainer does it. Gradients of a bucket are
/// reduced once the backward pass has completed them and the bucket before is through; weights come
/// back after the update, in the order in which the next forward pass reads them, and a stage waits for
/// its bucket. Reduce-scatter and all-gather of n bytes over N ranks take
///
///     latency · ⌈log₂ N⌉ + (N − 1) / N · n / bandwidth,
///
/// what recursive halving and doubling need (Thakur, Rabenseifner & Gropp 2005,
/// doi:10.1177/1094342005051521).
public struct StepCostModel: Sendable {
  /// One bucket of parameters, in the order in which a backward pass completes them.
  public struct Bucket: Sendable, Equatable {
    /// Numbers to exchange.
    public var parameters: Double
    /// Operations per token in the forward pass; the backward pass takes twice as many.
    public var operationsPerToken: Double

    public init(parameters: Double, operationsPerToken: Double) {
      self.parameters = parameters
      self.operationsPerToken = operationsPerToken
    }
  }

  /// What a rank and its network can do.
  public struct Machine: Sendable, Equatable {
    /// Floating-point operations per second in passes, all threads of a rank together.
    public var operationsPerSecond: Double
    /// Parameters that AdamW updates per second.
    public var updatesPerSecond: Double
    /// Seconds before the first byte of a message arrives.
    public var latency: Double
    /// Bytes per second that a rank sends while it receives as many.
    public var bandwidth: Double

    public init(
      operationsPerSecond: Double, updatesPerSecond: Double, latency: Double, bandwidth: Double
    ) {
      self.operationsPerSecond = operationsPerSecond
      self.updatesPerSecond = updatesPerSecond
      self.latency = latency
      self.bandwidth = bandwidth
    }
  }

  /// A step, in seconds.
  public struct Step: Sendable, Equatable {
    /// Forward and backward passes.
    public var computation = 0.0
    /// Reduction of gradients that the backward pass does not hide.
    public var exposedReduction = 0.0
    /// The update of a rank's part.
    public var update = 0.0
    /// Gathering of weights that the next forward pass does not hide.
    public var exposedGathering = 0.0
    /// Both exchanges, hidden or not.
    public var exchange = 0.0

    public var total: Double { computation + exposedReduction + update + exposedGathering }
  }

  public var buckets: [Bucket]
  public var machine: Machine

  public init(buckets: [Bucket], machine: Machine) {
    self.buckets = buckets
    self.machine = machine
  }

  /// The buckets of a model, as the trainer makes them.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - sequenceLength: Tokens of a sequence, for the work of attention.
  /// - Returns: From the output embedding to the input embedding.
  public static func buckets(
    of configuration: ModelConfiguration, sequenceLength: Int
  ) -> [Bucket] {
    let attention = 2.0 * Double(configuration.hiddenSize) * Double(sequenceLength)
    return ModelBuckets(configuration).buckets.map { bucket in
      var work = 2 * Double(bucket.matrixParameters)
      work += attention * Double(bucket.layers)
      return Bucket(parameters: Double(bucket.parameters), operationsPerToken: work)
    }
  }

  /// Seconds of a reduce-scatter or an all-gather.
  public func exchangeTime(parameters: Double, ranks: Int) -> Double {
    if ranks == 1 { return 0 }
    let rounds = log2(Double(ranks)).rounded(.up)
    let share = Double(ranks - 1) / Double(ranks)
    return machine.latency * rounds + share * 4 * parameters / machine.bandwidth
  }

  /// Plays a step through.
  ///
  /// - Parameters:
  ///   - tokens: Of one rank.
  ///   - passes: Micro-batches; only the last backward pass hides the reduction.
  ///   - ranks: N.
  ///   - overlaps: Whether exchanges go on during passes.
  /// - Returns: Where the time goes.
  public func step(tokens: Int, passes: Int = 1, ranks: Int, overlaps: Bool = true) -> Step {
    let perToken = buckets.map { $0.operationsPerToken / machine.operationsPerSecond }
    let forward = perToken.map { $0 * Double(tokens) }
    let lastBackward = perToken.map { 2 * $0 * Double(tokens) / Double(max(passes, 1)) }
    let firstForward = perToken.map { $0 * Double(tokens) / Double(max(passes, 1)) }
    let exchanges = buckets.map { exchangeTime(parameters: $0.parameters, ranks: ranks) }
    let parameters = buckets.reduce(0) { $0 + $1.parameters }
    var step = Step()
    step.computation = 3 * forward.reduce(0, +)
    step.update = parameters / Double(ranks) / machine.updatesPerSecond
    step.exchange = 2 * exchanges.reduce(0, +)
    guard overlaps else {
      step.exposedReduction = step.exchange / 2
      step.exposedGathering = step.exchange / 2
      return step
    }
    // The last backward pass, from its beginning.
    var (computed, reduced) = (0.0, 0.0)
    for (work, exchange) in zip(lastBackward, exchanges) {
      computed += work
      reduced = max(reduced, computed) + exchange
    }
    step.exposedReduction = max(0, reduced - computed)
    // The next forward pass, from the end of the update, which goes in the same order.
    var (updated, gathered, read) = (0.0, 0.0, step.update)
    for index in buckets.indices.reversed() {
      updated += buckets[index].parameters / Double(ranks) / machine.updatesPerSecond
      gathered = max(gathered, updated) + exchanges[index]
      read = max(read, gathered) + firstForward[index]
    }
    step.exposedGathering = max(0, read - step.update - firstForward.reduce(0, +))
    return step
  }

  /// Bytes of a rank's memory for parameters: weights, gradients, and its part of sums and moments.
  ///
  /// - Parameter ranks: N.
  /// - Returns: (8 + 12 / N) · parameters, or 16 · parameters for one rank.
  public func parameterBytes(ranks: Int) -> Double {
    let parameters = buckets.reduce(0) { $0 + $1.parameters }
    return ranks == 1 ? 16 * parameters : (8 + 12 / Double(ranks)) * parameters
  }
}
