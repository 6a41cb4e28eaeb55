/// The gradients of ``ComputeBackend``'s operations, and the optimizer's update.
///
/// The gradient of a loss with respect to a tensor has the tensor's shape. Gradients of parameters
/// are added to what is there, so that micro-batches accumulate; those of activations are stored
/// unless the operation says otherwise. All sums over rows have a fixed order: results have the same
/// bits whatever the threads.
public protocol TrainingBackend: ComputeBackend {
  /// Parameters as the forward pass reads them; valid while the tensor is kept.
  func storedMatrix(_ parameters: Tensor, layout: StoredMatrix.Layout) -> StoredMatrix
  /// A tensor of one row as a vector; valid while the tensor is kept.
  func storedVector(_ parameters: Tensor) -> StoredVector
  /// Writes the numbers of stored bytes into a tensor, row after row.
  func load(_ bytes: StoredVector, into tensor: Tensor)
  /// Copies a tensor's numbers out as float32, row after row.
  ///
  /// - Parameters:
  ///   - tensor: Whose numbers.
  ///   - bytes: Four for each number, overwritten.
  func copyBytes(of tensor: Tensor, to bytes: UnsafeMutableRawBufferPointer)

  /// Where a tensor of one row lies, for those who exchange its numbers with other processes.
  ///
  /// - Parameter tensor: Of one row; kept as long as its memory is used.
  /// - Returns: Its numbers; `nil` where they do not lie as float32 in memory that this process reaches.
  func sharedMemory(of tensor: Tensor) -> UnsafeMutableBufferPointer<Float>?

  /// Sets all numbers to 0.
  func clear(_ tensor: Tensor)

  /// Fills a matrix with the transposes of stored ones, one below the other along the inputs: the
  /// gradient of a product's input is the output's gradient times this.
  func fill(_ matrix: Matrix, transposing sources: [StoredMatrix])

  /// output = (gradient · transpose) ⊙ activation′(linear), and then linear = activation(linear).
  ///
  /// - Parameters:
  ///   - gradient: `[rows, outer]`, with respect to what the activated numbers were multiplied to.
  ///   - transpose: `[outer, inner]`, as ``fill(_:transposing:)`` makes it.
  ///   - activation: The function.
  ///   - linear: `[rows, inner]`, before the activation; afterwards after it.
  ///   - output: `[rows, inner]`, the gradient with respect to `linear`.
  func multiplyByDerivative(
    _ gradient: Tensor, by transpose: Matrix, activation: Activation, linear: Tensor,
    into output: Tensor)

  /// Gradient of activation(gate) ⊙ up, all three `[rows, columns]` and in place.
  ///
  /// - Parameters:
  ///   - gate: Before its activation; becomes the gradient with respect to it.
  ///   - up: Becomes the gradient with respect to it.
  ///   - gradient: With respect to the product; becomes the product.
  ///   - activation: Of the gate.
  func gatedGradient(gate: Tensor, up: Tensor, gradient: Tensor, activation: Activation)

  /// Adds a product's weight gradient: inputᵀ · outputGradient, in the layout of the weights.
  ///
  /// - Parameters:
  ///   - input: `[rows, inputs]`.
  ///   - outputGradient: `[rows, Σ outputs]`.
  ///   - layout: How each of `gradients` lies: `[outputs, inputs]` or `[inputs, outputs]`.
  ///   - gradients: Side by side along the outputs; added to.
  func addWeightGradients(
    input: Tensor, outputGradient: Tensor, layout: StoredMatrix.Layout, to gradients: [Tensor])

  /// sums[0, j] += Σ rows[r, j].
  func addColumnSums(of rows: Tensor, to sums: Tensor)

  /// Gradient of ``layerNorm(_:weight:bias:epsilon:into:)``; the input's is added to.
  ///
  /// - Parameters:
  ///   - input: What was normalised, `[rows, width]`.
  ///   - outputGradient: With respect to the result.
  ///   - weight: As in the forward direction.
  ///   - epsilon: As in the forward direction.
  ///   - weightGradient: `[1, width]`, added to.
  ///   - biasGradient: `[1, width]`, added to.
  ///   - inputGradient: `[rows, width]`, added to.
  func addLayerNormGradient(
    input: Tensor, outputGradient: Tensor, weight: Vector, epsilon: Float, weightGradient: Tensor,
    biasGradient: Tensor?, to inputGradient: Tensor)
  /// Gradient of ``rmsNorm(_:weight:epsilon:into:)``; the input's is added to.
  func addRMSNormGradient(
    input: Tensor, outputGradient: Tensor, weight: Vector, epsilon: Float, weightGradient: Tensor,
    to inputGradient: Tensor)
  /// Gradient of ``rmsNormHeads(_:column:stride:headCount:weight:epsilon:)`` in place.
  ///
  /// - Parameters:
  ///   - input: What was normalised, in the same columns as the gradient.
  ///   - gradient: With respect to the result; becomes that with respect to the input.
  ///   - column: Of the first head.
  ///   - stride: Columns from head to head.
  ///   - headCount: Heads.
  ///   - weight: As in the forward direction.
  ///   - epsilon: As in the forward direction.
  ///   - weightGradient: `[1, head size]`, added to.
  func rmsNormHeadsGradient(
    input: Tensor, gradient: Tensor, column: Int, stride: Int, headCount: Int, weight: Vector,
    epsilon: Float, weightGradient: Tensor)

  /// Gradient of causal attention.
  ///
  /// - Parameters:
  ///   - projections: Queries, keys and values, as attention read them.
  ///   - statistics: As attention left them.
  ///   - attended: What attention gave, `[rows, headCount · headSize]`.
  ///   - attendedGradient: With respect to it.
  ///   - layout: Columns and shape of the heads.
  ///   - sequences: Rows of each sequence; no two share a row.
  ///   - gradient: With respect to `projections`, in the same layout; overwritten in the rows of the
  ///     sequences.
  func attendGradient(
    projections: Tensor, statistics: Tensor, attended: Tensor, attendedGradient: Tensor,
    layout: AttentionLayout, sequences: [Range<Int>], into gradient: Tensor)

  /// tableGradient[tokens[r]] += gradient[r].
  func addEmbeddingGradient(
    _ tokens: ArraySlice<Int32>, gradient: Tensor, to tableGradient: Tensor)

  /// Cross-entropy of the next token with its gradients; logits of all rows never exist together.
  ///
  /// - Parameters:
  ///   - hidden: `[rows, inputs]`, after the last norm.
  ///   - table: `[inputs, vocabulary]`, ready for products.
  ///   - transpose: `[vocabulary, inputs]`, as ``fill(_:transposing:)`` makes it.
  ///   - targets: The token that each row should have predicted; a negative one is not counted.
  ///   - scale: Factor on the gradients, usually 1 / predictions of the whole batch.
  ///   - hiddenGradient: With respect to `hidden`, overwritten.
  ///   - tableGradient: `[vocabulary, inputs]`, added to.
  /// - Returns: Loss of each row in nats, 0 where none is counted; the same bits as
  ///   log Σ exp − logit from ``reduceLogits(_:table:bias:targets:)``.
  func crossEntropy(
    _ hidden: Tensor, table: Matrix, transpose: Matrix, targets: ArraySlice<Int32>, scale: Float,
    hiddenGradient: Tensor, tableGradient: Tensor
  ) -> [Double]

  /// Σ x² in double; NaN or infinite if a number is.
  func sumOfSquares(_ tensor: Tensor) -> Double

  /// One update of AdamW; the gradients are set to 0 on the way.
  func updateAdamW(
    parameters: Tensor, gradients: Tensor, firstMoments: Tensor, secondMoments: Tensor,
    update: AdamWUpdate)
}

/// The numbers of one update of AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101).
///
/// With gradient g: m ← m + (1 − β₁)(g − m), v ← β₂v + (1 − β₂)g²,
/// w ← w(1 − ηλ) − η/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε).
public struct AdamWUpdate: Sendable, Equatable {
  /// Factor on the gradients, from clipping.
  public var gradientScale: Double
  public var learningRate: Double
  /// λ; 0 for parameters that do not decay.
  public var weightDecay: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  /// t, counted from 1.
  public var updateCount: Int

  public init(
    gradientScale: Double, learningRate: Double, weightDecay: Double, beta1: Double, beta2: Double,
    epsilon: Double, updateCount: Int
  ) {
    self.gradientScale = gradientScale
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.updateCount = updateCount
  }
}
