internal import Files

/// The files that grow while documents are read.
struct PreparationSpools {
  let texts: GrowingFile
  let hashes: GrowingFile
  let problems: GrowingFile
  let buckets: ParagraphBuckets
  var known = HashSet64()

  /// Opens or makes them.
  ///
  /// - Parameters:
  ///   - folder: Where they lie.
  ///   - state: How much of them is sound.
  /// - Throws: ``CorpusError``.
  init(_ folder: PreparationFolder, _ state: PreparationState) throws(CorpusError) {
    let documents = state.spooled.documents
    (texts, hashes, problems) = try reading { () throws(FileError) in
      (
        try GrowingFile(path: folder.textsPath, keeping: state.spooled.bytes),
        try GrowingFile(path: folder.hashesPath, keeping: documents * 8),
        try GrowingFile(
          path: folder.problemsPath, keeping: state.problemBytes, bufferSize: 1 << 16)
      )
    }
    buckets = try ParagraphBuckets(in: folder.path, keeping: state.buckets)
    guard documents > 0 else { return }
    let path = folder.hashesPath
    let file = try reading { () throws(FileError) in try MappedFile(path: path) }
    for start in stride(from: 0, to: documents * 8, by: 1 << 20) {
      let bytes = try reading { () throws(FileError) in
        try file.copiedBytes(in: start..<min(start + (1 << 20), documents * 8))
      }
      bytes.withUnsafeBytes { bytes in
        for offset in stride(from: 0, to: bytes.count, by: 8) {
          let hash = UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
          // A file that somebody changed costs duplicates, not the process.
          _ = known.insert(max(1, hash))
        }
      }
    }
  }

  /// Gives everything to the system, to be read from the files, and forgets the hashes.
  ///
  /// - Returns: Bytes of each bucket.
  /// - Throws: ``CorpusError``.
  mutating func flush() throws(CorpusError) -> [Int] {
    known = HashSet64()
    try reading { () throws(FileError) in
      try texts.flush()
      try hashes.flush()
      try problems.flush()
    }
    return try buckets.flush()
  }

  /// Brings everything to the disk.
  ///
  /// - Returns: Bytes of each bucket.
  /// - Throws: ``CorpusError``.
  func sync() throws(CorpusError) -> [Int] {
    try reading { () throws(FileError) in
      try texts.sync()
      try hashes.sync()
      try problems.sync()
    }
    return try buckets.sync()
  }
}
