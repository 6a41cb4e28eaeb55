internal import Files

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

  private(set) var words: [Word] = []
  /// Begins with the text; what follows is of no meaning.
  private var storage: [UInt8] = []
  private var length = 0

  /// The words, separated by blanks.
  var bytes: ArraySlice<UInt8> { storage[..<length] }

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
    words.removeAll(keepingCapacity: true)
    // No scalar of n bytes becomes one of more than 2n.
    let room = 2 * text.count + 4
    if storage.count < room {
      storage.append(contentsOf: repeatElement(0, count: room - storage.count))
    }
    length = Self.table.withUnsafeBufferPointer { table in
      storage.withUnsafeMutableBufferPointer { output in
        var writer = Writer(output: output)
        var i = 0
        while i < text.count {
          let position = i
          let (scalar, scalarLength) = UTF8Text.scalar(in: text, at: i)
          i += scalarLength
          let result = scalar < 0x10000 ? table[Int(scalar)] : scalar
          if result == Self.space {
            if let word = writer.endWord() { words.append(word) }
          } else if result != Self.nothing {
            writer.write(result, from: position)
          }
        }
        if let word = writer.endWord() { words.append(word) }
        return writer.count
      }
    }
  }

  /// Writes words behind one another, and hashes them on the way: FNV-1a, whose bits are mixed where
  /// they are used.
  private struct Writer {
    let output: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0
    private var start = -1
    private var origin = 0
    private var hash: UInt64 = 0

    init(output: UnsafeMutableBufferPointer<UInt8>) { self.output = output }

    @inline(__always)
    mutating func endWord() -> Word? {
      guard start >= 0 else { return nil }
      defer { start = -1 }
      return Word(start: start, end: count, origin: origin, hash: hash)
    }

    @inline(__always)
    mutating func write(_ scalar: UInt32, from position: Int) {
      if start < 0 {
        if count > 0 {
          output[count] = 0x20
          count += 1
        }
        (start, origin, hash) = (count, position, 0xCBF2_9CE4_8422_2325)
      }
      switch scalar {
      case 0..<0x80: put(scalar)
      case 0x80..<0x800:
        put(0xC0 | scalar >> 6)
        put(0x80 | scalar & 0x3F)
      case 0x800..<0x10000:
        put(0xE0 | scalar >> 12)
        put(0x80 | scalar >> 6 & 0x3F)
        put(0x80 | scalar & 0x3F)
      default:
        put(0xF0 | scalar >> 18 & 7)
        put(0x80 | scalar >> 12 & 0x3F)
        put(0x80 | scalar >> 6 & 0x3F)
        put(0x80 | scalar & 0x3F)
      }
    }

    @inline(__always)
    private mutating func put(_ byte: UInt32) {
      output[count] = UInt8(truncatingIfNeeded: byte)
      count += 1
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
  }

  /// The bytes of some words in a row.
  func withBytes<Result>(
    from first: Int, count: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    storage.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[words[first].start..<words[first + count - 1].end]))
    }
  }
}
