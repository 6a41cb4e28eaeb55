import Compute

/// A backend whose tensors a test can write and read.
protocol TransferringBackend: ComputeBackend {
  func read(_ tensor: Tensor) -> [Float]
  func write(_ values: [Float], to tensor: Tensor)
}

extension CPUBackend: TransferringBackend {}
extension ReferenceBackend: TransferringBackend {}

extension CPUBackend.InstructionSet {
  /// Those that this machine has.
  static let available = allCases.filter { $0.rawValue <= best.rawValue }
}

extension TransferringBackend {
  /// A tensor that holds these numbers.
  func tensor(_ values: [Float], columns: Int) -> Tensor {
    let tensor = makeTensor(rows: values.count / columns, columns: columns)
    write(values, to: tensor)
    return tensor
  }

  /// A matrix of these weights, `[outputs, inputs]`.
  func matrix(_ weights: [Float], inputs: Int) -> Matrix {
    let outputs = weights.count / inputs
    let matrix = makeMatrix(inputs: inputs, outputs: outputs)
    StoredNumbers(weights).keep { stored in
      fill(matrix, from: [stored.matrix(outputs: outputs, inputs: inputs)])
    }
    return matrix
  }

  func vector(_ values: [Float]) -> Vector {
    let vector = makeVector(count: values.count)
    StoredNumbers(values).keep { fill(vector, from: [$0.vector]) }
    return vector
  }
}

/// Numbers as a checkpoint's bytes, at any address.
final class StoredNumbers {
  let type: ScalarType
  let count: Int
  private let memory: UnsafeMutableRawBufferPointer
  private let offset: Int

  /// - Parameters:
  ///   - bits: Each number's bits.
  ///   - type: What they mean.
  ///   - offset: Bytes by which the first number misses a 64-byte boundary.
  init(bits: [UInt32], as type: ScalarType, offset: Int = 0) {
    self.type = type
    self.offset = offset
    count = bits.count
    memory = .allocate(byteCount: offset + bits.count * type.byteCount, alignment: 64)
    for (index, number) in bits.enumerated() {
      let place = offset + index * type.byteCount
      if type == .float32 {
        memory.storeBytes(of: number, toByteOffset: place, as: UInt32.self)
      } else {
        memory.storeBytes(of: UInt16(number), toByteOffset: place, as: UInt16.self)
      }
    }
  }

  /// Rounds numbers to the type (bfloat16: towards zero) and stores them.
  convenience init(_ values: [Float], as type: ScalarType = .float32, offset: Int = 0) {
    let bits = values.map { value in
      switch type {
      case .float32: value.bitPattern
      case .float16: UInt32(Float16(value).bitPattern)
      case .bfloat16: value.bitPattern >> 16
      }
    }
    self.init(bits: bits, as: type, offset: offset)
  }

  deinit { memory.deallocate() }

  /// Keeps the bytes while `body` works on views of them, which do not own them.
  func keep<Result>(_ body: (StoredNumbers) -> Result) -> Result {
    withExtendedLifetime(self) { body(self) }
  }

  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: memory[offset...])
  }

  func matrix(
    outputs: Int, inputs: Int, layout: StoredMatrix.Layout = .outputsByInputs
  ) -> StoredMatrix {
    StoredMatrix(bytes: bytes, type: type, outputs: outputs, inputs: inputs, layout: layout)
  }

  var vector: StoredVector { StoredVector(bytes: bytes, type: type, count: count) }
}

/// SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195): the same numbers every time.
struct Randomness {
  private var state: UInt64

  init(seed: Int) { state = UInt64(seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Uniform numbers of [-1, 1), multiples of 2^-23.
  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(Int32(truncatingIfNeeded: next() >> 40) - 1 << 23) * 0x1p-23 }
  }
}
