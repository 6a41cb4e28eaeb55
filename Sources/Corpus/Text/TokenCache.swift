internal import Files
internal import Glibc
internal import OrderedJSON

/// A folder with a data set's tokens, made once and used again while everything that decides them is
/// the same.
///
/// It holds `tokens.bin` (ids, each document's followed by the end-of-document id), `documents.bin`
/// (where each document ends, in ids, little-endian int64) and `index.json`, which names key, counts
/// and digests.
struct TokenCache {
  let folder: String
  let key: SHA256Digest

  static let tokensName = "tokens.bin"
  static let documentsName = "documents.bin"
  static let indexName = "index.json"
  private static let maximumIndexSize = 1 << 16

  /// Names a data set's folder.
  ///
  /// - Parameters:
  ///   - parent: Where caches lie.
  ///   - name: The data set's; what could lead out of `parent` is replaced.
  ///   - key: Of all that decides the tokens.
  init(in parent: String, name: String, key: SHA256Digest) {
    let stem = name.utf8.prefix(100).map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        byte
      default: UInt8(ascii: "_")
      }
    }
    folder = "\(parent)/\(String(decoding: stem, as: UTF8.self))-\(key.hex.prefix(16))"
    self.key = key
  }

  /// What was found.
  enum Content {
    case absent
    /// The reason is a clause.
    case broken(reason: String)
    case sound(Index, tokens: TokenFile)
  }

  /// Opens the folder and checks everything in it.
  ///
  /// - Parameter digests: For the digests of the files.
  /// - Returns: What was found.
  /// - Throws: ``CorpusError`` if that cannot be told: on request to stop, or for files that are
  ///   there and cannot be read.
  func open(digests: ContentDigest) throws(CorpusError) -> Content {
    switch AtomicFolder.occupant(of: folder) {
    case .nothing, .emptyFolder: return .absent
    case .other: throw .file(.notAFolder(path: folder))
    case .folder: break
    }
    do throws(CorpusError) {
      return try check(digests: digests)
    } catch .file(.notFound(let path)) {
      return .broken(reason: "\(path) is missing")
    }
  }

  private func check(digests: ContentDigest) throws(CorpusError) -> Content {
    guard let index = try readIndex() else { return .broken(reason: "index.json is damaged") }
    guard index.key == key.hex else { return .broken(reason: "it was made from something else") }
    let tokens = try map(Self.tokensName)
    let documents = try map(Self.documentsName)
    let counts = index.statistics
    guard Self.isSize(tokens.size, of: counts.tokens, with: index.type.byteCount) else {
      return .broken(reason: "tokens.bin has \(tokens.size) bytes for \(counts.tokens) tokens")
    }
    guard Self.isSize(documents.size, of: counts.documents, with: 8) else {
      return .broken(
        reason: "documents.bin has \(documents.size) bytes for \(counts.documents) documents")
    }
    guard try digests.digest(of: tokens).hex == index.tokensDigest else {
      return .broken(reason: "tokens.bin is not what was written")
    }
    guard try digests.digest(of: documents).hex == index.documentsDigest else {
      return .broken(reason: "documents.bin is not what was written")
    }
    return .sound(index, tokens: TokenFile(file: tokens, type: index.type))
  }

  /// Removes the files that a cache has, and the folder if nothing else is in it.
  func discard() {
    for name in [Self.indexName, Self.tokensName, Self.documentsName] {
      unlink("\(folder)/\(name)")
    }
    rmdir(folder)
  }

  private func map(_ name: String) throws(CorpusError) -> MappedFile {
    try reading { () throws(FileError) in try MappedFile(path: "\(folder)/\(name)") }
  }

  private func readIndex() throws(CorpusError) -> Index? {
    let file = try map(Self.indexName)
    guard file.size <= Self.maximumIndexSize else { return nil }
    var bytes = [UInt8](repeating: 0, count: file.size)
    let isRead = bytes.withUnsafeMutableBytes { (try? file.copyBytes(into: $0, from: 0)) != nil }
    guard isRead, let value = try? JSONValue(parsing: bytes) else { return nil }
    return Index(value)
  }

  private static func isSize(_ size: Int, of count: Int, with bytes: Int) -> Bool {
    let (product, overflow) = count.multipliedReportingOverflow(by: bytes)
    return !overflow && count >= 0 && size == product
  }
}
