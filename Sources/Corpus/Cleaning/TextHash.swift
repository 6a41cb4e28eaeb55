/// A keyed 64-bit hash of texts, by which duplicates are known.
///
/// Two different texts share one with a probability of 2⁻⁶⁴: among n texts some pair does with about
/// n²/2⁶⁵, three in a hundred million for a million texts. The key is drawn per corpus, so that no
/// text can be made to collide.
///
/// - SeeAlso: wyhash by Wang Yi, whose folded 128-bit product this uses.
struct TextHash: Codable, Equatable, Sendable {
  let key: [UInt64]

  private static let secret: (UInt64, UInt64) = (0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB)

  /// Draws a key.
  init() { key = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)] }

  /// A hash with a given key, of two words.
  init(key: [UInt64]) {
    precondition(key.count == 2)
    self.key = key
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// The hash of a text.
  ///
  /// - Parameter bytes: Any number of bytes.
  /// - Returns: 64 bits, never 0.
  /// - Complexity: O(bytes), 16 at a time.
  func callAsFunction(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let (first, second) = (key[0], key[1] ^ Self.secret.0)
    var hash = Self.fold(first ^ Self.secret.0, Self.secret.1 ^ UInt64(bytes.count))
    var i = 0
    while i + 16 <= bytes.count {
      let a = bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      let b = bytes.loadUnaligned(fromByteOffset: i + 8, as: UInt64.self)
      hash = Self.fold(a ^ second, b ^ hash)
      i += 16
    }
    var (a, b) = (UInt64(0), UInt64(0))
    var shift: UInt64 = 0
    while i < bytes.count {
      if shift < 64 {
        a |= UInt64(bytes[i]) << shift
      } else {
        b |= UInt64(bytes[i]) << (shift - 64)
      }
      shift += 8
      i += 1
    }
    hash = Self.fold(a ^ second, b ^ hash)
    return max(1, Self.fold(hash ^ Self.secret.1, second ^ UInt64(bytes.count)))
  }
}
