/// Scalars as UTF-8 bytes.
package enum UTF8Bytes {
  /// Appends a scalar's bytes.
  ///
  /// - Parameters:
  ///   - value: A Unicode scalar value; anything else becomes U+FFFD.
  ///   - bytes: Receives one to four bytes at its end.
  @inline(__always)
  package static func append(_ value: UInt32, to bytes: inout [UInt8]) {
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
