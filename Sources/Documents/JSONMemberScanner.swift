internal import Files

/// Finds one string in a JSON object without making values of the others.
///
/// It takes what ``JSONValue`` takes, or less: whatever is out of the ordinary (an error, an escaped
/// or repeated member name, a long number) ends the scan with `nil`, and the reader of whole values
/// says what it is.
struct JSONMemberScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let name: UnsafeBufferPointer<UInt8>
  private var position = 0

  private static let maximumDepth = 64

  /// Prepares.
  ///
  /// - Parameters:
  ///   - bytes: A JSON text, valid UTF-8.
  ///   - name: The member's name, valid UTF-8.
  init(bytes: UnsafeBufferPointer<UInt8>, name: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    self.name = name
  }

  /// The member's string.
  ///
  /// - Returns: UTF-8; `nil` if the text has to be looked at as a whole.
  mutating func scan() -> [UInt8]? {
    var found: [UInt8]?
    skipWhitespace()
    guard take("{") else { return nil }
    skipWhitespace()
    if take("}") { return nil }
    repeat {
      skipWhitespace()
      guard take("\"") else { return nil }
      let start = position
      guard let isPlain = skipString(), isPlain else { return nil }
      let key = UnsafeBufferPointer(rebasing: bytes[start..<position - 1])
      skipWhitespace()
      guard take(":") else { return nil }
      skipWhitespace()
      if key.elementsEqual(name) {
        guard found == nil, take("\""), let text = string() else { return nil }
        found = text
      } else {
        guard skipValue(depth: 0) else { return nil }
      }
      skipWhitespace()
    } while take(",")
    guard take("}") else { return nil }
    skipWhitespace()
    return position == bytes.count ? found : nil
  }

  @inline(__always)
  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  private mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  // MARK: Strings

  /// The end of bytes that mean themselves: the next quote, backslash or control character.
  @inline(__always)
  private func endOfRun(from start: Int) -> Int {
    let raw = UnsafeRawBufferPointer(bytes)
    var i = start
    while i + 8 <= bytes.count {
      let word = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      // The high bit of each byte that is below 0x20, a quote or a backslash; a byte from 0x80 never
      // is, and a false alarm can only stand above a true one.
      let low: UInt64 = 0x0101_0101_0101_0101
      let high: UInt64 = 0x8080_8080_8080_8080
      let quote = word ^ (low &* 0x22)
      let backslash = word ^ (low &* 0x5C)
      let hits =
        ((quote &- low) & ~quote | (backslash &- low) & ~backslash
          | (word &- (low &* 0x20)) & ~word) & high
      if hits != 0 { return i + hits.trailingZeroBitCount / 8 }
      i += 8
    }
    while i < bytes.count, bytes[i] >= 0x20, bytes[i] != 0x22, bytes[i] != 0x5C { i += 1 }
    return i
  }

  /// Goes behind a string's closing quote.
  ///
  /// - Returns: Whether it has no escape; `nil` for a string that is none.
  private mutating func skipString() -> Bool? {
    var isPlain = true
    while true {
      position = endOfRun(from: position)
      guard position < bytes.count else { return nil }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return isPlain
      case UInt8(ascii: "\\"):
        isPlain = false
        guard escape() != nil else { return nil }
      default: return nil
      }
    }
  }

  private mutating func string() -> [UInt8]? {
    var text: [UInt8] = []
    var start = position
    while true {
      let end = endOfRun(from: position)
      guard end < bytes.count else { return nil }
      if text.isEmpty {
        // What a text without escapes takes, or a first guess.
        text.reserveCapacity(max(end - start, min(bytes.count - start, 1 << 20)))
      }
      text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
      position = end
      switch bytes[end] {
      case UInt8(ascii: "\""):
        position += 1
        return text
      case UInt8(ascii: "\\"):
        guard let value = escape() else { return nil }
        UTF8Text.append(value, to: &text)
        start = position
      default: return nil
      }
    }
  }

  /// Reads an escape, a pair of surrogates as one.
  private mutating func escape() -> UInt32? {
    guard position + 1 < bytes.count else { return nil }
    let letter = bytes[position + 1]
    position += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt32(letter)
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "u"):
      guard let code = fourDigits() else { return nil }
      guard 0xD800..<0xE000 ~= code else { return code }
      guard code < 0xDC00, take("\\"), take("u"), let low = fourDigits(), 0xDC00..<0xE000 ~= low
      else { return nil }
      return 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    default: return nil
    }
  }

  private mutating func fourDigits() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    var code: UInt32 = 0
    for _ in 0..<4 {
      let byte = UInt32(bytes[position])
      switch byte {
      case 0x30...0x39: code = code << 4 | (byte - 0x30)
      case 0x41...0x46: code = code << 4 | (byte - 0x37)
      case 0x61...0x66: code = code << 4 | (byte - 0x57)
      default: return nil
      }
      position += 1
    }
    return code
  }

  // MARK: Other values

  private mutating func skipValue(depth: Int) -> Bool {
    guard depth < Self.maximumDepth, position < bytes.count else { return false }
    switch bytes[position] {
    case UInt8(ascii: "\""):
      position += 1
      return skipString() != nil
    case UInt8(ascii: "{"):
      position += 1
      skipWhitespace()
      if take("}") { return true }
      repeat {
        skipWhitespace()
        guard take("\""), skipString() != nil else { return false }
        skipWhitespace()
        guard take(":") else { return false }
        skipWhitespace()
        guard skipValue(depth: depth + 1) else { return false }
        skipWhitespace()
      } while take(",")
      return take("}")
    case UInt8(ascii: "["):
      position += 1
      skipWhitespace()
      if take("]") { return true }
      repeat {
        skipWhitespace()
        guard skipValue(depth: depth + 1) else { return false }
        skipWhitespace()
      } while take(",")
      return take("]")
    case UInt8(ascii: "t"): return skipWord("true")
    case UInt8(ascii: "f"): return skipWord("false")
    case UInt8(ascii: "n"): return skipWord("null")
    default: return skipNumber()
    }
  }

  private mutating func skipWord(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    for index in 0..<count where bytes[position + index] != word.utf8Start[index] { return false }
    position += count
    return true
  }

  /// Skips a number without exponent of few digits, which needs no second look.
  private mutating func skipNumber() -> Bool {
    let start = position
    _ = take("-")
    let isZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
    let digits = skipDigits()
    guard digits == 1 || digits > 1 && !isZero else { return false }
    if take("."), skipDigits() == 0 { return false }
    guard position - start <= 30, position < bytes.count else { return false }
    return bytes[position] != UInt8(ascii: "e") && bytes[position] != UInt8(ascii: "E")
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while position < bytes.count, 0x30...0x39 ~= bytes[position] { position += 1 }
    return position - start
  }
}
