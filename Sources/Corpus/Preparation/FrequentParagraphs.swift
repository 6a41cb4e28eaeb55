internal import Files

/// The paragraphs that stand too often, in a file that is looked up without being loaded.
final class FrequentParagraphs: Sendable {
  private let file: MappedFile
  let count: Int
  /// A bit per range of hashes; most paragraphs are seen here not to be among them.
  private let mayHold: [UInt64]

  private static let bitCount = 23
  private static let entrySize = 16

  /// Opens the file.
  ///
  /// - Parameter path: Entries of ``ParagraphBuckets/Frequent``, sorted by hash.
  /// - Throws: ``CorpusError``.
  init(path: String) throws(CorpusError) {
    file = try reading { () throws(FileError) in try MappedFile(path: path) }
    count = file.size / Self.entrySize
    var bits = [UInt64](repeating: 0, count: 1 << (Self.bitCount - 6))
    for index in 0..<count {
      let bit = Int(Self.hash(in: file, at: index) >> UInt64(64 - Self.bitCount))
      bits[bit >> 6] |= 1 << UInt64(bit & 63)
    }
    mayHold = bits
  }

  private static func hash(in file: MappedFile, at index: Int) -> UInt64 {
    UInt64(
      littleEndian: file.bytes.loadUnaligned(
        fromByteOffset: index * entrySize, as: UInt64.self))
  }

  /// The number of the text in which a paragraph stands first; `nil` if it is not too frequent.
  ///
  /// - Parameter hash: The paragraph's.
  /// - Returns: A text's number.
  /// - Complexity: O(log n) where n paragraphs are too frequent, O(1) for most others.
  func firstDocument(of hash: UInt64) -> Int? {
    let bit = Int(hash >> UInt64(64 - Self.bitCount))
    guard mayHold[bit >> 6] & 1 << UInt64(bit & 63) != 0 else { return nil }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Self.hash(in: file, at: middle) < hash { low = middle + 1 } else { high = middle }
    }
    guard low < count, Self.hash(in: file, at: low) == hash else { return nil }
    return Int(
      truncatingIfNeeded: UInt64(
        littleEndian: file.bytes.loadUnaligned(
          fromByteOffset: low * Self.entrySize + 8, as: UInt64.self)))
  }

  /// Writes the file.
  ///
  /// - Parameters:
  ///   - frequent: Sorted by hash.
  ///   - file: Receives them at its end.
  /// - Throws: ``CorpusError``.
  static func append(
    _ frequent: [ParagraphBuckets.Frequent], to file: AtomicFile
  ) throws(CorpusError) {
    var bytes: [UInt8] = []
    for entry in frequent {
      appendLittleEndian(entry.hash, to: &bytes)
      appendLittleEndian(entry.firstDocument, to: &bytes)
    }
    try reading { () throws(FileError) in try file.write(bytes) }
  }
}
