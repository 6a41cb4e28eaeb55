/// Two neighbouring tokens, packed so that pairs are ordered by the left id, then the right one.
struct TokenPair: Equatable {
  let code: UInt64

  @inline(__always)
  init(_ left: Int32, _ right: Int32) {
    code = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  fileprivate init(code: UInt64) { self.code = code }

  var left: Int32 { Int32(bitPattern: UInt32(truncatingIfNeeded: code >> 32)) }
  var right: Int32 { Int32(bitPattern: UInt32(truncatingIfNeeded: code)) }
}

/// A number for every pair that was met, and how often the pair occurs in the text.
struct PairCounts {
  /// No pair of ids, because ids are not negative.
  private static let free = UInt64.max

  private var slots: [(pair: UInt64, index: Int32)]
  private var shift: UInt64
  private(set) var pairs: [TokenPair] = []
  /// Occurrences by the pair's number.
  var counts: [Int] = []

  init() {
    slots = Array(repeating: (Self.free, 0), count: 1 << 12)
    shift = 64 - 12
  }

  /// The number of a pair, a new one if it was not met yet.
  ///
  /// - Complexity: O(1) expected.
  @inline(__always)
  mutating func index(of pair: TokenPair) -> Int {
    var place = Int(truncatingIfNeeded: hash(pair.code) >> shift)
    while true {
      let slot = slots[place]
      if slot.pair == pair.code { return Int(slot.index) }
      if slot.pair == Self.free { break }
      place = (place + 1) & (slots.count - 1)
    }
    return insert(pair, at: place)
  }

  private mutating func insert(_ pair: TokenPair, at place: Int) -> Int {
    let index = pairs.count
    slots[place] = (pair.code, Int32(index))
    pairs.append(pair)
    counts.append(0)
    if pairs.count * 2 > slots.count { grow() }
    return index
  }

  private mutating func grow() {
    slots = Array(repeating: (Self.free, 0), count: slots.count * 2)
    shift -= 1
    for (index, pair) in pairs.enumerated() {
      var place = Int(truncatingIfNeeded: hash(pair.code) >> shift)
      while slots[place].pair != Self.free { place = (place + 1) & (slots.count - 1) }
      slots[place] = (pair.code, Int32(index))
    }
  }

  @inline(__always)
  private func hash(_ code: UInt64) -> UInt64 {
    // Seeded, so that no text can be made to collide.
    ByteStringMap.mix(code ^ ByteStringMap.seed)
  }
}
