internal import Glibc

/// A folder that results go to, checked before the work that produces them.
public struct OutputFolder: Sendable, Equatable {
  public let path: String

  /// Creates the folder if need be and proves that files can be written to it.
  ///
  /// - Parameters:
  ///   - path: The folder; missing parents are made too.
  ///   - requiredBytes: Space that must be free for this user.
  /// - Throws: ``FileError`` naming the folder and what keeps it from being written.
  public init(preparing path: String, requiredBytes: Int = 0) throws(FileError) {
    self.path = path
    try Self.makeFolders(path)
    let free = try Folder.freeBytes(at: path)
    if free < requiredBytes {
      throw .tooLittleSpace(path: path, required: requiredBytes, free: free)
    }
    // Permissions, quotas and read-only mounts only show when something is written.
    let number = try Self.openProbe(in: path)
    defer { close(number) }
    let block = [UInt8](repeating: 0, count: 4096)
    guard write(number, block, block.count) == block.count, fsync(number) == 0 else {
      throw .fromSystem("write to", path, errno == 0 ? ENOSPC : errno)
    }
  }

  /// Creates a folder and its missing parents.
  ///
  /// - Parameter path: The folder; it may exist.
  /// - Throws: ``FileError``; ``FileError/notAFolder(path:)`` if a file is in the way.
  public static func makeFolders(_ path: String) throws(FileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw .notFound(path: path) }
    if mkdir(path, 0o777) == 0 { return }
    var code = errno
    if code == ENOENT {
      let parent = folderOfPath(withoutTrailingSlashes(path))
      if parent != "." && parent != path {
        try makeFolders(parent)
        if mkdir(path, 0o777) == 0 { return }
        code = errno
      }
    }
    var status = stat()
    if code == EEXIST || code == EISDIR, stat(path, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR { return }
      throw .notAFolder(path: path)
    }
    if code == ENOTDIR { throw .notAFolder(path: folderOfPath(withoutTrailingSlashes(path))) }
    throw .system(operation: "create the folder", path: path, code: code)
  }

  /// A file without a name where the file system has such, else one that is unlinked at once.
  private static func openProbe(in path: String) throws(FileError) -> Int32 {
    // A process that dies before the next line leaves what a sweep knows.
    let probe = "\(path)/\(TemporaryName(for: "probe", .partial).text)"
    let number = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw .fromSystem("create a file in", path, errno) }
    unlink(probe)
    return number
  }

  private static func withoutTrailingSlashes(_ path: String) -> String {
    var bytes = Substring(path)
    while bytes.utf8.count > 1, bytes.utf8.last == UInt8(ascii: "/") { bytes.removeLast() }
    return String(bytes)
  }
}
