/// Token ids as a pure function of a seed.
struct RandomTokens {
  private var generator = SplitMix64(state: 1)
  let vocabularySize: Int

  init(vocabularySize: Int) { self.vocabularySize = vocabularySize }

  /// The next ids, evenly distributed.
  mutating func next(_ count: Int) -> [Int32] {
    (0..<count).map { _ in Int32.random(in: 0..<Int32(vocabularySize), using: &generator) }
  }
}

/// A small generator whose numbers are the same everywhere.
///
/// - SeeAlso: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators".
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
