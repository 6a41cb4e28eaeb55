internal import Glibc

/// Random numbers as a pure function of key and position (Philox 4×32-10).
///
/// There is no state to advance, so any thread can compute any part, and the numbers do not depend
/// on who did.
/// - SeeAlso: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
public struct PhiloxGenerator: Sendable, Equatable {
  /// The 64 bits of the key, low word first.
  public let key: SIMD2<UInt32>

  /// - Parameter seed: Any number; each gives another sequence.
  public init(seed: UInt64) {
    key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
  }

  /// Four random words.
  ///
  /// - Parameter counter: The position, any 128 bits.
  /// - Returns: Uniformly distributed words.
  public func words(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var (x, k) = (counter, key)
    for _ in 0..<10 {
      let a = UInt64(x[0]) &* 0xD251_1F53
      let b = UInt64(x[2]) &* 0xCD9E_8D57
      x = [
        UInt32(truncatingIfNeeded: b >> 32) ^ x[1] ^ k[0], UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ x[3] ^ k[1], UInt32(truncatingIfNeeded: a),
      ]
      // Weyl sequences: the golden ratio and √3 − 1, as fractions of 2³².
      k = k &+ [0x9E37_79B9, 0xBB67_AE85]
    }
    return x
  }

  /// Standard normal numbers of one stream.
  ///
  /// Each block of four words gives four numbers by Box and Muller's transform, in double.
  /// - Parameters:
  ///   - stream: Streams are independent of one another.
  ///   - start: Place of the first number in the stream, a multiple of 4.
  ///   - deviation: Factor on the numbers.
  ///   - output: Filled.
  /// - Precondition: `start` is a multiple of 4.
  /// - Complexity: O(numbers).
  public func fillNormal(
    stream: UInt32, start: Int, deviation: Double, into output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(start >= 0 && start.isMultiple(of: 4))
    var index = 0
    var block = UInt64(start / 4)
    while index < output.count {
      let x = words(
        at: [
          UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), stream, 0,
        ])
      for pair in [0, 2] {
        // Half a step keeps the logarithm's argument above 0 and at most 1.
        let u = (Double(x[pair]) + 0.5) * 0x1p-32
        let angle = (Double(x[pair + 1]) + 0.5) * 0x1p-32 * 2 * .pi
        let radius = deviation * (-2 * log(u)).squareRoot()
        if index < output.count { output[index] = Float(radius * cos(angle)) }
        if index + 1 < output.count { output[index + 1] = Float(radius * sin(angle)) }
        index += 2
      }
      block += 1
    }
  }
}
