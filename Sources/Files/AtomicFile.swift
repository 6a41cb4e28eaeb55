internal import Glibc

/// A file that appears whole or not at all.
///
/// Bytes go to a temporary file in the same folder, whose name begins with a dot; ``commit()``
/// flushes it to the disk, renames it and flushes the folder. Without a commit the temporary file is
/// removed with the object, and whatever had the name before is untouched.
///
/// Not for use from several threads at once.
public final class AtomicFile {
  /// Where the file will appear.
  public let path: String
  private let temporaryPath: String
  private var descriptor: FileDescriptor?
  private var pending: [UInt8] = []
  private var hasher: SHA256Hasher?
  private var byteCount = 0
  private static let bufferSize = 1 << 20

  /// Opens the temporary file.
  ///
  /// - Parameters:
  ///   - path: Where the file shall appear; its folder exists.
  ///   - isHashed: Whether ``fingerprint`` will be asked for.
  /// - Throws: ``FileError``.
  public init(path: String, isHashed: Bool = false) throws(FileError) {
    self.path = path
    if isHashed { hasher = SHA256Hasher() }
    let folder = folderOfPath(path)
    temporaryPath = "\(folder)/\(TemporaryName(for: nameOfPath(path), .partial).text)"
    let number = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard number >= 0 else { throw .fromSystem("create a file in", folder, errno) }
    descriptor = FileDescriptor(owning: number, path: path)
  }

  deinit {
    if descriptor != nil { unlink(temporaryPath) }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError``, when the disk is full above all.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if bytes.count < Self.bufferSize - pending.count {
      pending.append(contentsOf: bytes)
      return
    }
    try flushPending()
    if bytes.count < Self.bufferSize {
      pending.append(contentsOf: bytes)
    } else {
      try writeOut(bytes)
    }
  }

  /// Appends an array.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (all) throws(FileError) in
      try write(UnsafeRawBufferPointer(all))
    }
  }

  /// Appends a text as UTF-8.
  public func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

  /// Makes the file appear under its name.
  ///
  /// - Throws: ``FileError``; nothing appears then.
  public func commit() throws(FileError) {
    guard let descriptor else { preconditionFailure("a file is committed once") }
    try flushPending()
    guard fsync(descriptor.number) == 0 else { throw .fromSystem("flush", path, errno) }
    guard rename(temporaryPath, path) == 0 else { throw .fromSystem("write", path, errno) }
    self.descriptor = nil
    try flushFolder(folderOfPath(path))
  }

  /// Length and digest of what the system has taken so far, all of it after ``commit()``; `nil`
  /// unless hashing was asked for.
  public var fingerprint: FileFingerprint? {
    hasher.map { FileFingerprint(byteCount: byteCount, digest: $0.finalize()) }
  }

  /// Writes a whole file in one go.
  ///
  /// - Parameters:
  ///   - bytes: The content.
  ///   - path: Where the file shall appear; its folder exists.
  /// - Throws: ``FileError``.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  /// Writes a text as UTF-8 in one go.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  private func flushPending() throws(FileError) {
    guard !pending.isEmpty else { return }
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    try bytes.withUnsafeBufferPointer { (all) throws(FileError) in
      try writeOut(UnsafeRawBufferPointer(all))
    }
  }

  private func writeOut(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    guard let descriptor else { preconditionFailure("nothing is written after the commit") }
    var done = 0
    while done < bytes.count {
      // Where bytes are hashed, in pieces, so that the hasher finds them in the processor's cache.
      let piece = hasher == nil ? bytes.count - done : min(bytes.count - done, Self.bufferSize)
      let count = Glibc.write(descriptor.number, bytes.baseAddress.map { $0 + done }, piece)
      if count < 0 {
        if errno == EINTR { continue }
        throw .fromSystem("write", path, errno)
      }
      hasher?.update(UnsafeRawBufferPointer(rebasing: bytes[done..<(done + count)]))
      byteCount += count
      done += count
    }
  }
}

/// The folder part of a path, `"."` if it has none.
///
/// - Parameter path: A path to a file.
/// - Returns: Everything before the last `/`.
func folderOfPath(_ path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Flushes a folder's entries to the disk, so that a rename survives a power cut.
///
/// - Parameter path: The folder.
/// - Throws: ``FileError``; file systems that cannot flush folders are no error.
func flushFolder(_ path: String) throws(FileError) {
  let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard number >= 0 else { throw .fromSystem("open", path, errno) }
  defer { close(number) }
  if fsync(number) != 0 && errno != EINVAL && errno != EROFS {
    throw .fromSystem("flush", path, errno)
  }
}
