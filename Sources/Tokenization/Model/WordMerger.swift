/// Fuses the symbols of one piece, best rank first and leftmost first within a rank.
///
/// Short pieces are searched from end to end for every merge; long ones keep their pairs in a heap,
/// so that a text without a space costs n log n.
struct WordMerger {
  /// Symbols before the merge, tokens after it.
  var symbols: [Int32] = []
  /// What becomes of each symbol and its right neighbour: rank above, result below.
  private var pairs: [UInt64] = []
  private var previous: [Int32] = []
  private var next: [Int32] = []
  private var heap: [UInt64] = []

  /// Longest piece that is merged by search, in symbols.
  private static let searchLimit = 96
  private static let none = UInt64.max

  /// Merges `symbols` in place.
  ///
  /// - Complexity: O(n log n) for n symbols.
  mutating func merge(by merges: MergeTable) {
    guard symbols.count > 1 else { return }
    merges.withLookup { lookup in
      if symbols.count <= Self.searchLimit {
        mergeBySearch(lookup)
      } else {
        mergeByHeap(lookup)
      }
    }
  }

  /// Gives back memory that only a very long piece needed.
  mutating func shrink() {
    guard symbols.capacity > 1 << 16 || heap.capacity > 1 << 16 else { return }
    self = WordMerger()
  }

  @inline(__always)
  private static func pair(
    _ left: Int32, _ right: Int32, _ lookup: MergeTable.Lookup
  ) -> UInt64 {
    guard let merge = lookup(left, right) else { return none }
    return UInt64(merge.rank) << 32 | UInt64(UInt32(bitPattern: merge.result))
  }

  private mutating func mergeBySearch(_ lookup: MergeTable.Lookup) {
    var count = symbols.count
    if pairs.count < Self.searchLimit {
      pairs = [UInt64](repeating: Self.none, count: Self.searchLimit)
    }
    symbols.withUnsafeMutableBufferPointer { symbols in
      pairs.withUnsafeMutableBufferPointer { pairs in
        for i in 0..<count - 1 { pairs[i] = Self.pair(symbols[i], symbols[i + 1], lookup) }
        while count > 1 {
          var best = 0
          var bestPair = pairs[0]
          for i in 1..<max(count - 1, 1) where pairs[i] < bestPair {
            (best, bestPair) = (i, pairs[i])
          }
          if bestPair == Self.none { break }
          symbols[best] = Int32(truncatingIfNeeded: bestPair)
          count -= 1
          for i in best + 1..<max(count, best + 1) {
            symbols[i] = symbols[i + 1]
            pairs[i - 1] = pairs[i]
          }
          if best > 0 {
            pairs[best - 1] = Self.pair(symbols[best - 1], symbols[best], lookup)
          }
          if best < count - 1 {
            pairs[best] = Self.pair(symbols[best], symbols[best + 1], lookup)
          }
        }
      }
    }
    symbols.removeSubrange(count...)
  }

  private mutating func mergeByHeap(_ lookup: MergeTable.Lookup) {
    let count = symbols.count
    previous = (-1..<Int32(count - 1)).map { $0 }
    next = (1..<Int32(count + 1)).map { $0 }
    next[count - 1] = -1
    heap.removeAll(keepingCapacity: true)
    for i in 0..<count - 1 {
      if let merge = lookup(symbols[i], symbols[i + 1]) {
        heap.append(UInt64(merge.rank) << 32 | UInt64(i))
      }
    }
    for i in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(from: i) }
    while let top = popLeast() {
      let left = Int(top & 0xFFFF_FFFF)
      let right = Int(next[left])
      // Pairs of symbols that were fused since are stale.
      guard symbols[left] >= 0, right >= 0, let merge = lookup(symbols[left], symbols[right]),
        UInt64(merge.rank) == top >> 32
      else { continue }
      symbols[left] = merge.result
      symbols[right] = -1
      let after = next[right]
      next[left] = after
      if after >= 0 {
        previous[Int(after)] = Int32(left)
        push(left, Int(after), lookup)
      }
      if previous[left] >= 0 { push(Int(previous[left]), left, lookup) }
    }
    symbols.removeAll { $0 < 0 }
  }

  private mutating func push(_ left: Int, _ right: Int, _ lookup: MergeTable.Lookup) {
    guard let merge = lookup(symbols[left], symbols[right]) else { return }
    heap.append(UInt64(merge.rank) << 32 | UInt64(left))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func popLeast() -> UInt64? {
    guard let least = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink(from: 0)
    }
    return least
  }

  private mutating func sink(from start: Int) {
    heap.withUnsafeMutableBufferPointer { heap in
      let item = heap[start]
      var parent = start
      while true {
        var child = 2 * parent + 1
        guard child < heap.count else { break }
        if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
        guard heap[child] < item else { break }
        heap[parent] = heap[child]
        parent = child
      }
      heap[parent] = item
    }
  }
}
