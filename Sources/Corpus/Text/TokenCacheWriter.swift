internal import Files
internal import OrderedJSON

/// Takes a data set's ids in order and writes them to a cache's files.
final class TokenCacheWriter {
  private let folder: AtomicFolder
  private let tokens: AtomicFile
  private let documents: AtomicFile
  private let key: SHA256Digest
  private let type: TokenType
  private var tokensHasher = SHA256Hasher()
  private var documentsHasher = SHA256Hasher()
  private(set) var statistics = TextStatistics()

  /// Makes the folder's temporary forerunner.
  ///
  /// - Parameters:
  ///   - cache: What is to appear.
  ///   - type: How ids are stored.
  /// - Throws: ``FileError``.
  init(for cache: TokenCache, type: TokenType) throws(FileError) {
    folder = try AtomicFolder(path: cache.folder)
    tokens = try AtomicFile(path: "\(folder.temporaryPath)/\(TokenCache.tokensName)")
    documents = try AtomicFile(path: "\(folder.temporaryPath)/\(TokenCache.documentsName)")
    key = cache.key
    self.type = type
  }

  /// Appends documents.
  ///
  /// - Throws: ``FileError``, when the disk is full above all.
  func append(_ portion: DocumentEncoding.EncodedPortion) throws(FileError) {
    let ids = stored(portion.ids)
    tokensHasher.update(ids)
    try tokens.write(ids)
    let ends = portion.ends.flatMap { littleEndianBytes(of: UInt64(statistics.tokens + $0)) }
    documentsHasher.update(ends)
    try documents.write(ends)
    statistics.documents += portion.ends.count
    statistics.emptyDocuments += portion.emptyDocuments
    statistics.tokens += portion.ids.count
    statistics.textBytes += portion.textBytes
  }

  /// Makes the folder appear.
  ///
  /// - Throws: ``FileError``; nothing appears then.
  func commit() throws(FileError) {
    try tokens.commit()
    try documents.commit()
    let index = TokenCache.Index(
      key: key.hex, type: type, statistics: statistics, tokensDigest: tokensHasher.finalize().hex,
      documentsDigest: documentsHasher.finalize().hex)
    let indexPath = "\(folder.temporaryPath)/\(TokenCache.indexName)"
    try AtomicFile.write(index.json.serialized(indent: 1) + "\n", to: indexPath)
    try folder.commit()
  }

  private func stored(_ ids: [Int32]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: ids.count * type.byteCount) { bytes, count in
      let raw = UnsafeMutableRawBufferPointer(bytes)
      for (index, id) in ids.enumerated() {
        // A tokenizer's ids are below its vocabulary size, from which the width was chosen.
        if type == .uint16 {
          raw.storeBytes(of: UInt16(id).littleEndian, toByteOffset: index * 2, as: UInt16.self)
        } else {
          raw.storeBytes(of: UInt32(id).littleEndian, toByteOffset: index * 4, as: UInt32.self)
        }
      }
      count = ids.count * type.byteCount
    }
  }

  private func littleEndianBytes(of number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}
