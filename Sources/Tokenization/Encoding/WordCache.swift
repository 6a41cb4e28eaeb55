/// Remembers the ids of short pieces; its size is fixed, so no input can fill memory.
///
/// A piece of up to 32 bytes is known by its length and four words read from both of its ends, which
/// together hold every byte. Most pieces have up to 16 bytes and 3 ids; those lie two to a cache line.
final class WordCache {
  /// A piece of at most 16 bytes with at most 3 ids.
  private struct ShortEntry {
    var words: (UInt64, UInt64)
    /// Length in the low byte, number of ids above; 0 marks a free entry.
    var sizes: UInt32
    var ids: (Int32, Int32, Int32)
  }

  /// A piece of at most 32 bytes with at most 7 ids.
  private struct LongEntry {
    var words: (UInt64, UInt64, UInt64, UInt64)
    var sizes: UInt32
    var ids: (Int32, Int32, Int32, Int32, Int32, Int32, Int32)
  }

  private static let shortCount = 1 << 15
  private static let longCount = 1 << 13
  private static let maximumLength = 32

  private let shortEntries: UnsafeMutablePointer<ShortEntry>
  private let longEntries: UnsafeMutablePointer<LongEntry>
  /// Differs from process to process, so that no text can be made to collide.
  private let seed = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

  init() {
    shortEntries = .allocate(capacity: Self.shortCount)
    shortEntries.initialize(
      repeating: ShortEntry(words: (0, 0), sizes: 0, ids: (0, 0, 0)), count: Self.shortCount)
    longEntries = .allocate(capacity: Self.longCount)
    longEntries.initialize(
      repeating: LongEntry(words: (0, 0, 0, 0), sizes: 0, ids: (0, 0, 0, 0, 0, 0, 0)),
      count: Self.longCount)
  }

  deinit {
    shortEntries.deallocate()
    longEntries.deallocate()
  }

  /// The words that identify a piece.
  private struct Key {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let length: Int

    /// - Precondition: `1 <= length <= 32`.
    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
      self.length = length
      let raw = UnsafeRawPointer(bytes)
      @inline(__always) func word(_ offset: Int) -> UInt64 {
        raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      }
      if length > 16 {
        words = (word(0), word(8), word(length - 16), word(length - 8))
      } else if length >= 8 {
        words.0 = word(0)
        words.1 = word(length - 8)
      } else if length >= 4 {
        let low = raw.loadUnaligned(as: UInt32.self)
        let high = raw.loadUnaligned(fromByteOffset: length - 4, as: UInt32.self)
        words.0 = UInt64(low) | UInt64(high) << 32
      } else {
        words.0 =
          UInt64(bytes[0]) | UInt64(bytes[length >> 1]) << 8 | UInt64(bytes[length - 1]) << 16
      }
    }
  }

  @inline(__always)
  private func shortHash(_ key: Key) -> UInt64 {
    let product = (key.words.0 ^ seed.0 ^ UInt64(key.length))
      .multipliedFullWidth(by: key.words.1 ^ seed.1)
    return product.high ^ product.low
  }

  @inline(__always)
  private func longHash(_ key: Key) -> UInt64 {
    let product = (key.words.2 ^ seed.0).multipliedFullWidth(by: key.words.3 ^ seed.1)
    return shortHash(key) ^ product.high ^ product.low
  }

  @inline(__always)
  private static func matches(_ entry: UnsafeMutablePointer<ShortEntry>, _ key: Key) -> Bool {
    entry.pointee.words.0 == key.words.0 && entry.pointee.words.1 == key.words.1
      && Int(entry.pointee.sizes & 0xFF) == key.length
  }

  /// Appends the ids of a piece if they are known.
  ///
  /// - Parameters:
  ///   - bytes: The piece.
  ///   - length: Its length in bytes, above 0.
  ///   - output: Receives the ids.
  /// - Returns: Whether they were known.
  @inline(__always)
  func append(_ bytes: UnsafePointer<UInt8>, _ length: Int, to output: TokenBuffer) -> Bool {
    if length > Self.maximumLength { return false }
    let key = Key(bytes, length)
    if length <= 16 {
      let index = Int(truncatingIfNeeded: shortHash(key)) & (Self.shortCount - 1)
      var entry = shortEntries + index
      if !Self.matches(entry, key) { entry = shortEntries + (index ^ 1) }
      if Self.matches(entry, key) {
        let target = output.reserve(3)
        target[0] = entry.pointee.ids.0
        target[1] = entry.pointee.ids.1
        target[2] = entry.pointee.ids.2
        output.advance(by: Int(entry.pointee.sizes >> 8))
        return true
      }
    }
    return appendLong(key, to: output)
  }

  private func appendLong(_ key: Key, to output: TokenBuffer) -> Bool {
    let entry = longEntries + Int(truncatingIfNeeded: longHash(key)) & (Self.longCount - 1)
    guard entry.pointee.words == key.words, Int(entry.pointee.sizes & 0xFF) == key.length else {
      return false
    }
    let target = output.reserve(7)
    withUnsafeBytes(of: entry.pointee.ids) { ids in
      UnsafeMutableRawPointer(target).copyMemory(
        from: ids.baseAddress ?? UnsafeRawPointer(target), byteCount: ids.count)
    }
    output.advance(by: Int(entry.pointee.sizes >> 8))
    return true
  }

  /// Remembers the ids of a piece if it is short enough; forgets another where they meet.
  func remember(
    _ bytes: UnsafePointer<UInt8>, _ length: Int, _ ids: UnsafeBufferPointer<Int32>
  ) {
    guard length <= Self.maximumLength, ids.count <= 7 else { return }
    let key = Key(bytes, length)
    let sizes = UInt32(length) | UInt32(ids.count) << 8
    func id(_ index: Int) -> Int32 { index < ids.count ? ids[index] : 0 }
    if length <= 16, ids.count <= 3 {
      let index = Int(truncatingIfNeeded: shortHash(key)) & (Self.shortCount - 1)
      // The newer of two pieces that meet takes the first place.
      if shortEntries[index].sizes != 0 { shortEntries[index ^ 1] = shortEntries[index] }
      shortEntries[index] = ShortEntry(
        words: (key.words.0, key.words.1), sizes: sizes, ids: (id(0), id(1), id(2)))
    } else {
      let index = Int(truncatingIfNeeded: longHash(key)) & (Self.longCount - 1)
      longEntries[index] = LongEntry(
        words: key.words, sizes: sizes, ids: (id(0), id(1), id(2), id(3), id(4), id(5), id(6)))
    }
  }
}
