/// Where the paragraphs of a cleaned text are.
///
/// Blank lines part them; in a text without any, as crawls' texts have them, every line is one.
struct Paragraphs: Sequence, IteratorProtocol {
  private let text: UnsafeBufferPointer<UInt8>
  private let hasBlankLines: Bool
  private var position = 0

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    var isBroken = false
    var i = 0
    while let end = text.nextLineFeed(from: i) {
      if end + 1 < text.count, text[end + 1] == 0x0A {
        isBroken = true
        break
      }
      i = end + 1
    }
    hasBlankLines = isBroken
  }

  /// The next paragraph's bytes, without the line feeds behind it.
  mutating func next() -> Range<Int>? {
    while position < text.count, text[position] == 0x0A { position += 1 }
    guard position < text.count else { return nil }
    let start = position
    while let end = text.nextLineFeed(from: position) {
      position = end + 1
      if !hasBlankLines || position < text.count && text[position] == 0x0A { return start..<end }
    }
    position = text.count
    return start..<text.count
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The next line feed at or behind an offset.
  @inline(__always)
  func nextLineFeed(from start: Int) -> Int? {
    let raw = UnsafeRawBufferPointer(self)
    let ones: UInt64 = 0x0101_0101_0101_0101
    var i = start
    while i + 8 <= count {
      let word = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self) ^ (ones &* 0x0A)
      let hits = (word &- ones) & ~word & 0x8080_8080_8080_8080
      if hits != 0 { return i + hits.trailingZeroBitCount / 8 }
      i += 8
    }
    while i < count {
      if self[i] == 0x0A { return i }
      i += 1
    }
    return nil
  }
}
