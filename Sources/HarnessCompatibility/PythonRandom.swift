/// The generator behind Python's `random.Random(seed)`, bit for bit.
///
/// lm-evaluation-harness draws few-shot examples and bootstrap replicates from it, so its scores can
/// be reproduced only with the same stream (`lm_eval/api/samplers.py`, `lm_eval/api/metrics.py`,
/// commit 4e7e0d4).
/// - SeeAlso: Matsumoto & Nishimura 1998, doi:10.1145/272991.272995; CPython's
///   `Modules/_randommodule.c` and `Lib/random.py` (3.11).
public struct PythonRandom: Sendable {
  private var state: [UInt32]
  private var position: Int

  private static let size = 624
  private static let shift = 397

  /// Seeds as `random.Random(seed)` does for an integer: by the absolute value, in 32-bit words.
  ///
  /// - Parameter seed: Any integer; `-3` and `3` give the same stream.
  public init(seed: Int) {
    let magnitude = seed.magnitude
    var key = [UInt32(truncatingIfNeeded: magnitude)]
    let high = UInt32(truncatingIfNeeded: magnitude >> 32)
    if high != 0 { key.append(high) }

    state = [UInt32](repeating: 0, count: Self.size)
    position = Self.size
    state[0] = 19_650_218
    for index in 1..<Self.size {
      let previous = state[index - 1]
      state[index] = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(index)
    }
    var i = 1
    var j = 0
    for _ in 0..<max(Self.size, key.count) {
      let mixed = (state[i - 1] ^ (state[i - 1] >> 30)) &* 1_664_525
      state[i] = (state[i] ^ mixed) &+ key[j] &+ UInt32(j)
      i += 1
      j += 1
      if i >= Self.size {
        state[0] = state[Self.size - 1]
        i = 1
      }
      if j >= key.count { j = 0 }
    }
    for _ in 1..<Self.size {
      let mixed = (state[i - 1] ^ (state[i - 1] >> 30)) &* 1_566_083_941
      state[i] = (state[i] ^ mixed) &- UInt32(i)
      i += 1
      if i >= Self.size {
        state[0] = state[Self.size - 1]
        i = 1
      }
    }
    state[0] = 0x8000_0000
  }

  /// The next 32 random bits.
  public mutating func nextWord() -> UInt32 {
    if position >= Self.size { refill() }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    word ^= word >> 18
    return word
  }

  /// Python's `random()`: 53 random bits in [0, 1).
  public mutating func nextDouble() -> Double {
    let high = nextWord() >> 5
    let low = nextWord() >> 6
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }

  private mutating func refill() {
    for index in 0..<Self.size {
      let next = state[index + 1 == Self.size ? 0 : index + 1]
      let joined = (state[index] & 0x8000_0000) | (next & 0x7FFF_FFFF)
      let other = index + Self.shift
      let far = state[other >= Self.size ? other - Self.size : other]
      state[index] = far ^ (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    position = 0
  }
}
