internal import CKernels

/// The operations of a language model on the cores of this machine.
///
/// Matrix products use kernels of our own. Two reasons, both measured: OpenBLAS 0.3.21 takes its
/// AVX2 kernel on processors with AVX-512 that it does not know (223 against 477 GFLOP/s on two cores
/// of a Zen 5), and the bits of its results depend on where a row stands among the others.
public final class CPUBackend: ComputeBackend {
  /// The instruction sets that have kernels.
  public enum InstructionSet: Int, Sendable, CaseIterable {
    case portable = 0
    case avx2 = 1
    case avx512 = 2

    /// The best one of this machine.
    public static var best: InstructionSet {
      InstructionSet(rawValue: Int(cpteval_best_level().rawValue)) ?? .portable
    }
  }

  public let instructionSet: InstructionSet
  public var threadCount: Int { pool.threadCount }

  let kernels: cpteval_kernels
  let pool: WorkerPool
  let tileRows: Int
  let tileColumns: Int
  /// Right operand of a product of two tensors, packed: what is read, and what is packed meanwhile;
  /// both grow and are kept.
  var packedRight = (FloatBuffer(count: 0), FloatBuffer(count: 0))
  /// Sums of each block of rows, until they are added up in order; grows and is kept.
  var partialSums = FloatBuffer(count: 0)
  /// Logits that exist at a time, in floats: those of some rows over the whole vocabulary.
  public var logitsAtATime = 48 << 20
  /// Logits of the rows whose loss is at hand; grows and is kept.
  var logitMemory: CPUTensor?
  /// Sums over the blocks of those logits, by row and block; grows and is kept.
  var lossPartials: [cpteval_partial] = []
  /// What makes gradients of those blocks, by row and block; grows and is kept.
  var lossFactors: [Float] = []
  /// The logit of each row's target; grows and is kept.
  var targetLogits: [Float] = []
  /// Working memory of each thread; grows and is kept.
  var scratch: [FloatBuffer]

  /// Starts the backend's threads.
  /// - Parameters:
  ///   - threads: Threads to use, the calling one included; all cores if `nil`.
  ///   - instructionSet: The best one if `nil`; one that the machine lacks falls to the best.
  public init(threads: Int? = nil, instructionSet: InstructionSet? = nil) {
    let wanted = instructionSet ?? .best
    let level = cpteval_level(rawValue: UInt32(min(wanted.rawValue, InstructionSet.best.rawValue)))
    guard let table = cpteval_kernels_at(level) ?? cpteval_kernels_at(cpteval_level_portable) else {
      preconditionFailure("the portable kernels are part of every build")
    }
    kernels = table.pointee
    self.instructionSet = InstructionSet(rawValue: Int(level.rawValue)) ?? .portable
    pool = WorkerPool(threadCount: threads ?? WorkerPool.availableCores)
    tileRows = kernels.tile_rows
    tileColumns = kernels.tile_columns
    scratch = (0..<pool.threadCount).map { _ in FloatBuffer(count: 0) }
  }

  public func makeTensor(rows: Int, columns: Int) -> CPUTensor {
    CPUTensor(rows: rows, columns: columns)
  }

  public func makeMatrix(inputs: Int, outputs: Int) -> CPUMatrix {
    CPUMatrix(inputs: inputs, outputs: outputs, tileColumns: tileColumns)
  }

  public func makeVector(count: Int) -> CPUVector { CPUVector(count: count) }

  /// What this machine's cores do in matrix products, measured in a tenth of a second.
  ///
  /// - Returns: Floating-point operations per second, the best of a few products of 768³.
  public func measureProductRate() -> Double {
    let size = 768
    let (input, output) = (
      makeTensor(rows: size, columns: size), makeTensor(rows: size, columns: size)
    )
    let matrix = makeMatrix(inputs: size, outputs: size)
    clear(input)
    matrix.packed.base.update(repeating: 0, count: matrix.packed.count)
    let clock = ContinuousClock()
    var best = Duration.seconds(3600)
    let begin = clock.now
    repeat {
      let time = clock.measure {
        multiply(input, by: matrix, bias: nil, epilogue: .store(nil), into: output)
      }
      best = min(best, time)
    } while clock.now - begin < .milliseconds(100)
    let seconds = Double(best.components.seconds) + Double(best.components.attoseconds) * 1e-18
    return 2 * Double(size * size) * Double(size) / seconds
  }

  /// Makes sure that each thread has `count` floats of scratch memory.
  func reserveScratch(_ count: Int) {
    for index in scratch.indices where scratch[index].count < count {
      scratch[index] = FloatBuffer(count: count)
    }
  }

  /// Copies a tensor's numbers out, row after row.
  public func read(_ tensor: CPUTensor) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(tensor.rowCount * tensor.columnCount)
    for row in 0..<tensor.rowCount {
      result.append(
        contentsOf: UnsafeBufferPointer(
          start: tensor.base + row * tensor.stride, count: tensor.columnCount))
    }
    return result
  }

  /// Copies numbers into a tensor, row after row.
  /// - Precondition: The counts agree.
  public func write(_ values: [Float], to tensor: CPUTensor) {
    precondition(values.count == tensor.rowCount * tensor.columnCount)
    for row in 0..<tensor.rowCount {
      for column in 0..<tensor.columnCount {
        tensor.base[row * tensor.stride + column] = values[row * tensor.columnCount + column]
      }
    }
  }
}

extension ScalarType {
  /// The name that the kernels have for it.
  var kernelType: cpteval_scalar_type {
    switch self {
    case .float32: cpteval_float32
    case .float16: cpteval_float16
    case .bfloat16: cpteval_bfloat16
    }
  }
}

extension Activation {
  /// The name that the kernels have for it.
  var kernelActivation: cpteval_activation {
    switch self {
    case .geluExact: cpteval_gelu_exact
    case .geluClipped: cpteval_gelu_clipped
    case .geluTanh: cpteval_gelu_tanh
    case .geluSigmoid: cpteval_gelu_sigmoid
    case .relu: cpteval_relu
    case .silu: cpteval_silu
    case .tanh: cpteval_tanh
    }
  }
}
