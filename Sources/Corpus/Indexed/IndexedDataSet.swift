internal import Files

/// Documents of token ids in Megatron's format, an .idx file beside a .bin file, as Megatron-LM and
/// GPT-NeoX write and read it.
///
/// Opening checks the whole index against the ids' file: an index that lies is an error with the byte
/// where it does. Sequences must lie in the .bin file one behind the other, as every writer lays them
/// down. Both files are read, not mapped, so one that is cut short meanwhile is an error too.
public struct IndexedDataSet: Sendable {
  /// The .idx file.
  public let indexPath: String
  /// The .bin file.
  public let idsPath: String
  /// How ids are stored.
  public let type: TokenType
  public let sequenceCount: Int
  public let documentCount: Int
  /// Ids of all sequences.
  public let tokenCount: Int

  let tokens: TokenFile
  private let index: MappedFile

  /// Entries of the index that are read in one go.
  private static let blockLength = 1 << 16

  /// Opens a data set and checks it.
  ///
  /// - Parameter path: Path of the .idx or the .bin file, or of both without the ending.
  /// - Throws: ``CorpusError``.
  /// - Complexity: O(sequences), in a fixed amount of memory.
  public init(path: String) throws(CorpusError) {
    let prefix = IndexedLayout.prefix(of: path)
    indexPath = prefix + IndexedLayout.indexEnding
    idsPath = prefix + IndexedLayout.idsEnding
    let (indexPath, idsPath) = (indexPath, idsPath)
    index = try reading { () throws(FileError) in try MappedFile(path: indexPath) }
    let ids = try reading { () throws(FileError) in try MappedFile(path: idsPath) }
    let header = try Self.header(of: index)
    type = header.type
    sequenceCount = header.sequences
    documentCount = header.boundaries - 1
    tokens = TokenFile(file: ids, type: type)
    tokenCount = try Self.checkSequences(of: index, count: sequenceCount, type: type)
    guard ids.size == tokenCount * type.byteCount else {
      throw .malformedIndex(
        path: indexPath, offset: IndexedLayout.headerSize,
        problem: "its sequences take \(tokenCount * type.byteCount) bytes, but \(idsPath) has "
          + "\(ids.size)")
    }
    try Self.checkBoundaries(
      of: index, from: IndexedLayout.headerSize + 12 * sequenceCount, count: header.boundaries,
      sequences: sequenceCount)
  }

  /// Whether a path is that of a data set's .idx or .bin file.
  ///
  /// - Parameter path: Any path; nothing is opened.
  /// - Returns: What its ending says.
  public static func isIndexed(_ path: String) -> Bool { IndexedLayout.prefix(of: path) != path }

  // MARK: Reading

  /// How many ids a sequence has.
  ///
  /// - Parameter number: Below ``sequenceCount``.
  /// - Returns: What the index says.
  /// - Throws: ``CorpusError`` if the index was changed meanwhile.
  func length(of number: Int) throws(CorpusError) -> Int {
    precondition(number >= 0 && number < sequenceCount)
    let lengths = try Self.numbers(
      Int32.self, of: index, at: IndexedLayout.headerSize + 4 * number, count: 1)
    guard lengths[0] >= 0 else { throw .file(.changed(path: indexPath)) }
    return Int(lengths[0])
  }

  /// A sequence's ids.
  ///
  /// - Parameters:
  ///   - number: Below ``sequenceCount``.
  ///   - vocabularySize: Ids must be below this.
  /// - Returns: As many as the index says.
  /// - Throws: ``CorpusError`` if a file was changed meanwhile or an id is none.
  /// - Complexity: O(ids).
  public func sequence(
    _ number: Int, vocabularySize: Int = Int(Int32.max)
  ) throws(CorpusError) -> [Int32] {
    precondition(number >= 0 && number < sequenceCount)
    let length = try length(of: number)
    let offsets = try Self.numbers(
      Int64.self, of: index, at: IndexedLayout.headerSize + 4 * sequenceCount + 8 * number, count: 1
    )
    let start = Int(offsets[0]) / type.byteCount
    guard start >= 0, start + length <= tokenCount else {
      throw .file(.changed(path: indexPath))
    }
    var ids = [Int32](repeating: 0, count: length)
    let misfit = try ids.withUnsafeMutableBufferPointer { (ids) throws(CorpusError) in
      try reading { () throws(FileError) in
        try tokens.copy(from: start, into: ids, vocabularySize: vocabularySize)
      }
    }
    if let misfit {
      throw .idOutOfRange(
        path: idsPath, row: number, column: misfit.index - start, id: misfit.value,
        vocabularySize: vocabularySize)
    }
    return ids
  }

  /// The sequences of a document, one as a rule.
  ///
  /// - Parameter number: Below ``documentCount``.
  /// - Returns: Numbers of sequences.
  /// - Throws: ``CorpusError`` if the index was changed meanwhile.
  public func sequences(ofDocument number: Int) throws(CorpusError) -> Range<Int> {
    precondition(number >= 0 && number < documentCount)
    let bounds = try Self.numbers(
      Int64.self, of: index, at: IndexedLayout.headerSize + 12 * sequenceCount + 8 * number,
      count: 2)
    guard 0...Int64(sequenceCount) ~= bounds[0], bounds[0]...Int64(sequenceCount) ~= bounds[1]
    else {
      throw .file(.changed(path: indexPath))
    }
    return Int(bounds[0])..<Int(bounds[1])
  }

  /// The SHA-256 of both files.
  ///
  /// - Parameter digests: Remembers those of large files.
  /// - Returns: A digest that changes with either.
  /// - Throws: ``CorpusError``.
  func digest(by digests: ContentDigest) throws(CorpusError) -> SHA256Digest {
    SHA256Digest(
      of: "\(try digests.digest(of: index)) \(try digests.digest(of: tokens.file))")
  }

  /// Checks that both files are as long and as old as when they were opened.
  ///
  /// - Throws: ``CorpusError/file(_:)``.
  public func verifyUnchanged() throws(CorpusError) {
    try reading { () throws(FileError) in
      try index.verifyUnchanged()
      try tokens.file.verifyUnchanged()
    }
  }

  // MARK: Checking

  private static func header(
    of index: MappedFile
  ) throws(CorpusError) -> (type: TokenType, sequences: Int, boundaries: Int) {
    func refuse(_ offset: Int, _ problem: String) -> CorpusError {
      .malformedIndex(path: index.path, offset: offset, problem: problem)
    }
    guard index.size >= IndexedLayout.headerSize else {
      throw refuse(
        0, "\(index.size) bytes are less than the \(IndexedLayout.headerSize) of a header")
    }
    let bytes = try numbers(UInt8.self, of: index, at: 0, count: IndexedLayout.headerSize)
    guard bytes.starts(with: IndexedLayout.magic) else {
      throw refuse(0, "it does not begin with MMIDIDX")
    }
    func word(_ offset: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }
    guard word(9) == IndexedLayout.version else {
      throw refuse(9, "its version is \(word(9)); 1 is read")
    }
    guard let type = TokenType(indexCode: bytes[17]) else {
      throw refuse(17, "the type of its ids has the code \(bytes[17]), which is no integer type")
    }
    // Each sequence takes 12 bytes, each boundary 8; nothing is allocated before this holds.
    let room = UInt64(index.size - IndexedLayout.headerSize)
    guard word(18) <= room / 12, word(26) <= room / 8, 12 * word(18) + 8 * word(26) == room else {
      throw refuse(
        18,
        "\(word(18)) sequences and \(word(26)) document boundaries do not fill the "
          + "\(index.size) bytes of the file")
    }
    guard word(26) >= 1 else { throw refuse(26, "it has no document boundary, not even the first") }
    return (type, Int(word(18)), Int(word(26)))
  }

  /// Checks lengths and offsets.
  ///
  /// - Returns: Ids of all sequences.
  private static func checkSequences(
    of index: MappedFile, count: Int, type: TokenType
  ) throws(CorpusError) -> Int {
    var total = 0
    var first = 0
    while first < count {
      let block = min(blockLength, count - first)
      let lengthsAt = IndexedLayout.headerSize + 4 * first
      let offsetsAt = IndexedLayout.headerSize + 4 * count + 8 * first
      let lengths = try numbers(Int32.self, of: index, at: lengthsAt, count: block)
      let offsets = try numbers(Int64.self, of: index, at: offsetsAt, count: block)
      for i in 0..<block {
        guard lengths[i] >= 0 else {
          throw .malformedIndex(
            path: index.path, offset: lengthsAt + 4 * i,
            problem: "sequence \(first + i) has a length of \(lengths[i])")
        }
        // Below 2^31 times fewer than 2^60 entries, each at most 8 bytes: checked all the same.
        let (bytes, overflows) = total.multipliedReportingOverflow(by: type.byteCount)
        guard !overflows, offsets[i] == bytes else {
          throw .malformedIndex(
            path: index.path, offset: offsetsAt + 8 * i,
            problem: "sequence \(first + i) is said to begin at byte \(offsets[i]) of the ids, but "
              + "those before it end at \(bytes)")
        }
        total += Int(lengths[i])
      }
      first += block
    }
    guard !total.multipliedReportingOverflow(by: type.byteCount).overflow else {
      throw .malformedIndex(
        path: index.path, offset: IndexedLayout.headerSize, problem: "its lengths are impossible")
    }
    return total
  }

  private static func checkBoundaries(
    of index: MappedFile, from start: Int, count: Int, sequences: Int
  ) throws(CorpusError) {
    var last: Int64 = 0
    var first = 0
    while first < count {
      let block = min(blockLength, count - first)
      let bounds = try numbers(Int64.self, of: index, at: start + 8 * first, count: block)
      for i in 0..<block {
        guard bounds[i] >= last, bounds[i] <= sequences, first + i > 0 || bounds[i] == 0 else {
          throw .malformedIndex(
            path: index.path, offset: start + 8 * (first + i),
            problem: "document boundary \(first + i) is \(bounds[i]), after \(last) and with "
              + "\(sequences) sequences in all")
        }
        last = bounds[i]
      }
      first += block
    }
    guard last == sequences else {
      throw .malformedIndex(
        path: index.path, offset: start + 8 * (count - 1),
        problem: "the last document ends at sequence \(last) of \(sequences)")
    }
  }

  private static func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, of file: MappedFile, at offset: Int, count: Int
  ) throws(CorpusError) -> [Number] {
    let size = MemoryLayout<Number>.size
    let bytes = try reading { () throws(FileError) in
      try file.copiedBytes(in: offset..<offset + count * size)
    }
    return bytes.withUnsafeBytes { bytes in
      (0..<count).map {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: type))
      }
    }
  }
}
