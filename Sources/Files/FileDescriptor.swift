internal import Glibc

/// What tells a file from every other one, and one state of it from the next.
public struct FileIdentity: Hashable, Sendable {
  public let device: UInt64
  public let inode: UInt64
  /// Bytes.
  public let size: Int
  /// Time of the last change of the content, in nanoseconds since 1970.
  public let modified: Int64
  /// Time of the last change of content or attributes, in nanoseconds since 1970.
  public let statusChanged: Int64

  /// Looks at a plain file, or at the one that a symbolic link points to.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError``, for a pipe, device or folder too.
  public init(ofFile path: String) throws(FileError) {
    self = try FileDescriptor.openPlainFile(path).1
  }

  /// Looks at a plain file that is open.
  ///
  /// - Parameters:
  ///   - number: The descriptor, which stays open.
  ///   - path: For errors.
  /// - Throws: ``FileError``, for a pipe, device or folder too.
  package init(ofDescriptor number: Int32, path: String) throws(FileError) {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw .fromSystem("examine", path, errno) }
    if let kind = FileDescriptor.specialKind(status.st_mode) {
      throw .notAPlainFile(path: path, kind: kind)
    }
    self.init(status)
  }

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    modified = Self.nanoseconds(status.st_mtim)
    statusChanged = Self.nanoseconds(status.st_ctim)
  }

  init(device: UInt64, inode: UInt64, size: Int, modified: Int64, statusChanged: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
    self.statusChanged = statusChanged
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

/// An open file that closes itself.
final class FileDescriptor: Sendable {
  let number: Int32
  let path: String

  init(owning number: Int32, path: String) {
    self.number = number
    self.path = path
  }

  deinit { close(number) }

  /// Opens a plain file for reading; symbolic links are followed, since caches of checkpoints are
  /// made of them.
  ///
  /// A pipe would block and a device could do anything, so both are refused: `O_NONBLOCK` keeps the
  /// opening of a pipe from waiting for its writer until the kind is known.
  /// - Throws: ``FileError``.
  static func openPlainFile(_ path: String) throws(FileError) -> (FileDescriptor, FileIdentity) {
    guard !path.utf8.contains(0) else { throw .notFound(path: path) }
    let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard number >= 0 else {
      let code = errno
      // A socket, and a device without a driver, cannot even be opened.
      if code == ENXIO { throw .notAPlainFile(path: path, kind: "a socket or device") }
      throw .fromSystem("open", path, code)
    }
    let descriptor = FileDescriptor(owning: number, path: path)
    let status = try descriptor.status()
    if let kind = Self.specialKind(status.st_mode) {
      throw .notAPlainFile(path: path, kind: kind)
    }
    return (descriptor, FileIdentity(status))
  }

  func status() throws(FileError) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw .fromSystem("examine", path, errno) }
    return status
  }

  /// Reads up to `buffer.count` bytes from where the last read ended.
  ///
  /// - Returns: Bytes read; 0 at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    while true {
      let count = Glibc.read(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw .fromSystem("read", path, errno) }
    }
  }

  /// What kind of thing this is, `nil` for a plain file.
  static func specialKind(_ mode: mode_t) -> String? {
    switch mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFSOCK: "a socket"
    default: "something unknown"
    }
  }
}
