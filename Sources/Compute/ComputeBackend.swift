/// A two-dimensional block of float32 numbers on a backend; a handle, cheap to copy and to slice.
public protocol ComputeTensor {
  /// Rows, usually tokens.
  var rowCount: Int { get }
  /// Numbers per row.
  var columnCount: Int { get }
  /// The same memory, fewer rows.
  func rows(_ range: Range<Int>) -> Self
  /// The same memory, fewer columns.
  func columns(_ range: Range<Int>) -> Self
  /// The same numbers of a tensor of one row, cut into rows.
  /// - Precondition: The tensor has one row of just that many numbers.
  func cut(rows: Int, columns: Int) -> Self
}

/// What happens to a matrix product before it is stored.
public enum ProductEpilogue: Sendable, Equatable {
  /// output = activation(product + bias); without activation, the sum itself.
  case store(Activation?)
  /// output = output + product + bias.
  case accumulate
}

/// Which way a rotary embedding turns.
public enum RotaryDirection: Float, Sendable {
  case forward = 1
  /// The way back, which a gradient takes.
  case backward = -1
}

/// Where queries, keys and values of all heads lie in a row of projections.
public struct AttentionLayout: Sendable, Equatable {
  /// Column of the first head's query, and columns from one head's to the next.
  public var query: Int
  public var queryStride: Int
  /// The same for keys and for values, whose heads lie equally far apart.
  public var key: Int
  public var value: Int
  public var keyValueStride: Int
  public var headCount: Int
  /// Heads that keys and values have; divides ``headCount``.
  public var keyValueHeadCount: Int
  public var headSize: Int
  /// Factor on every score, usually 1/√``headSize``.
  public var scale: Float
  /// Tokens that a token sees, itself included; `nil` for all.
  public var window: Int?

  public init(
    query: Int, queryStride: Int, key: Int, value: Int, keyValueStride: Int, headCount: Int,
    keyValueHeadCount: Int, headSize: Int, scale: Float, window: Int?
  ) {
    self.query = query
    self.queryStride = queryStride
    self.key = key
    self.value = value
    self.keyValueStride = keyValueStride
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headSize = headSize
    self.scale = scale
    self.window = window
  }

  /// Columns that a row of projections has at least.
  var columnCount: Int {
    max(
      query + (headCount - 1) * queryStride + headSize,
      max(key, value) + (keyValueHeadCount - 1) * keyValueStride + headSize)
  }
}

/// A run of consecutive tokens of one sequence; attention works on lists of them.
public struct AttentionSpan: Sendable, Equatable {
  /// Where the rows of a span lie.
  public enum Source: Sendable, Equatable {
    /// In the rows at hand.
    case current
    /// In rows kept from an earlier chunk, because sequences of this one begin with them.
    case kept
  }

  /// First row in its source.
  public var row: Int
  public var count: Int
  /// Position of the first token in its sequence; the spans before it in the list that lie at
  /// 0..<position are what it may look back on.
  public var position: Int
  public var source: Source
  /// Whether results are wanted for these tokens, or only their keys and values.
  public var hasQueries: Bool

  public init(row: Int, count: Int, position: Int, source: Source, hasQueries: Bool) {
    self.row = row
    self.count = count
    self.position = position
    self.source = source
    self.hasQueries = hasQueries
  }
}

/// One prediction whose logit is wanted.
public struct LogitTarget: Sendable, Equatable {
  /// Row of the hidden states.
  public var row: Int
  public var token: Int32

  public init(row: Int, token: Int32) {
    self.row = row
    self.token = token
  }
}

/// What is kept of a row's logits.
public struct RowLogits: Sendable, Equatable {
  /// log Σ exp(logit) over the vocabulary, in nats; NaN if a logit is NaN or +∞, -∞ if all are -∞.
  public var logSumExp: Double
  /// The first token whose logit is NaN, else the first with the largest logit (NumPy's argmax).
  public var bestToken: Int32

  public init(logSumExp: Double, bestToken: Int32) {
    self.logSumExp = logSumExp
    self.bestToken = bestToken
  }
}

/// Whole operations of a language model on some device.
///
/// Models are written against this protocol alone; they never reach into a tensor's memory. Every
/// operation computes a row of its output from the same row of its input (attention: from the rows
/// of the same sequence), in an order that does not depend on which other rows are there.
public protocol ComputeBackend: AnyObject {
  associatedtype Tensor: ComputeTensor
  /// A weight matrix ready for products.
  associatedtype Matrix
  /// Float32 parameters: biases and norm weights.
  associatedtype Vector

  /// Memory for `[rows, columns]` numbers, undefined until written.
  func makeTensor(rows: Int, columns: Int) -> Tensor
  /// Memory for a matrix of that shape, reused from layer to layer.
  func makeMatrix(inputs: Int, outputs: Int) -> Matrix
  /// Memory for a vector, reused from layer to layer.
  func makeVector(count: Int) -> Vector

  /// Widens stored matrices into one, side by side along the outputs.
  func fill(_ matrix: Matrix, from sources: [StoredMatrix])
  /// Widens stored vectors into one, one after the other.
  func fill(_ vector: Vector, from sources: [StoredVector])

  /// output[r] = table[tokens[r]].
  func embed(_ tokens: ArraySlice<Int32>, table: StoredMatrix, into output: Tensor)
  /// output[r] = output[r] + table[positions[r]].
  func addEmbedding(_ positions: ArraySlice<Int32>, table: StoredMatrix, to output: Tensor)

  /// Layer normalisation of each row (Ba et al. 2016, arXiv:1607.06450).
  func layerNorm(
    _ input: Tensor, weight: Vector, bias: Vector?, epsilon: Float, into output: Tensor)
  /// Division of each row by its root mean square (Zhang & Sennrich 2019, arXiv:1910.07467).
  func rmsNorm(_ input: Tensor, weight: Vector, epsilon: Float, into output: Tensor)
  /// The same for each head of each row in place, heads `stride` columns apart from `column` on.
  func rmsNormHeads(
    _ rows: Tensor, column: Int, stride: Int, headCount: Int, weight: Vector, epsilon: Float)

  /// output = epilogue(input · matrix + bias), `[rows, inputs]` times `[inputs, outputs]`.
  ///
  /// - Parameters:
  ///   - input: `[rows, inputs]`.
  ///   - matrix: The right-hand side.
  ///   - bias: `[outputs]`, if there is one.
  ///   - epilogue: What happens before the result is stored.
  ///   - linear: `[rows, outputs]`, given input · matrix + bias if it is there, for the gradient.
  ///   - output: `[rows, outputs]`.
  func multiply(
    _ input: Tensor, by matrix: Matrix, bias: Vector?, epilogue: ProductEpilogue,
    keepingLinear linear: Tensor?, into output: Tensor)
  /// output = activation(input · gate + gateBias) ⊙ (input · up + upBias).
  ///
  /// - Parameters:
  ///   - input: `[rows, inputs]`.
  ///   - gate: Weights of the gate.
  ///   - gateBias: Its bias, if there is one.
  ///   - up: Weights of what is gated.
  ///   - upBias: Its bias, if there is one.
  ///   - activation: Of the gate.
  ///   - factors: Two tensors `[rows, outputs]`, given the gate before its activation and what it
  ///     is multiplied with, if they are there, for the gradient.
  ///   - output: `[rows, outputs]`.
  func multiplyGated(
    _ input: Tensor, gate: Matrix, gateBias: Vector?, up: Matrix, upBias: Vector?,
    activation: Activation, keepingFactors factors: (gate: Tensor, up: Tensor)?,
    into output: Tensor)

  /// Rotary embedding in place (Su et al. 2021, arXiv:2104.09864): coordinates i and i + d/2 of the
  /// first d of each head form a pair, turned by position · frequency[i].
  func rotate(
    _ rows: Tensor, column: Int, stride: Int, headCount: Int, frequencies: RotaryTable,
    positions: ArraySlice<Int32>, direction: RotaryDirection)

  /// Causal attention of all heads over the spans of each group.
  ///
  /// - Parameters:
  ///   - projections: `[rows, …]` with queries, keys and values as `layout` says.
  ///   - kept: Rows of the same layout, for spans whose source is `.kept`.
  ///   - layout: Columns and shape of the heads.
  ///   - groups: Spans in depth-first order of the tree that their sequences form.
  ///   - statistics: `[rows, 2 · headCount]`, given each softmax's largest score and the reciprocal
  ///     of its sum if it is there, for the gradient.
  ///   - output: `[rows, headCount · headSize]`, overwritten where a span has queries.
  func attend(
    _ projections: Tensor, kept: Tensor?, layout: AttentionLayout, groups: [[AttentionSpan]],
    keepingStatistics statistics: Tensor?, into output: Tensor)

  /// output = input.
  func copy(_ input: Tensor, into output: Tensor)
  /// output[i] = input[rows[i]].
  func gather(_ rows: [Int], of input: Tensor, into output: Tensor)

  /// Logits of all rows over the whole vocabulary, reduced at once and never stored.
  ///
  /// - Parameters:
  ///   - hidden: `[rows, inputs]`, after the last norm.
  ///   - table: `[vocabulary, inputs]`.
  ///   - bias: `[vocabulary]`, if the model has one.
  ///   - targets: Predictions wanted, sorted by row.
  /// - Returns: One entry per row, and the logit of each target.
  func reduceLogits(_ hidden: Tensor, table: StoredMatrix, bias: Vector?, targets: [LogitTarget])
    -> (rows: [RowLogits], targetLogits: [Float])
}

extension ComputeBackend {
  /// The product alone, with nothing kept for a gradient.
  public func multiply(
    _ input: Tensor, by matrix: Matrix, bias: Vector?, epilogue: ProductEpilogue,
    into output: Tensor
  ) {
    multiply(
      input, by: matrix, bias: bias, epilogue: epilogue, keepingLinear: nil, into: output)
  }

  /// The gated product alone, with nothing kept for a gradient.
  public func multiplyGated(
    _ input: Tensor, gate: Matrix, gateBias: Vector?, up: Matrix, upBias: Vector?,
    activation: Activation, into output: Tensor
  ) {
    multiplyGated(
      input, gate: gate, gateBias: gateBias, up: up, upBias: upBias, activation: activation,
      keepingFactors: nil, into: output)
  }

  /// The rotary embedding, forwards.
  public func rotate(
    _ rows: Tensor, column: Int, stride: Int, headCount: Int, frequencies: RotaryTable,
    positions: ArraySlice<Int32>
  ) {
    rotate(
      rows, column: column, stride: stride, headCount: headCount, frequencies: frequencies,
      positions: positions, direction: .forward)
  }

  /// Attention alone, with nothing kept for a gradient.
  public func attend(
    _ projections: Tensor, kept: Tensor?, layout: AttentionLayout, groups: [[AttentionSpan]],
    into output: Tensor
  ) {
    attend(
      projections, kept: kept, layout: layout, groups: groups, keepingStatistics: nil, into: output)
  }
}
