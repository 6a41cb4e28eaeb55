internal import Compute
internal import Glibc

/// Float32 memory aligned as kernels like it, owned by one object.
final class FloatMemory: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): whoever shares it gives each thread a part of its own to write.

  let base: UnsafeMutablePointer<Float>
  let count: Int

  /// Memory for numbers, all 0.
  convenience init(count: Int) {
    self.init(uninitialized: count)
    base.initialize(repeating: 0, count: count)
  }

  /// Memory filled with standard normal numbers.
  convenience init(count: Int, seed: UInt64) {
    self.init(uninitialized: count)
    // One block is drawn and repeated: no kernel is faster or slower for it.
    let block = min(count, 1 << 16)
    PhiloxGenerator(seed: seed).fillNormal(
      stream: 0, start: 0, deviation: 1,
      into: UnsafeMutableBufferPointer(start: base, count: block))
    for start in stride(from: block, to: count, by: max(block, 1)) {
      (base + start).update(from: base, count: min(block, count - start))
    }
  }

  /// What was mapped, with room for the alignment.
  private let mapping: UnsafeMutableRawPointer
  private let mappedBytes: Int

  /// Mapped and unmapped by itself: an allocator would keep some of it, and the peak of memory that is
  /// measured next would count it.
  private init(uninitialized count: Int) {
    let alignment = 2 << 20
    let bytes = max(count, 16) * MemoryLayout<Float>.stride
    mappedBytes = bytes + alignment
    guard
      let start = mmap(
        nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED
    else { preconditionFailure("no memory for \(bytes) bytes") }
    mapping = start
    let raw = start.alignedUp(toMultipleOf: alignment)
    madvise(raw, bytes, Int32(MADV_HUGEPAGE))
    base = raw.bindMemory(to: Float.self, capacity: max(count, 16))
    self.count = count
  }

  deinit { munmap(mapping, mappedBytes) }

  var numbers: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }
}
