internal import Files

/// Digests of data files, remembered where reading again would take long.
struct ContentDigest {
  let cache: DigestCache
  let isCancelled: () -> Bool

  /// Files below this many bytes are read each time: thousands of small ones would push the large
  /// ones out of the cache, and each entry costs it a flush.
  private static let smallestRemembered = 16 << 20

  /// The digest of a file that is open.
  ///
  /// - Parameter file: The file; it must not change from its opening on.
  /// - Returns: Its SHA-256.
  /// - Throws: ``CorpusError``, if the file is another one by now too.
  func digest(of file: MappedFile) throws(CorpusError) -> SHA256Digest {
    let digest = try reading { () throws(FileError) in
      file.size < Self.smallestRemembered
        ? try SHA256Digest.digest(ofFile: file.path, shouldStop: isCancelled)
        : try cache.digest(ofFile: file.path, shouldStop: isCancelled)
    }
    guard let digest else { throw .cancelled }
    // What was hashed is what lies at the path; that must be what was opened.
    let now = try reading { () throws(FileError) in try MappedFile(path: file.path).identity }
    guard now == file.identity else { throw .file(.changed(path: file.path)) }
    return digest
  }
}
