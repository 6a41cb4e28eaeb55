internal import Glibc

/// Calls and time of each kind of operation, added up.
///
/// For use from one thread, the one that calls the backend.
public final class OperationTimes {
  /// What is added up together: an operation, products apart by their shape.
  public struct Key: Hashable, Sendable {
    public var operation: Operation
    /// Inputs and outputs of a product; 0 elsewhere.
    public var inputs = 0
    public var outputs = 0

    public init(_ operation: Operation, inputs: Int = 0, outputs: Int = 0) {
      self.operation = operation
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// The operations of a backend, by the words that tables have for them.
  public enum Operation: String, Sendable, CaseIterable {
    case allocate = "allocate"
    case fillWeights = "pack weights"
    case fillTransposed = "pack weights, transposed"
    case fillVector = "widen vector"
    case embed = "embedding"
    case layerNorm = "layer norm"
    case rmsNorm = "RMS norm"
    case multiply = "product"
    case multiplyActivation = "product, activation"
    case multiplyAccumulate = "product, added"
    case multiplyGated = "product, gated"
    case rotate = "rotary embedding"
    case attend = "attention"
    case copy = "copy"
    case gather = "gather rows"
    case reduceLogits = "logits, reduced"
    case load = "load"
    case copyBytes = "copy out"
    case clear = "clear"
    case multiplyByDerivative = "product, activation gradient"
    case gatedGradient = "gate gradient"
    case addWeightGradients = "weight gradient"
    case addColumnSums = "bias gradient"
    case layerNormGradient = "layer norm gradient"
    case rmsNormGradient = "RMS norm gradient"
    case attendGradient = "attention gradient"
    case embeddingGradient = "embedding gradient"
    case crossEntropy = "cross-entropy with gradients"
    case sumOfSquares = "sum of squares"
    case adamW = "AdamW"
  }

  /// What was added up.
  public struct Total: Sendable, Equatable {
    public var calls = 0
    public var seconds = 0.0
    /// Floating-point operations of products and attention; 0 where none are counted.
    public var operations = 0.0
  }

  public private(set) var totals: [Key: Total] = [:]

  public init() {}

  /// Forgets everything.
  public func reset() { totals.removeAll(keepingCapacity: true) }

  /// All time inside operations.
  public var seconds: Double { totals.values.reduce(0) { $0 + $1.seconds } }

  /// Runs an operation and notes what it took.
  ///
  /// - Parameters:
  ///   - key: What it is added to.
  ///   - operations: Floating-point operations that it does.
  ///   - body: The operation.
  /// - Returns: What the operation returns.
  func measure<Result>(
    _ key: Key, operations: Double = 0, _ body: () -> Result
  ) -> Result {
    let begin = Self.now
    let result = body()
    let end = Self.now
    var total = totals[key] ?? Total()
    total.calls += 1
    total.seconds += Double(end - begin) * 1e-9
    total.operations += operations
    totals[key] = total
    return result
  }

  /// Nanoseconds of the monotonic clock.
  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

extension OperationTimes.Total {
  static func + (left: Self, right: Self) -> Self {
    OperationTimes.Total(
      calls: left.calls + right.calls, seconds: left.seconds + right.seconds,
      operations: left.operations + right.operations)
  }
}
