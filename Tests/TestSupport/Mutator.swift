/// Changes bytes as an attacker might, from a seed, so that a failure can be had again.
public struct Mutator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// A number from 0, below a bound (SplitMix64).
  ///
  /// - Parameter bound: At least 1.
  /// - Returns: Each number about equally often.
  public mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((bits ^ bits >> 31) % UInt64(max(bound, 1)))
  }

  private static let words = [
    "-1", "0", "1e400", "1e-400", "9223372036854775807", "9223372036854775808",
    "18446744073709551615", "4294967296", "2147483648", "null", "true", "\"\"", "{}", "[]", "[[[[",
    "NaN", "-", "\\u0000", "\\ud800", "\"__metadata__\":", "\u{0}", "0.5", "1.0", ",", "}",
  ]

  /// One to four changes: a byte, a deletion, an insertion, a number replaced, an end cut off.
  ///
  /// - Parameter original: A sound file.
  /// - Returns: A file that may be broken.
  public mutating func mutated(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(4) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(6) {
      case 0: bytes[place] = UInt8(below(256))
      case 1: bytes.removeSubrange(place..<min(place + 1 + below(8), bytes.count))
      case 2: bytes.insert(contentsOf: Self.words[below(Self.words.count)].utf8, at: place)
      case 3: bytes.removeSubrange(place...)
      case 4:
        let end = min(place + below(40), bytes.count)
        bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
      default:
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let start = bytes[place...].firstIndex(where: digits.contains) else { continue }
        let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Self.words[below(Self.words.count)].utf8)
      }
    }
    return bytes
  }
}
