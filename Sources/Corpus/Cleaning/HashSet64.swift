/// A set of 64-bit hashes that takes at most 13 bytes for each, and does not double when it grows.
///
/// 256 tables by the hash's first byte, each open-addressed with linear probing and grown on its own,
/// so that the room for old and new at once is a 256th of the whole.
struct HashSet64 {
  fileprivate struct Table {
    var slots: [UInt64] = []
    var count = 0
  }

  private var tables = [Table](repeating: Table(), count: 256)
  private(set) var count = 0

  /// Bytes of all tables.
  var byteCount: Int { tables.reduce(0) { $0 + $1.slots.count * 8 } }

  /// Adds a hash.
  ///
  /// - Parameter hash: Evenly spread over all values but 0.
  /// - Returns: Whether it is new.
  /// - Complexity: O(1) on average.
  mutating func insert(_ hash: UInt64) -> Bool {
    precondition(hash != 0)
    let isNew = tables[Int(hash >> 56)].insert(hash)
    if isNew { count += 1 }
    return isNew
  }
}

extension HashSet64.Table {
  fileprivate mutating func insert(_ hash: UInt64) -> Bool {
    // At most four fifths full, at least three fifths after growing.
    if 5 * count >= 4 * slots.count { grow() }
    let place = Self.place(of: hash, in: slots)
    if slots[place] == hash { return false }
    slots[place] = hash
    count += 1
    return true
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: slots.count + slots.count / 4 + 16)
    for hash in slots where hash != 0 { larger[Self.place(of: hash, in: larger)] = hash }
    slots = larger
  }

  /// Where a hash is, or would be.
  private static func place(of hash: UInt64, in slots: [UInt64]) -> Int {
    var place = Int((hash << 8).multipliedFullWidth(by: UInt64(slots.count)).high)
    while slots[place] != 0, slots[place] != hash {
      place += 1
      if place == slots.count { place = 0 }
    }
    return place
  }
}
