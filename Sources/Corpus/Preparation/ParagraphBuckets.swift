internal import Dispatch
internal import Files
internal import Synchronization

/// Hashes of all paragraphs on the disk, parted by their first bits, so that each part can be sorted
/// in memory: an external sort, exact up to equal hashes of different paragraphs (``TextHash``).
///
/// An entry is the hash and the number of the text that the paragraph stands in, two little-endian
/// u64.
final class ParagraphBuckets {
  static let count = 64
  private static let entrySize = 16
  /// Bytes of entries that are sorted at once.
  private static let maximumSortedSize = 64 << 20

  private let files: [GrowingFile]

  /// Opens the buckets.
  ///
  /// - Parameters:
  ///   - folder: Where they lie.
  ///   - sizes: Bytes of each that are kept.
  /// - Throws: ``CorpusError``.
  init(in folder: String, keeping sizes: [Int]) throws(CorpusError) {
    var files: [GrowingFile] = []
    for (number, size) in sizes.enumerated() {
      files.append(
        try reading { () throws(FileError) in
          try GrowingFile(
            path: Self.path(number, in: folder), keeping: size, bufferSize: 1 << 16)
        })
    }
    self.files = files
  }

  private static func path(_ number: Int, in folder: String) -> String {
    "\(folder)/paragraphs-\(number).bin"
  }

  /// Adds the paragraphs of a text.
  ///
  /// - Parameters:
  ///   - hashes: One per paragraph.
  ///   - document: The text's number.
  /// - Throws: ``CorpusError``.
  func add(_ hashes: some Sequence<UInt64>, document: Int) throws(CorpusError) {
    for hash in hashes {
      try reading { () throws(FileError) in
        try files[Int(hash >> 58)].append(hash, UInt64(document))
      }
    }
  }

  /// Brings everything to the disk.
  ///
  /// - Returns: Bytes of each bucket.
  /// - Throws: ``CorpusError``.
  func sync() throws(CorpusError) -> [Int] {
    for file in files { try reading { () throws(FileError) in try file.sync() } }
    return files.map(\.byteCount)
  }

  /// Gives everything to the system, to be read from the files.
  ///
  /// - Returns: Bytes of each bucket.
  /// - Throws: ``CorpusError``.
  func flush() throws(CorpusError) -> [Int] {
    for file in files { try reading { () throws(FileError) in try file.flush() } }
    return files.map(\.byteCount)
  }

  // MARK: Counting

  /// A paragraph that stands too often, and the number of the text where it stands first.
  struct Frequent: Equatable, Sendable {
    let hash: UInt64
    let firstDocument: UInt64
  }

  /// Finds the paragraphs that stand more often than a limit.
  ///
  /// - Parameters:
  ///   - folder: Where the buckets lie.
  ///   - sizes: Bytes of each.
  ///   - limit: How often a paragraph may stand.
  ///   - threads: Most threads to use.
  ///   - isCancelled: Asked between buckets.
  ///   - receive: Takes those of one bucket, sorted by hash, buckets in order.
  /// - Throws: ``CorpusError``.
  /// - Complexity: O(n log n) in paragraphs; at most 64 MB of memory per thread.
  static func findFrequent(
    in folder: String, sizes: [Int], above limit: Int, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool,
    receive: @escaping ([Frequent]) throws(CorpusError) -> Void
  ) throws(CorpusError) {
    var next = 0
    let pipeline = OrderedPipeline<Int, [Frequent]>(
      isCancelled: isCancelled,
      take: { () throws(CorpusError) in
        defer { next += 1 }
        return next < count ? (next, 1) : nil
      },
      work: { (number) throws(CorpusError) in
        try frequent(path: path(number, in: folder), number, size: sizes[number], above: limit)
      },
      receive: receive)
    try pipeline.run(threads: threads)
  }

  private static func frequent(
    path: String, _ number: Int, size: Int, above limit: Int
  ) throws(CorpusError) -> [Frequent] {
    let file = try reading { () throws(FileError) in try MappedFile(path: path) }
    guard file.size >= size, size.isMultiple(of: entrySize) else {
      throw .file(.endsEarly(path: path, offset: file.size))
    }
    // A bucket of a very large corpus is sorted in parts, each a range of hashes.
    let parts = UInt64(size / maximumSortedSize + 1)
    var found: [Frequent] = []
    for part in 0..<parts {
      var entries = try entries(of: file, size: size, part: part, of: parts)
      entries.sort { $0.hash != $1.hash ? $0.hash < $1.hash : $0.firstDocument < $1.firstDocument }
      var start = 0
      while start < entries.count {
        var end = start + 1
        while end < entries.count, entries[end].hash == entries[start].hash { end += 1 }
        if end - start > limit { found.append(entries[start]) }
        start = end
      }
    }
    return found
  }

  private static func entries(
    of file: MappedFile, size: Int, part: UInt64, of parts: UInt64
  ) throws(CorpusError) -> [Frequent] {
    var entries: [Frequent] = []
    entries.reserveCapacity(size / entrySize / Int(parts) * 5 / 4)
    for start in stride(from: 0, to: size, by: 1 << 20) {
      let bytes = try reading { () throws(FileError) in
        try file.copiedBytes(in: start..<min(start + (1 << 20), size))
      }
      bytes.withUnsafeBytes { bytes in
        for offset in stride(from: 0, to: bytes.count, by: entrySize) {
          let hash = UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
          guard (hash << 6).multipliedFullWidth(by: parts).high == part else { continue }
          entries.append(
            Frequent(
              hash: hash,
              firstDocument: UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))))
        }
      }
    }
    return entries
  }
}
