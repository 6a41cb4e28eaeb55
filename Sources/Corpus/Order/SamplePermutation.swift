internal import Files

/// A shuffled order of the numbers below a count, looked up one by one.
///
/// Nothing is stored: a balanced Feistel network with eight rounds permutes the smallest domain of an
/// even number of bits that holds the count, and a result beyond the count is sent through again
/// until one is below it (cycle walking), which takes fewer than four rounds on average. So it is
/// a bijection for every key, and a position is found without those before it.
///
/// The key is the SHA-256 of all that shall tell one order from another.
/// - SeeAlso: Black & Rogaway 2002, "Ciphers with arbitrary finite domains", doi:10.1007/3-540-45760-7_9.
public struct SamplePermutation: Sendable, Equatable {
  /// How many numbers are permuted.
  public let count: Int
  private let halfBits: UInt64
  private let halfMask: UInt64
  private let keys: SIMD4<UInt64>

  /// What an order is for; orders of different purposes never coincide.
  public enum Purpose: String, Sendable {
    /// New samples of a source.
    case new
    /// Samples that were seen before.
    case replay
  }

  /// Derives an order.
  ///
  /// - Parameters:
  ///   - seed: The plan's.
  ///   - source: The data set's name.
  ///   - epoch: Passes over the data before this one.
  ///   - count: Numbers to permute, at least 1.
  ///   - purpose: What the order is for.
  ///   - phase: The phase that it is for, empty for an order over all phases.
  public init(
    seed: UInt64, source: String, epoch: Int, count: Int, purpose: Purpose = .new,
    phase: String = ""
  ) {
    precondition(count >= 1 && epoch >= 0)
    self.count = count
    let bits = Int.bitWidth - (count - 1).leadingZeroBitCount
    halfBits = UInt64(max(1, (bits + 1) / 2))
    halfMask = (1 << halfBits) - 1
    // Lengths before names, so that no two different lists of fields spell the same message.
    var hasher = SHA256Hasher()
    hasher.update("cpteval order 1\n\(purpose.rawValue) \(seed) \(epoch)\n")
    hasher.update("\(source.utf8.count) \(source)\n\(phase.utf8.count) \(phase)\n")
    var keys = SIMD4<UInt64>()
    for (index, byte) in hasher.finalize().bytes.enumerated() {
      keys[index / 8] = keys[index / 8] << 8 | UInt64(byte)
    }
    self.keys = keys
  }

  /// The number at a position.
  ///
  /// - Parameter position: From 0, below ``count``.
  /// - Returns: A number below ``count``, another one for every position.
  /// - Complexity: O(1) expected.
  public subscript(position: Int) -> Int {
    precondition(position >= 0 && position < count)
    var value = UInt64(position)
    repeat { value = permuted(value) } while value >= UInt64(count)
    return Int(value)
  }

  private func permuted(_ value: UInt64) -> UInt64 {
    var left = value >> halfBits
    var right = value & halfMask
    for round in 0..<8 {
      // Four of the eight round keys are the digest's words, the others those words displaced.
      let key = keys[round & 3] &+ UInt64(round) &* 0x9E37_79B9_7F4A_7C15
      (left, right) = (right, left ^ Self.mixed(right &+ key) >> (64 - halfBits))
    }
    return left << halfBits | right
  }

  /// The finalizer of SplitMix64: every bit of the input moves every bit of the result.
  @inline(__always)
  private static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }
}
