/// A growing list of token ids in memory of its own, for loops that cannot afford an array's checks.
final class TokenBuffer {
  private var base: UnsafeMutablePointer<Int32>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 1024
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  func removeAll() {
    // A single huge text must not hold its memory for ever.
    if capacity > 1 << 20 {
      base.deallocate()
      capacity = 1024
      base = .allocate(capacity: capacity)
    }
    count = 0
  }

  @inline(__always)
  func append(_ id: Int32) {
    if count == capacity { grow(to: count + 1) }
    base[count] = id
    count += 1
  }

  func append(contentsOf ids: UnsafeBufferPointer<Int32>) {
    if count + ids.count > capacity { grow(to: count + ids.count) }
    for id in ids {
      base[count] = id
      count += 1
    }
  }

  func append(contentsOf ids: [Int32]) {
    ids.withUnsafeBufferPointer { append(contentsOf: $0) }
  }

  /// Makes room for ids that the caller writes itself; `advance` then says how many they were.
  ///
  /// - Parameter room: How many ids may be written.
  /// - Returns: Where the next id goes.
  @inline(__always)
  func reserve(_ room: Int) -> UnsafeMutablePointer<Int32> {
    if count + room > capacity { grow(to: count + room) }
    return base + count
  }

  @inline(__always)
  func advance(by written: Int) { count += written }

  var ids: UnsafeBufferPointer<Int32> { UnsafeBufferPointer(start: base, count: count) }

  private func grow(to needed: Int) {
    let larger = max(needed, capacity * 2)
    let moved = UnsafeMutablePointer<Int32>.allocate(capacity: larger)
    moved.update(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = larger
  }
}
