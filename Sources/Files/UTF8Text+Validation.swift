extension UTF8Text {
  /// The number of sound bytes before the first that is not UTF-8, or `nil` if all is; no string is
  /// made.
  ///
  /// - Parameter bytes: Any bytes.
  /// - Returns: An offset at which no scalar begins.
  /// - Complexity: O(bytes), eight at a time over ASCII.
  public static func firstInvalidOffset(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let count = bytes.count
    let raw = UnsafeRawBufferPointer(bytes)
    var i = 0
    while i < count {
      let first = bytes[i]
      if first < 0x80 {
        i += 1
        while i + 8 <= count,
          raw.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
          i += 8
        }
        continue
      }
      let length: Int
      let secondRange: ClosedRange<UInt8>
      switch first {
      case 0xC2...0xDF: (length, secondRange) = (2, 0x80...0xBF)
      case 0xE0: (length, secondRange) = (3, 0xA0...0xBF)
      case 0xED: (length, secondRange) = (3, 0x80...0x9F)
      case 0xE1...0xEF: (length, secondRange) = (3, 0x80...0xBF)
      case 0xF0: (length, secondRange) = (4, 0x90...0xBF)
      case 0xF1...0xF3: (length, secondRange) = (4, 0x80...0xBF)
      case 0xF4: (length, secondRange) = (4, 0x80...0x8F)
      default: return i
      }
      guard i + length <= count, secondRange ~= bytes[i + 1] else { return i }
      for j in 2..<max(length, 2) where bytes[i + j] & 0xC0 != 0x80 { return i }
      i += length
    }
    return nil
  }
}
