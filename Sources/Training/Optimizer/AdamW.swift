public import Compute
public import LanguageModel
public import TrainingPlans

/// AdamW over all parameters of a model, with clipping by the global norm.
///
/// Parameters of two or more dimensions decay, as in GPT-NeoX and in the recipes of PyTorch; gains and
/// biases do not.
public final class AdamW<Backend: TrainingBackend> {
  private let parameters: ModelParameters<Backend>
  private let backend: Backend
  private let settings: OptimizerSettings
  /// Exponential means of the gradients and of their squares, in the parameters' order.
  let firstMoments: [Backend.Tensor]
  let secondMoments: [Backend.Tensor]
  /// Updates that the moments have seen; decides the bias correction.
  public var updateCount = 0

  /// Reserves the moments, which begin at 0.
  ///
  /// - Parameters:
  ///   - parameters: What is trained.
  ///   - backend: Where.
  ///   - settings: Of the plan.
  public init(
    _ parameters: ModelParameters<Backend>, on backend: Backend, settings: OptimizerSettings
  ) {
    self.parameters = parameters
    self.backend = backend
    self.settings = settings
    func moments() -> [Backend.Tensor] {
      parameters.parameters.map {
        backend.makeTensor(rows: $0.weights.rowCount, columns: $0.weights.columnCount)
      }
    }
    (firstMoments, secondMoments) = (moments(), moments())
    reset()
  }

  /// What is trained, in the order of the moments.
  var parameterList: [ModelParameters<Backend>.Parameter] { parameters.parameters }

  /// Replaces the numbers of a moment.
  func load(_ numbers: StoredVector, into moment: Backend.Tensor) {
    backend.load(numbers, into: moment)
  }

  /// Σ x² of one of the tensors at hand.
  func sumOfSquares(_ tensor: Backend.Tensor) -> Double { backend.sumOfSquares(tensor) }

  /// Forgets all gradients seen.
  public func reset() {
    for tensor in firstMoments + secondMoments { backend.clear(tensor) }
    updateCount = 0
  }

  /// The norm of all gradients together, before clipping; NaN or infinite if one is.
  ///
  /// - Complexity: O(parameters).
  public func gradientNorm() -> Double {
    parameters.parameters.reduce(0) { $0 + backend.sumOfSquares($1.gradient) }.squareRoot()
  }

  /// Sets all gradients to 0 without using them.
  public func dropGradients() {
    for parameter in parameters.parameters { backend.clear(parameter.gradient) }
  }

  /// Updates all parameters and sets the gradients to 0.
  ///
  /// Clipping multiplies by min(1, bound / (norm + 1e-6)), as `clip_grad_norm_` of PyTorch does.
  /// - Parameters:
  ///   - learningRate: Of this update.
  ///   - gradientNorm: From ``gradientNorm()``.
  /// - Complexity: O(parameters), one pass over memory.
  public func update(learningRate: Double, gradientNorm: Double) {
    updateCount += 1
    var update = AdamWUpdate(
      gradientScale: settings.clipNorm.map { min(1, $0 / (gradientNorm + 1e-6)) } ?? 1,
      learningRate: learningRate, weightDecay: 0, beta1: settings.beta1, beta2: settings.beta2,
      epsilon: settings.epsilon, updateCount: updateCount)
    for (index, parameter) in parameters.parameters.enumerated() {
      update.weightDecay = parameter.isMatrix ? settings.weightDecay : 0
      backend.updateAdamW(
        parameters: parameter.weights, gradients: parameter.gradient,
        firstMoments: firstMoments[index], secondMoments: secondMoments[index], update: update)
    }
  }
}
