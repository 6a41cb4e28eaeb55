/// A map from byte strings to ids by open addressing; unlike a dictionary of `String`, it tells
/// composed and decomposed spellings apart.
struct ByteStringMap: Sendable {
  private struct Slot {
    var hash: UInt32 = 0
    /// Index of the entry plus 1; 0 marks a free slot.
    var entry: UInt32 = 0
  }

  private var slots: [Slot]
  private var mask: Int
  private var bytes: [UInt8] = []
  /// End of each entry's bytes; its start is the end of the entry before.
  private var ends: [Int] = []
  private(set) var values: [Int32] = []

  /// An empty map with room for so many entries.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = [Slot](repeating: Slot(), count: size)
    mask = size - 1
    ends.reserveCapacity(capacity)
    values.reserveCapacity(capacity)
  }

  var count: Int { values.count }

  /// The bytes of an entry, in order of insertion.
  func key(at entry: Int) -> ArraySlice<UInt8> {
    bytes[(entry == 0 ? 0 : ends[entry - 1])..<ends[entry]]
  }

  /// Adds a key, or gives a known one another value.
  ///
  /// - Returns: The value before, if the key was known.
  @discardableResult
  mutating func set(_ key: UnsafeBufferPointer<UInt8>, to value: Int32) -> Int32? {
    let hash = Self.hash(key)
    let index = find(key, hash: hash)
    if slots[index].entry > 0 {
      let entry = Int(slots[index].entry) - 1
      let before = values[entry]
      values[entry] = value
      return before
    }
    slots[index] = Slot(hash: UInt32(truncatingIfNeeded: hash), entry: UInt32(values.count + 1))
    bytes.append(contentsOf: key)
    ends.append(bytes.count)
    values.append(value)
    if values.count * 2 > slots.count { grow() }
    return nil
  }

  /// The value of a key.
  ///
  /// - Complexity: O(length) expected.
  func value(of key: UnsafeBufferPointer<UInt8>) -> Int32? {
    let entry = slots[find(key, hash: Self.hash(key))].entry
    return entry > 0 ? values[Int(entry) - 1] : nil
  }

  /// The value of a text's UTF-8 bytes.
  func value(of key: String) -> Int32? {
    var key = key
    return key.withUTF8 { value(of: $0) }
  }

  /// The slot that holds a key, or the free one where it belongs.
  private func find(_ key: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int {
    let short = UInt32(truncatingIfNeeded: hash)
    var index = Int(truncatingIfNeeded: hash >> 32) & mask
    while true {
      let slot = slots[index]
      if slot.entry == 0 { return index }
      if slot.hash == short {
        let entry = Int(slot.entry) - 1
        let start = entry == 0 ? 0 : ends[entry - 1]
        if ends[entry] - start == key.count,
          bytes.withUnsafeBufferPointer({ stored in
            (0..<key.count).allSatisfy { stored[start + $0] == key[$0] }
          })
        {
          return index
        }
      }
      index = (index + 1) & mask
    }
  }

  private mutating func grow() {
    let size = slots.count * 2
    mask = size - 1
    slots = [Slot](repeating: Slot(), count: size)
    for entry in 0..<values.count {
      let hash = key(at: entry).withUnsafeBufferPointer { Self.hash($0) }
      var index = Int(truncatingIfNeeded: hash >> 32) & mask
      while slots[index].entry > 0 { index = (index + 1) & mask }
      slots[index] = Slot(hash: UInt32(truncatingIfNeeded: hash), entry: UInt32(entry + 1))
    }
  }

  /// A 64-bit hash with a seed of this process, so that no file can be made to collide.
  static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(key)
    var hash = seed ^ UInt64(truncatingIfNeeded: key.count)
    var i = 0
    while i + 8 <= raw.count {
      hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: i, as: UInt64.self))
      i += 8
    }
    var tail: UInt64 = 0
    while i < raw.count {
      tail = tail << 8 | UInt64(raw[i])
      i += 1
    }
    return mix(hash ^ tail)
  }

  static let seed = UInt64.random(in: .min ... .max)

  @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}
