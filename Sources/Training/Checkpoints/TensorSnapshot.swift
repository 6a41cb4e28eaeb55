public import Compute
internal import Glibc
internal import Synchronization

/// Copies of float32 tensors in one block of memory that is used again from save to save.
///
/// Training goes on while a save writes what the tensors were. One thread at a time fills it, and not
/// while a save holds it: ``BackgroundSaver/finish()`` first.
public final class TensorSnapshot: @unchecked Sendable {
  // SAFETY (@unchecked Sendable): the block is written only by `arrange` and `fill` and through
  // `destination`, which trap while a save holds the snapshot, and read only by such a save.

  /// The copies, in the order in which they were arranged; their bytes are gone with the snapshot.
  public private(set) var tensors: [NamedTensor] = []
  private var block = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private let holders = Atomic<Int>(0)

  /// Bytes to which each tensor is aligned.
  private static let alignment = 64
  /// Bytes that a thread copies at a time.
  private static let pieceLength = 4 << 20

  public init() {}

  deinit { block.deallocate() }

  /// Bytes that are allocated.
  public var capacity: Int { block.count }

  /// Lays out memory for tensors, which hold nothing useful until they are filled.
  ///
  /// - Parameter layout: Names, unlike one another, and shapes.
  /// - Precondition: No save holds the snapshot.
  /// - Complexity: O(tensors), with an allocation only if the block is too small.
  public func arrange(_ layout: [(name: String, shape: [Int])]) {
    precondition(holders.load(ordering: .acquiring) == 0, "a save still reads the snapshot")
    var starts: [Int] = []
    var total = 0
    for (_, shape) in layout {
      starts.append(total)
      let end = total + NamedTensor.byteCount(ofShape: shape)
      total = (end + Self.alignment - 1) / Self.alignment * Self.alignment
    }
    reserve(total)
    tensors = zip(layout, starts).map { tensor, start in
      let end = start + NamedTensor.byteCount(ofShape: tensor.shape)
      return NamedTensor(
        name: tensor.name, shape: tensor.shape,
        bytes: UnsafeRawBufferPointer(rebasing: block[start..<end]))
    }
  }

  /// Where a tensor's numbers go, for whoever fetches them from a device.
  ///
  /// - Parameter index: Of the tensor in ``tensors``.
  /// - Returns: Its memory, row-major float32, until the next ``arrange(_:)``.
  /// - Precondition: No save holds the snapshot.
  public func destination(ofTensor index: Int) -> UnsafeMutableRawBufferPointer {
    precondition(holders.load(ordering: .acquiring) == 0, "a save still reads the snapshot")
    return UnsafeMutableRawBufferPointer(mutating: tensors[index].bytes)
  }

  /// Copies tensors, all threads together.
  ///
  /// - Parameters:
  ///   - sources: Names unlike one another.
  ///   - pool: Does the copying.
  /// - Precondition: No save holds the snapshot.
  /// - Complexity: O(bytes).
  public func fill(from sources: [NamedTensor], pool: WorkerPool) {
    arrange(sources.map { ($0.name, $0.shape) })
    var pieces: [(tensor: Int, range: Range<Int>)] = []
    for (index, source) in sources.enumerated() {
      for start in stride(from: 0, to: source.bytes.count, by: Self.pieceLength) {
        pieces.append((index, start..<min(start + Self.pieceLength, source.bytes.count)))
      }
    }
    pool.run(pieces.count) { task, _ in
      let (tensor, range) = pieces[task]
      UnsafeMutableRawBufferPointer(rebasing: destination(ofTensor: tensor)[range]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: sources[tensor].bytes[range]))
    }
  }

  private func reserve(_ count: Int) {
    guard block.count < count else { return }
    tensors = []
    block.deallocate()
    // Large blocks are aligned to 2 MiB, so that the kernel can back them by huge pages.
    let alignment = count >= 4 << 20 ? 2 << 20 : Self.alignment
    block = .allocate(byteCount: count, alignment: alignment)
    if alignment > Self.alignment { madvise(block.baseAddress, count, Int32(MADV_HUGEPAGE)) }
  }

  // MARK: Holding

  /// Forbids changes until ``release()``.
  func hold() { holders.add(1, ordering: .acquiringAndReleasing) }

  func release() { holders.subtract(1, ordering: .acquiringAndReleasing) }
}
