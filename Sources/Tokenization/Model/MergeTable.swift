/// The merges of a byte-pair model: which pairs of token ids fuse, in which order, to what.
struct MergeTable: Sendable {
  /// What becomes of a pair.
  struct Merge: Equatable {
    /// Position in the list of merges; lower ones come first.
    var rank: UInt32
    var result: Int32
  }

  fileprivate struct Slot {
    var pair: UInt64 = Self.free
    var merge = Merge(rank: 0, result: 0)
    /// No pair of ids, because ids are not negative.
    static let free = UInt64.max
  }

  private var slots: [Slot]
  private var shift: UInt64

  /// An empty table with room for so many pairs.
  init(capacity: Int) {
    var bits: UInt64 = 4
    while 1 << bits < capacity * 2 { bits += 1 }
    slots = [Slot](repeating: Slot(), count: 1 << bits)
    shift = 64 - bits
  }

  /// Sets what becomes of a pair; the last call for a pair holds.
  ///
  /// - Precondition: No more pairs than the capacity.
  mutating func set(_ left: Int32, _ right: Int32, to merge: Merge) {
    let pair = Self.pair(left, right)
    var index = Int(Self.hash(pair) >> shift)
    while slots[index].pair != Slot.free, slots[index].pair != pair {
      index = (index + 1) & (slots.count - 1)
    }
    slots[index] = Slot(pair: pair, merge: merge)
  }

  /// Calls a function with a fast lookup over the table's memory.
  @inline(__always)
  func withLookup<Result>(_ body: (Lookup) throws -> Result) rethrows -> Result {
    try slots.withUnsafeBufferPointer { try body(Lookup(slots: $0, shift: shift)) }
  }

  /// A view of the table that lives as long as the call it was made for.
  struct Lookup {
    fileprivate let slots: UnsafeBufferPointer<Slot>
    fileprivate let shift: UInt64

    /// The merge of a pair, if the model has one.
    @inline(__always)
    func callAsFunction(_ left: Int32, _ right: Int32) -> Merge? {
      let pair = MergeTable.pair(left, right)
      var index = Int(MergeTable.hash(pair) >> shift)
      while true {
        let slot = slots[index]
        if slot.pair == pair { return slot.merge }
        if slot.pair == Slot.free { return nil }
        index = (index + 1) & (slots.count - 1)
      }
    }
  }

  @inline(__always)
  private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private static func hash(_ pair: UInt64) -> UInt64 {
    // Seeded, so that no file can be made to collide.
    ByteStringMap.mix(pair ^ ByteStringMap.seed)
  }
}
