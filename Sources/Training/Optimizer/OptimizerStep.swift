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
  /// - Parameters:
  ///   - batches: Micro-batches of the update.
  ///   - pass: Takes them through the model; its parameters are the optimizer's.
  ///   - learningRate: Of this update.
  /// - Returns: Loss and norm; a step that is not finite drops its gradients and changes nothing.
  public func step(
    on batches: [TrainingBatch], in pass: GradientPass<Backend>, learningRate: Double
  ) -> OptimizerStep {
    let targets = max(batches.reduce(0) { $0 + $1.targetCount }, 1)
    var sum = 0.0
    for batch in batches { sum += pass.run(batch, scale: 1 / Float(targets)).reduce(0, +) }
    let loss = sum / Double(targets)
    let norm = gradientNorm()
    let isSkipped = !loss.isFinite || !norm.isFinite
    if isSkipped {
      dropGradients()
    } else {
      update(learningRate: learningRate, gradientNorm: norm)
    }
    return OptimizerStep(loss: loss, gradientNorm: norm, isSkipped: isSkipped)
  }
}
