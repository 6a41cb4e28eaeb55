public import Files

/// Rows of token ids that were packed beforehand; a sample is a row.
///
/// A file holds little-endian ids and nothing else, rows of T + 1 ids in order. A sample's id is its
/// row, counted over all files in their order.
public struct PackedSource: TokenSource {
  public let name: String
  public let sampleCount: Int
  public let sequenceLength: Int
  public let digest: SHA256Digest
  /// Ids are below this.
  public let vocabularySize: Int

  let files: [TokenFile]
  /// Rows before each file.
  private let firstRows: [Int]

  /// Opens files of packed ids.
  ///
  /// - Parameters:
  ///   - name: The data set's name.
  ///   - files: Paths, at least one.
  ///   - type: How the ids are stored.
  ///   - sequenceLength: T, at least 1; a row has T + 1 ids.
  ///   - vocabularySize: Ids must be below this.
  ///   - digests: Remembers the files' digests, so that large ones are read once.
  ///   - isCancelled: Asked while files are read for their digest.
  /// - Throws: ``CorpusError``.
  /// - Complexity: O(bytes) for files whose digest is not known yet. Ids are checked whenever a
  ///   sample is copied, and all at once by ``checkIDs(threads:isCancelled:)``.
  public init(
    name: String, files: [String], type: TokenType, sequenceLength: Int, vocabularySize: Int,
    digests: DigestCache = DigestCache(path: nil), isCancelled: @escaping () -> Bool = { false }
  ) throws(CorpusError) {
    precondition(sequenceLength >= 1 && vocabularySize >= 1)
    guard !files.isEmpty else { throw .noFiles(source: name) }
    let rowIDs = sequenceLength + 1
    var opened: [TokenFile] = []
    var firstRows: [Int] = []
    var rows = 0
    var hasher = SHA256Hasher()
    hasher.update("cpteval packed 1\n\(type.rawValue) \(sequenceLength)\n")
    for path in files {
      let mapped = try reading { () throws(FileError) in try MappedFile(path: path) }
      guard mapped.size > 0 else { throw .emptyFile(path: path) }
      guard mapped.size.isMultiple(of: rowIDs * type.byteCount) else {
        throw .brokenRow(
          path: path, size: mapped.size, rowIDs: rowIDs, idBytes: type.byteCount)
      }
      hasher.update(
        try ContentDigest(cache: digests, isCancelled: isCancelled).digest(of: mapped).hex + "\n")
      let file = TokenFile(file: mapped, type: type)
      opened.append(file)
      firstRows.append(rows)
      rows += file.count / rowIDs
    }
    self.name = name
    self.sequenceLength = sequenceLength
    self.vocabularySize = vocabularySize
    self.files = opened
    self.firstRows = firstRows
    sampleCount = rows
    digest = hasher.finalize()
  }

  public func copySample(
    _ id: Int, into ids: UnsafeMutableBufferPointer<Int32>
  ) throws(CorpusError) {
    precondition(id >= 0 && id < sampleCount && ids.count == sequenceLength + 1)
    let index = fileIndex(ofRow: id)
    let row = id - firstRows[index]
    let misfit = try reading { () throws(FileError) in
      try files[index].copy(
        from: row * (sequenceLength + 1), into: ids, vocabularySize: vocabularySize)
    }
    if let misfit { throw error(for: misfit, in: files[index]) }
  }

  public func verifyUnchanged() throws(CorpusError) {
    for file in files { try reading { () throws(FileError) in try file.file.verifyUnchanged() } }
  }

  /// What an id outside the vocabulary is reported as.
  func error(for misfit: TokenFile.Misfit, in file: TokenFile) -> CorpusError {
    let (row, column) = misfit.index.quotientAndRemainder(dividingBy: sequenceLength + 1)
    return .idOutOfRange(
      path: file.file.path, row: row, column: column, id: misfit.value,
      vocabularySize: vocabularySize)
  }

  /// The last file that starts at or before a row, by halving.
  private func fileIndex(ofRow row: Int) -> Int {
    var (low, high) = (0, firstRows.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstRows[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }
}
