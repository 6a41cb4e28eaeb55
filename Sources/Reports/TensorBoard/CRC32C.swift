/// The checksum of TFRecord files: CRC-32 with Castagnoli's polynomial.
///
/// - SeeAlso: RFC 3720, appendix B.4.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { index in
    var value = UInt32(index)
    for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78 }
    return value
  }

  /// The checksum of bytes.
  ///
  /// - Complexity: O(bytes).
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let table = table
    return ~bytes.reduce(~0) { value, byte in
      table[Int((value ^ UInt32(byte)) & 0xFF)] ^ value >> 8
    }
  }

  /// The checksum as it is stored: turned and shifted, because a checksum over data that holds its own
  /// checksum would be weak.
  ///
  /// - SeeAlso: tensorflow/tensorflow, `tensorflow/core/lib/hash/crc32c.h`.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let value = checksum(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
