public import Communication
public import Compute
public import LanguageModel
public import TrainingPlans

/// AdamW over all parameters of a model, with clipping by the global norm.
///
/// Parameters of two or more dimensions decay, as in GPT-NeoX and in the recipes of PyTorch; gains and
/// biases do not. With several ranks each holds the moments of its part of the parameters, updates that
/// part with the sum of all ranks' gradients, and gets the rest from the others.
public final class AdamW<Backend: TrainingBackend> {
  let parameters: ModelParameters<Backend>
  let backend: Backend
  let ranks: any Communicator
  private let settings: OptimizerSettings
  /// This rank's parts, one for each of the parameters' buckets.
  let shards: [OptimizerShard<Backend>]
  /// What the shards have, in the parameters' order.
  let segments: [(shard: Int, segment: OptimizerShard<Backend>.Segment)]
  /// `nil` where there is nobody to exchange with.
  let exchange: GradientExchange<Backend>?
  let timeline: Timeline?
  /// Where the time of the last step went.
  public internal(set) var times = StepTimes()
  /// Whether ranks exchange numbers while passes go on; otherwise they wait for the passes' end.
  public var overlapsExchange: Bool {
    get { exchange?.overlaps ?? true }
    set { exchange?.overlaps = newValue }
  }
  /// Updates that the moments have seen; decides the bias correction.
  public var updateCount = 0

  /// Reserves the moments, which begin at 0.
  ///
  /// - Parameters:
  ///   - parameters: What is trained.
  ///   - backend: Where.
  ///   - settings: Of the plan.
  ///   - ranks: Who shares the work.
  ///   - overlaps: Whether ranks exchange numbers while passes go on.
  ///   - timeline: Takes down what happens when.
  /// - Throws: `CommunicationError` if a bucket is larger than what ranks can exchange.
  public init(
    _ parameters: ModelParameters<Backend>, on backend: Backend, settings: OptimizerSettings,
    ranks: any Communicator = SingleProcess.shared, overlaps: Bool = true,
    timeline: Timeline? = nil
  ) throws(CommunicationError) {
    self.parameters = parameters
    self.backend = backend
    self.settings = settings
    self.ranks = ranks
    self.timeline = timeline
    let shards = parameters.buckets.map { bucket in
      OptimizerShard(
        bucket, of: parameters,
        parts: OptimizerShard<Backend>.parts(of: bucket.count, ranks: ranks.size),
        rank: ranks.rank, on: backend)
    }
    self.shards = shards
    segments = shards.indices.flatMap { index in
      shards[index].segments.map { (shard: index, segment: $0) }
    }.sorted { $0.segment.parameter < $1.segment.parameter }
    exchange =
      ranks.size == 1
      ? nil
      : try GradientExchange(
        parameters.buckets, shards: shards, ranks: ranks, on: backend, overlaps: overlaps,
        timeline: timeline)
    reset()
  }

  /// Numbers of the moments that this rank holds.
  public var momentCount: Int { shards.reduce(0) { $0 + 2 * $1.range.count } }

  /// Forgets all gradients seen.
  public func reset() {
    for shard in shards {
      backend.clear(shard.firstMoments)
      backend.clear(shard.secondMoments)
    }
    updateCount = 0
  }

  /// Σ g² over the gradients of this rank's part, before clipping; NaN or infinite if one is.
  ///
  /// - Complexity: O(parameters).
  func gradientSquares() -> Double {
    segments.reduce(0) { sum, entry in
      sum + backend.sumOfSquares(shards[entry.shard].gradient.columns(entry.segment.range))
    }
  }

  /// Sets the gradients of this rank's part to 0 without using them.
  func dropGradients() {
    for shard in shards { backend.clear(shard.gradient) }
  }

  /// Updates all parameters and sets the gradients to 0.
  ///
  /// Clipping multiplies by min(1, bound / (norm + 1e-6)), as `clip_grad_norm_` of PyTorch does.
  /// - Parameters:
  ///   - learningRate: Of this update.
  ///   - gradientNorm: Of all gradients together.
  /// - Complexity: O(parameters), one pass over memory.
  func update(learningRate: Double, gradientNorm: Double) {
    updateCount += 1
    var update = AdamWUpdate(
      gradientScale: settings.clipNorm.map { min(1, $0 / (gradientNorm + 1e-6)) } ?? 1,
      learningRate: learningRate, weightDecay: 0, beta1: settings.beta1, beta2: settings.beta2,
      epsilon: settings.epsilon, updateCount: updateCount)
    for index in shards.indices.reversed() {
      let shard = shards[index]
      for segment in shard.segments {
        update.weightDecay = segment.isMatrix ? settings.weightDecay : 0
        backend.updateAdamW(
          parameters: shard.weights.columns(segment.range),
          gradients: shard.gradient.columns(segment.range),
          firstMoments: shard.firstMoments.columns(segment.range),
          secondMoments: shard.secondMoments.columns(segment.range), update: update)
      }
      exchange?.gather(index)
    }
  }

  /// Waits until the weights that other ranks have updated are there.
  ///
  /// - Throws: `CommunicationError`.
  public func finishExchange() throws(CommunicationError) { try exchange?.finishGathers() }
}
