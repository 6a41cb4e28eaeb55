/// Rows of numbers in a Swift array; a view that shares its memory with the tensor it cuts.
///
/// The numbers are double, so that a whole pass is, and finite differences of it mean something.
public struct ReferenceTensor: ComputeTensor {
  final class Storage {
    var values: [Double]
    /// The numbers rounded to float32, for those who read parameters as stored bytes.
    private(set) var rounded: UnsafeMutableBufferPointer<Float>?

    init(count: Int) { values = [Double](repeating: .nan, count: count) }

    deinit { rounded?.deallocate() }

    /// Rounds all numbers anew.
    func round() -> UnsafeMutableBufferPointer<Float> {
      let buffer = rounded ?? .allocate(capacity: max(values.count, 1))
      rounded = buffer
      for (index, value) in values.enumerated() { buffer[index] = Float(value) }
      return buffer
    }
  }

  let storage: Storage
  /// Index of the first number of the first row.
  let start: Int
  /// Numbers from the start of a row to the start of the next.
  let stride: Int
  public let rowCount: Int
  public let columnCount: Int

  public func rows(_ range: Range<Int>) -> ReferenceTensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount)
    return ReferenceTensor(
      storage: storage, start: start + range.lowerBound * stride, stride: stride,
      rowCount: range.count, columnCount: columnCount)
  }

  public func columns(_ range: Range<Int>) -> ReferenceTensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= columnCount)
    return ReferenceTensor(
      storage: storage, start: start + range.lowerBound, stride: stride, rowCount: rowCount,
      columnCount: range.count)
  }

  public func cut(rows: Int, columns: Int) -> ReferenceTensor {
    precondition(rowCount == 1 && columnCount == rows * columns)
    return ReferenceTensor(
      storage: storage, start: start, stride: columns, rowCount: rows, columnCount: columns)
  }

  /// One number.
  public subscript(row: Int, column: Int) -> Double {
    get { storage.values[start + row * stride + column] }
    nonmutating set { storage.values[start + row * stride + column] = newValue }
  }

  /// The numbers of a row.
  func doubles(row: Int) -> [Double] {
    let first = start + row * stride
    return Array(storage.values[first..<first + columnCount])
  }
}

/// A weight matrix as it is written on paper.
public final class ReferenceMatrix {
  let inputs: Int
  let outputs: Int
  /// `[inputs, outputs]`.
  var values: [Float]

  init(inputs: Int, outputs: Int) {
    self.inputs = inputs
    self.outputs = outputs
    values = [Float](repeating: .nan, count: inputs * outputs)
  }
}

/// Parameters: biases and norm weights.
public final class ReferenceVector {
  var values: [Float]
  init(count: Int) { values = [Float](repeating: .nan, count: count) }
}

extension StoredMatrix {
  /// One weight, widened.
  func weight(input: Int, output: Int) -> Float {
    switch layout {
    case .outputsByInputs: type.number(output * inputs + input, of: bytes)
    case .inputsByOutputs: type.number(input * outputs + output, of: bytes)
    }
  }
}

extension ScalarType {
  /// The number at an index of stored bytes (little-endian), widened without loss.
  func number(_ index: Int, of bytes: UnsafeRawBufferPointer) -> Float {
    switch self {
    case .float32:
      return Float(
        bitPattern: UInt32(
          littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
    case .float16, .bfloat16:
      let bits = UInt16(
        littleEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
      return self == .bfloat16 ? Float(bitPattern: UInt32(bits) << 16) : Self.widened(half: bits)
    }
  }

  /// An IEEE 754 binary16 number (1 sign, 5 exponent and 10 fraction bits) from its parts.
  private static func widened(half bits: UInt16) -> Float {
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1023)
    let magnitude: Float =
      switch exponent {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      default: Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction * 0x1p-10)
      }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }
}
