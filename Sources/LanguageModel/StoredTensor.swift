public import Compute
public import Files

/// A tensor as it lies in a file, in its stored dtype, nothing copied.
//
// @unchecked Sendable: all properties are constants, the bytes are read-only pages, and `file` keeps
// them mapped.
public struct StoredTensor: @unchecked Sendable {
  /// Its canonical name, whatever the file's spelling.
  public let name: String
  public let dtype: ScalarType
  /// Outermost dimension first; empty for a scalar.
  public let shape: [Int]
  /// Row-major, little-endian; the start need not be aligned for the dtype.
  ///
  /// Valid while this value, its checkpoint or ``file`` is kept; ``withUnsafeBytes(_:)`` sees to
  /// that by itself.
  public let bytes: UnsafeRawBufferPointer
  /// The file that holds it, and keeps ``bytes`` mapped.
  public let file: MappedFile
  /// Where ``bytes`` begin in the file.
  public let offset: Int

  public init(
    name: String, dtype: ScalarType, shape: [Int], bytes: UnsafeRawBufferPointer,
    file: MappedFile, offset: Int
  ) {
    self.name = name
    self.dtype = dtype
    self.shape = shape
    self.bytes = bytes
    self.file = file
    self.offset = offset
  }

  /// Numbers held.
  public var elementCount: Int { bytes.count / dtype.byteCount }

  /// Calls a closure with the bytes, keeping the file mapped meanwhile.
  ///
  /// - Parameter body: Must not let the pointer escape.
  /// - Returns: What the closure returns.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(file) { try body(bytes) }
  }

  /// Tells the kernel how the tensor is used next.
  public func advise(_ advice: MappedFile.Advice) {
    file.advise(offset..<offset + bytes.count, advice)
  }
}

/// Numbers of a tensor that are not finite.
public struct NonFiniteNumbers: Sendable, Equatable {
  public var nanCount = 0
  public var infinityCount = 0
  /// Position of the first one in row-major order.
  public var firstIndex: Int?

  public init(nanCount: Int = 0, infinityCount: Int = 0, firstIndex: Int? = nil) {
    self.nanCount = nanCount
    self.infinityCount = infinityCount
    self.firstIndex = firstIndex
  }

  public var isEmpty: Bool { firstIndex == nil }
}

extension StoredTensor {
  /// Counts what is not finite, by the bits.
  ///
  /// - Returns: Counts of NaN and infinities, and where the first one stands.
  /// - Complexity: O(elements).
  public func nonFiniteNumbers() -> NonFiniteNumbers {
    switch dtype {
    case .float32: scan(UInt32.self, exponent: 0x7F80_0000, fraction: 0x007F_FFFF)
    case .float16: scan(UInt16.self, exponent: 0x7C00, fraction: 0x03FF)
    case .bfloat16: scan(UInt16.self, exponent: 0x7F80, fraction: 0x007F)
    }
  }

  private func scan<Bits: FixedWidthInteger>(
    _ type: Bits.Type, exponent: Bits, fraction: Bits
  ) -> NonFiniteNumbers {
    var found = NonFiniteNumbers()
    let width = MemoryLayout<Bits>.size
    // Most tensors are clean, so blocks are first asked whether anything is to be found at all.
    let block = 4096
    var start = 0
    while start < elementCount {
      let end = min(start + block, elementCount)
      var hits = 0
      for index in start..<end {
        let bits = bytes.loadUnaligned(fromByteOffset: index * width, as: Bits.self)
        hits &+= bits & exponent == exponent ? 1 : 0
      }
      if hits > 0 {
        for index in start..<end {
          let bits = bytes.loadUnaligned(fromByteOffset: index * width, as: Bits.self)
          guard bits & exponent == exponent else { continue }
          if bits & fraction == 0 { found.infinityCount += 1 } else { found.nanCount += 1 }
          if found.firstIndex == nil { found.firstIndex = index }
        }
      }
      start = end
    }
    return found
  }
}
