internal import Files

/// Writes documents of token ids in Megatron's format, and can go on where it stopped.
///
/// Ids and lengths grow in a folder of the caller's; ``finish()`` moves the ids to their place and
/// writes the index, last, so that no index ever stands beside half of its ids. Every document is one
/// sequence, as Megatron's own tools write it. Memory does not grow with the number of documents.
public final class IndexedDataSetWriter {
  /// How much was written: what a later writer goes on from.
  public struct Position: Codable, Equatable, Sendable {
    public var documents = 0
    public var tokens = 0

    public init(documents: Int = 0, tokens: Int = 0) {
      self.documents = documents
      self.tokens = tokens
    }
  }

  /// How ids are stored.
  public let type: TokenType
  public private(set) var position: Position

  private let prefix: String
  private let ids: GrowingFile
  private let lengths: GrowingFile

  /// Starts, or goes on.
  ///
  /// - Parameters:
  ///   - prefix: Path of the files to come, without .idx and .bin.
  ///   - folder: Where they grow, on the same file system.
  ///   - type: How ids are stored; `uint32` has no code in the format.
  ///   - position: From where to go on.
  /// - Throws: ``CorpusError``.
  public init(
    prefix: String, workingIn folder: String, type: TokenType, from position: Position = Position()
  ) throws(CorpusError) {
    precondition(type.indexCode != nil, "Megatron's format has no code for \(type)")
    self.prefix = prefix
    self.type = type
    self.position = position
    let idsPath = "\(folder)/\(Self.idsName)"
    ids = try reading { () throws(FileError) in
      try GrowingFile(
        path: idsPath, keeping: position.tokens * type.byteCount,
        orFrom: prefix + IndexedLayout.idsEnding)
    }
    lengths = try reading { () throws(FileError) in
      try GrowingFile(path: "\(folder)/\(Self.lengthsName)", keeping: position.documents * 4)
    }
  }

  private static let idsName = "tokens.bin"
  private static let lengthsName = "lengths.bin"

  /// Appends a document.
  ///
  /// - Parameter document: Ids that `type` can hold, that of the document's end included if there
  ///   shall be one; fewer than 2³¹.
  /// - Throws: ``CorpusError``, when the disk is full above all.
  public func append(_ document: some Collection<Int32>) throws(CorpusError) {
    try append(document, lengths: CollectionOfOne(document.count))
  }

  /// Appends documents whose ids lie one behind the other.
  ///
  /// - Parameters:
  ///   - documents: All ids.
  ///   - counts: How many of them belong to each document.
  /// - Throws: ``CorpusError``, when the disk is full above all.
  func append(
    _ documents: some Collection<Int32>, lengths counts: some Collection<Int>
  ) throws(CorpusError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(documents.count * type.byteCount)
    switch type {
    case .uint8, .int8:
      for id in documents { bytes.append(UInt8(truncatingIfNeeded: id)) }
    case .int16, .uint16:
      for id in documents { appendLittleEndian(UInt16(truncatingIfNeeded: id), to: &bytes) }
    case .int32, .uint32: for id in documents { appendLittleEndian(id, to: &bytes) }
    case .int64: for id in documents { appendLittleEndian(Int64(id), to: &bytes) }
    }
    var stored: [UInt8] = []
    for count in counts { appendLittleEndian(Int32(count), to: &stored) }
    try reading { () throws(FileError) in
      try ids.append(bytes)
      try lengths.append(stored)
    }
    position.documents += counts.count
    position.tokens += documents.count
  }

  /// Brings everything to the disk.
  ///
  /// - Returns: From where a later writer may go on.
  /// - Throws: ``CorpusError``.
  @discardableResult
  public func sync() throws(CorpusError) -> Position {
    try reading { () throws(FileError) in
      try ids.sync()
      try lengths.sync()
    }
    return position
  }

  /// Makes both files appear in their places.
  ///
  /// A data set that lay there is replaced: its index goes first and the new one comes last.
  /// - Throws: ``CorpusError``.
  public func finish() throws(CorpusError) {
    try sync()
    let (index, bin) = (prefix + IndexedLayout.indexEnding, prefix + IndexedLayout.idsEnding)
    try reading { () throws(FileError) in
      try Folder.removeFile(index)
      try Folder.moveFile(ids.path, to: bin)
      let file = try AtomicFile(path: index)
      try writeIndex(to: file)
      try file.commit()
      try Folder.removeFile(lengths.path)
    }
  }

  private func writeIndex(to file: AtomicFile) throws(FileError) {
    var header = IndexedLayout.magic
    appendLittleEndian(IndexedLayout.version, to: &header)
    header.append(type.indexCode ?? 0)
    appendLittleEndian(UInt64(position.documents), to: &header)
    appendLittleEndian(UInt64(position.documents + 1), to: &header)
    try file.write(header)
    let stored = try MappedFile(path: lengths.path)
    try forEachBlock(of: stored) { (block) throws(FileError) in try file.write(block) }
    var offset: Int64 = 0
    try forEachBlock(of: stored) { (block) throws(FileError) in
      var offsets: [UInt8] = []
      offsets.reserveCapacity(2 * block.count)
      for start in stride(from: 0, to: block.count, by: 4) {
        appendLittleEndian(offset, to: &offsets)
        let length = (0..<4).reduce(UInt32(0)) { $0 | UInt32(block[start + $1]) << UInt32(8 * $1) }
        offset += Int64(length) * Int64(type.byteCount)
      }
      try file.write(offsets)
    }
    var boundaries: [UInt8] = []
    for document in 0...position.documents {
      appendLittleEndian(Int64(document), to: &boundaries)
      if boundaries.count >= Self.blockSize || document == position.documents {
        try file.write(boundaries)
        boundaries.removeAll(keepingCapacity: true)
      }
    }
  }

  private static let blockSize = 1 << 18

  private func forEachBlock(
    of file: MappedFile, _ body: ([UInt8]) throws(FileError) -> Void
  ) throws(FileError) {
    for start in stride(from: 0, to: file.size, by: Self.blockSize) {
      try body(try file.copiedBytes(in: start..<min(start + Self.blockSize, file.size)))
    }
  }
}
