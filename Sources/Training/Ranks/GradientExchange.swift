internal import Communication
internal import Compute
internal import LanguageModel

/// Exchanges gradients and weights between ranks while passes go on.
///
/// A bucket's gradients are reduced as soon as the last backward pass of a step has completed them, so
/// that all but the last bucket hides behind the rest of that pass. Updated weights come back in the
/// order in which the next forward pass reads them, and hide behind its beginning.
final class GradientExchange<Backend: TrainingBackend>: GradientPassObserver {
  private let buckets: [ParameterBucket<Backend>]
  private let backend: Backend
  private let ranks: any Communicator
  private let reductions: [Collective]
  private let gathers: [Collective]
  private var isReducing: [Bool]
  private var isGathering: [Bool]
  /// Whether the pass at hand is the step's last.
  private var isLastPass = false
  /// Whether exchanges go on while passes do; otherwise they wait for the passes' end.
  var overlaps: Bool
  private let timeline: Timeline?
  private var failure: CommunicationError?

  /// Prepares the exchange.
  ///
  /// - Parameters:
  ///   - buckets: Of the model.
  ///   - shards: Of this rank, one for each bucket.
  ///   - ranks: Who takes part.
  ///   - backend: Where the numbers lie.
  ///   - overlaps: Whether to exchange while passes go on.
  ///   - timeline: Takes down what happens when.
  /// - Throws: ``CommunicationError/tooLarge(operation:count:)``.
  init(
    _ buckets: [ParameterBucket<Backend>], shards: [OptimizerShard<Backend>],
    ranks: any Communicator, on backend: Backend, overlaps: Bool, timeline: Timeline?
  ) throws(CommunicationError) {
    self.buckets = buckets
    self.backend = backend
    self.ranks = ranks
    self.overlaps = overlaps
    self.timeline = timeline
    var (reductions, gathers): ([Collective], [Collective]) = ([], [])
    for (index, (bucket, shard)) in zip(buckets, shards).enumerated() {
      guard let gradient = backend.sharedMemory(of: bucket.gradient),
        let sums = backend.sharedMemory(of: shard.gradient),
        let weights = backend.sharedMemory(of: bucket.weights)
      else { preconditionFailure("ranks share the work of backends whose memory they reach") }
      let parts = OptimizerShard<Backend>.parts(of: bucket.count, ranks: ranks.size)
      reductions.append(
        try Collective(
          "reduce bucket \(index)",
          .reduceScatter(from: UnsafeBufferPointer(gradient), parts: parts, to: sums)))
      gathers.append(try Collective("gather bucket \(index)", .allGather(weights, parts: parts)))
    }
    (self.reductions, self.gathers) = (reductions, gathers)
    isReducing = buckets.map { _ in false }
    isGathering = isReducing
  }

  // MARK: Gradients

  /// Tells that a pass begins.
  func beginPass(isLast: Bool) { isLastPass = isLast }

  func didAddGradients(_ stage: ModelStage) {
    timeline?.mark(stage, .backward)
    guard overlaps, isLastPass else { return }
    for index in buckets.indices where buckets[index].stages.last == stage { reduce(index) }
  }

  private func reduce(_ index: Int) {
    guard !isReducing[index] else { return }
    isReducing[index] = true
    ranks.start(reductions[index])
  }

  /// Waits until the sums of this rank's parts are there, and sets the gradients to 0.
  func finishReductions() throws(CommunicationError) {
    for index in buckets.indices { reduce(index) }
    for index in buckets.indices {
      try ranks.wait(for: reductions[index])
      timeline?.add(reductions[index])
      isReducing[index] = false
      backend.clear(buckets[index].gradient)
    }
    isLastPass = false
  }

  // MARK: Weights

  /// The order in which weights are updated: that of the forward pass.
  var updateOrder: ReversedCollection<Range<Int>> { buckets.indices.reversed() }

  /// Gives the others this rank's part of a bucket's weights, and takes theirs.
  func gather(_ index: Int) {
    isGathering[index] = true
    ranks.start(gathers[index])
  }

  func willRead(_ stage: ModelStage) {
    for index in buckets.indices where isGathering[index] && buckets[index].stages.contains(stage) {
      finishGather(index)
    }
    timeline?.mark(stage, .forward)
  }

  private func finishGather(_ index: Int) {
    isGathering[index] = false
    do throws(CommunicationError) {
      try ranks.wait(for: gathers[index])
    } catch {
      failure = failure ?? error
    }
    timeline?.add(gathers[index])
  }

  /// Waits until all weights are there.
  ///
  /// - Throws: What went wrong since the last call.
  func finishGathers() throws(CommunicationError) {
    for index in updateOrder where isGathering[index] { finishGather(index) }
    try check()
  }

  /// What went wrong while a pass went on.
  func check() throws(CommunicationError) {
    if let failure { throw failure }
  }

  /// Waits for the weights now, where nothing shall overlap.
  func finishGathersUnlessOverlapping() throws(CommunicationError) {
    if !overlaps { try finishGathers() }
  }
}
