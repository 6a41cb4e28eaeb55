internal import Compute

/// A layer norm's weight and bias, in buffers that are filled anew for each layer.
struct LayerNorm<Backend: ComputeBackend> {
  private let backend: Backend
  private let weight: Backend.Vector
  private let bias: Backend.Vector
  private let epsilon: Float

  init(_ backend: Backend, _ configuration: ModelConfiguration) {
    self.backend = backend
    weight = backend.makeVector(count: configuration.hiddenSize)
    bias = backend.makeVector(count: configuration.hiddenSize)
    epsilon = configuration.normEpsilon
  }

  /// Fills in weight and bias.
  ///
  /// - Parameters:
  ///   - weights: Where they come from.
  ///   - name: Of the norm, without `.weight` and `.bias`.
  func fill(from weights: any WeightSource, name: String) {
    backend.fill(weight, from: [weights.vector(name + ".weight")])
    backend.fill(bias, from: [weights.vector(name + ".bias")])
  }

  func apply(_ input: Backend.Tensor, into output: Backend.Tensor) {
    backend.layerNorm(input, weight: weight, bias: bias, epsilon: epsilon, into: output)
  }
}

extension LayerNorm where Backend: TrainingBackend {
  /// Adds the gradients of input, weight and bias.
  ///
  /// - Parameters:
  ///   - input: What was normalised.
  ///   - outputGradient: With respect to the result.
  ///   - name: As in ``fill(from:name:)``.
  ///   - parameters: Whose gradients are added to.
  ///   - gradient: With respect to `input`, added to.
  func addGradient(
    input: Backend.Tensor, outputGradient: Backend.Tensor, name: String,
    parameters: ModelParameters<Backend>, to gradient: Backend.Tensor
  ) {
    backend.addLayerNormGradient(
      input: input, outputGradient: outputGradient, weight: weight, epsilon: epsilon,
      weightGradient: parameters.gradient(name + ".weight"),
      biasGradient: parameters.gradient(name + ".bias"), to: gradient)
  }
}
