/// Reads and writes Unicode scalars as UTF-8.
public enum UTF8Text {
  /// The scalar that starts at an offset, and its length in bytes.
  ///
  /// - Precondition: The bytes are valid UTF-8 and a scalar starts at `offset`.
  @inlinable @inline(__always)
  public static func scalar(
    in bytes: UnsafeBufferPointer<UInt8>, at offset: Int
  ) -> (value: UInt32, length: Int) {
    let first = UInt32(bytes[offset])
    if first < 0x80 { return (first, 1) }
    let second = UInt32(bytes[offset + 1] & 0x3F)
    if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
    let third = UInt32(bytes[offset + 2] & 0x3F)
    if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, 3) }
    return ((first & 0x07) << 18 | second << 12 | third << 6 | UInt32(bytes[offset + 3] & 0x3F), 4)
  }

  /// The length in bytes of the scalar whose first byte this is.
  @inlinable @inline(__always)
  public static func length(first: UInt8) -> Int {
    first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
  }

  /// The scalar that ends before an offset, and its length in bytes.
  ///
  /// - Precondition: The bytes are valid UTF-8 and `offset` is a boundary above 0.
  @inlinable @inline(__always)
  public static func scalarBefore(
    in bytes: UnsafeBufferPointer<UInt8>, _ offset: Int
  ) -> (value: UInt32, length: Int) {
    var start = offset - 1
    while bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return scalar(in: bytes, at: start)
  }

  /// Appends a scalar's bytes.
  ///
  /// - Parameters:
  ///   - value: A Unicode scalar value; anything else becomes U+FFFD.
  ///   - bytes: Receives one to four bytes at its end.
  @inlinable @inline(__always)
  public static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    switch value {
    case 0..<0x80: bytes.append(UInt8(value))
    case 0x80..<0x800:
      bytes.append(UInt8(0xC0 | value >> 6))
      bytes.append(UInt8(0x80 | value & 0x3F))
    case 0x800..<0xD800, 0xE000..<0x1_0000:
      bytes.append(UInt8(0xE0 | value >> 12))
      bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | value & 0x3F))
    case 0x1_0000..<0x11_0000:
      bytes.append(UInt8(0xF0 | value >> 18))
      bytes.append(UInt8(0x80 | value >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | value & 0x3F))
    default: bytes.append(contentsOf: [0xEF, 0xBF, 0xBD])
    }
  }
}
