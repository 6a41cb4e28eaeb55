/// A hash over the last so many words, from one place to the next in constant time.
///
///     hash = Σ over i of word[i] · base^(count − 1 − i), modulo 2⁶⁴
struct RollingWords {
  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
  private let count: Int
  private let leaving: UInt64

  /// A hash over `count` words, at least 1.
  init(count: Int) {
    self.count = count
    leaving = (1..<max(count, 1)).reduce(1) { power, _ in power &* Self.base }
  }

  /// Calls a function with the first word and the hash of every run of so many words.
  ///
  /// - Complexity: O(words).
  @inline(__always)
  func forEach(in words: [WordText.Word], _ body: (_ first: Int, _ hash: UInt64) -> Void) {
    guard words.count >= count else { return }
    words.withUnsafeBufferPointer { words in
      var hash: UInt64 = 0
      for i in 0..<count { hash = hash &* Self.base &+ words[i].hash }
      body(0, Self.mixed(hash))
      var first = 1
      while first + count <= words.count {
        hash =
          (hash &- words[first - 1].hash &* leaving) &* Self.base
          &+ words[first + count - 1].hash
        body(first, Self.mixed(hash))
        first += 1
      }
    }
  }

  @inline(__always)
  private static func mixed(_ bits: UInt64) -> UInt64 {
    let product = (bits ^ base).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}
