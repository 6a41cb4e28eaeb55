extension ScalarType {
  /// Writes numbers in this type, rounded to the nearest, ties to even.
  ///
  /// - Parameters:
  ///   - numbers: Any float32 values; NaN stays NaN, and what is too large for the type becomes
  ///     infinite.
  ///   - bytes: ``byteCount`` per number, little-endian; overwritten.
  /// - Precondition: `bytes` has room for exactly these numbers.
  /// - Complexity: O(numbers).
  public func store(
    _ numbers: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer
  ) {
    precondition(bytes.count == numbers.count * byteCount)
    switch self {
    case .float32:
      for (index, number) in numbers.enumerated() {
        bytes.storeBytes(
          of: number.bitPattern.littleEndian, toByteOffset: index * 4, as: UInt32.self)
      }
    case .float16:
      for (index, number) in numbers.enumerated() {
        bytes.storeBytes(
          of: Float16(number).bitPattern.littleEndian, toByteOffset: index * 2, as: UInt16.self)
      }
    case .bfloat16:
      for (index, number) in numbers.enumerated() {
        bytes.storeBytes(
          of: Self.bfloat16Bits(number).littleEndian, toByteOffset: index * 2, as: UInt16.self)
      }
    }
  }

  /// The upper half of a float32, rounded by the lower one.
  private static func bfloat16Bits(_ number: Float) -> UInt16 {
    let bits = number.bitPattern
    // Rounding could carry a NaN's fraction away; a quiet one is kept instead.
    if number.isNaN { return UInt16(bits >> 16) | 0x40 }
    let isOdd = bits >> 16 & 1
    return UInt16((bits + 0x7FFF + isOdd) >> 16)
  }
}
