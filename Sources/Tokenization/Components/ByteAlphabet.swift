internal import Files

/// The alphabet of byte-level models: a printable scalar for every byte.
///
/// Bytes that print in Latin-1 stand for themselves, the others for U+0100 and up, in order.
enum ByteAlphabet {
  /// The scalar of each byte.
  static let scalars: [UInt32] = {
    var next: UInt32 = 0x100
    return (UInt32(0)..<256).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// The byte of each scalar below U+0144; -1 for one that stands for none.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
    return bytes
  }()

  /// The byte that a scalar stands for, if any.
  static func byte(of scalar: UInt32) -> UInt8? {
    guard scalar < bytes.count, bytes[Int(scalar)] >= 0 else { return nil }
    return UInt8(bytes[Int(scalar)])
  }

  /// Appends the alphabet's text for some bytes, in UTF-8.
  static func append(_ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    for byte in text { UTF8Text.append(scalars[Int(byte)], to: &output) }
  }
}
