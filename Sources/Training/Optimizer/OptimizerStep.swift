public import Communication
public import LanguageModel

/// What one optimizer update has found.
public struct OptimizerStep: Sendable, Equatable {
  /// Mean over the predictions of all micro-batches, in nats.
  public let loss: Double
  /// Before clipping.
  public let gradientNorm: Double
  /// Whether nothing was changed, because loss or norm is not finite.
  public let isSkipped: Bool
}

extension AdamW {
  /// Does one update: gradients of all micro-batches, their norm, clipping, and the parameters.
  ///
  /// With several ranks each comes with its micro-batches, and all find the same.
  /// - Parameters:
  ///   - batches: Micro-batches of this rank.
  ///   - pass: Takes them through the model; its parameters are the optimizer's.
  ///   - learningRate: Of this update.
  /// - Returns: Loss and norm; a step that is not finite drops its gradients and changes nothing.
  /// - Throws: `CommunicationError`.
  public func step(
    on batches: [TrainingBatch], in pass: GradientPass<Backend>, learningRate: Double
  ) throws(CommunicationError) -> OptimizerStep {
    let begin = WallClock.now
    let own = batches.reduce(0) { $0 + $1.targetCount }
    let targets = max(try ranks.sum(own), 1)
    pass.observer = exchange
    var sum = 0.0
    for (index, batch) in batches.enumerated() {
      exchange?.beginPass(isLast: index == batches.count - 1)
      sum += pass.run(batch, scale: 1 / Float(targets)).reduce(0, +)
    }
    let passed = WallClock.now
    try exchange?.check()
    try exchange?.finishReductions()
    let reduced = WallClock.now
    var totals = [sum, gradientSquares()]
    try ranks.allReduce(&totals, .sum)
    let loss = totals[0] / Double(targets)
    let norm = totals[1].squareRoot()
    let isSkipped = !loss.isFinite || !norm.isFinite
    if isSkipped {
      dropGradients()
    } else {
      update(learningRate: learningRate, gradientNorm: norm)
    }
    let updated = WallClock.now
    try exchange?.finishGathersUnlessOverlapping()
    let end = WallClock.now
    timeline?.add("rest of the exchange", from: passed, to: reduced)
    timeline?.add("update", from: reduced, to: updated)
    times.passes = Double(passed - begin) * 1e-9
    times.reduction = Double(reduced - passed) * 1e-9
    times.update = Double(updated - reduced) * 1e-9
    times.gathering = Double(end - updated) * 1e-9
    return OptimizerStep(loss: loss, gradientNorm: norm, isSkipped: isSkipped)
  }
}
