/// A text in lower case and without punctuation, its words separated by single blanks.
///
/// For ASCII this is what `lm_eval/decontamination/janitor.py` (commit 4e7e0d4) and the appendix of
/// Brown et al. 2020 (arXiv:2005.14165) do: letters made small, the 32 marks of `string.punctuation`
/// taken out without a blank in their place, words cut at white space. Beyond ASCII it goes by
/// Unicode: simple lower case, the categories P, white space.
struct WordText {
  /// A word, and where it stands in the text that it came from.
  struct Word {
    var start: Int
    var end: Int
    /// Byte of the original text where it begins.
    var origin: Int
    var hash: UInt64
  }

  private(set) var bytes: [UInt8] = []
  private(set) var words: [Word] = []

  private static let space: UInt32 = 0x20
  /// What is taken out.
  private static let nothing: UInt32 = 0

  /// By scalar of the first plane: what becomes of it.
  private static let table: [UInt32] = (UInt32(0)..<0x10000).map { value in
    guard let scalar = Unicode.Scalar(value) else { return value }
    let properties = scalar.properties
    // As Python's `str.split` has it.
    if properties.isWhitespace || 0x1C...0x1F ~= value { return space }
    if value < 0x80, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".unicodeScalars.contains(scalar) {
      return nothing
    }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return nothing
    default: break
    }
    let lower = properties.lowercaseMapping.unicodeScalars
    return lower.count == 1 ? lower.first?.value ?? value : value
  }

  /// Takes another text in, in the place of the one before.
  ///
  /// - Parameter text: Valid UTF-8.
  /// - Complexity: O(bytes); the memory of the longest text is kept.
  mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
    bytes.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
    Self.table.withUnsafeBufferPointer { table in
      var i = 0
      var start = -1
      var origin = 0
      while i < text.count {
        let byte = text[i]
        let position = i
        var scalar = UInt32(byte)
        if byte < 0x80 {
          i += 1
        } else {
          (scalar, i) = Self.scalar(in: text, at: i)
        }
        let result = scalar < 0x10000 ? table[Int(scalar)] : scalar
        if result == Self.space {
          if start >= 0 { endWord(start, origin) }
          start = -1
        } else if result != Self.nothing {
          if start < 0 {
            if !bytes.isEmpty { bytes.append(0x20) }
            (start, origin) = (bytes.count, position)
          }
          append(result)
        }
      }
      if start >= 0 { endWord(start, origin) }
    }
  }

  private mutating func endWord(_ start: Int, _ origin: Int) {
    let end = bytes.count
    words.append(Word(start: start, end: end, origin: origin, hash: hash(start, end)))
  }

  /// FNV-1a, whose bits are mixed where they are used.
  @inline(__always)
  private func hash(_ start: Int, _ end: Int) -> UInt64 {
    bytes.withUnsafeBufferPointer { bytes in
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for i in start..<end { hash = (hash ^ UInt64(bytes[i])) &* 0x100_0000_01B3 }
      return hash
    }
  }

  @inline(__always)
  private mutating func append(_ scalar: UInt32) {
    switch scalar {
    case 0..<0x80: bytes.append(UInt8(scalar))
    case 0x80..<0x800:
      bytes.append(UInt8(0xC0 | scalar >> 6))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    case 0x800..<0x10000:
      bytes.append(UInt8(0xE0 | scalar >> 12))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    default:
      bytes.append(UInt8(0xF0 | scalar >> 18 & 7))
      bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    }
  }

  /// The scalar of two to four bytes at an offset, and where the next one begins.
  @inline(__always)
  private static func scalar(
    in text: UnsafeBufferPointer<UInt8>, at i: Int
  ) -> (scalar: UInt32, next: Int) {
    func rest(_ offset: Int) -> UInt32 { UInt32(text[i + offset] & 0x3F) }
    let first = UInt32(text[i])
    if first < 0xE0 { return ((first & 0x1F) << 6 | rest(1), i + 2) }
    if first < 0xF0 { return ((first & 0x0F) << 12 | rest(1) << 6 | rest(2), i + 3) }
    return ((first & 0x07) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3), i + 4)
  }

  /// The bytes of some words in a row.
  func withBytes<Result>(
    from first: Int, count: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[words[first].start..<words[first + count - 1].end]))
    }
  }
}
