internal import Glibc

extension AtomicFolder {
  /// Removes what makers that were killed have left in a folder.
  ///
  /// Only temporary folders of this kind go, and only those whose maker is gone: its lock went with
  /// it, whatever process has its number now.
  ///
  /// - Parameter folder: Where folders appear.
  /// - Returns: The names of those that were removed.
  @discardableResult
  public static func removeAbandoned(in folder: String) -> [String] {
    (names(in: folder) ?? []).filter { name in
      guard name.hasPrefix("."), name.hasSuffix(".partial") else { return false }
      let path = "\(folder)/\(name)"
      guard case .locked(let lock) = lockFolder(path) else { return false }
      withExtendedLifetime(lock) { remove(path, depth: 8) }
      return true
    }
  }

  /// What comes of locking a folder; the lock lasts as long as the descriptor.
  enum Lock {
    case locked(FileDescriptor)
    /// Another descriptor has the lock.
    case taken
    /// The file system has no locks for folders.
    case unsupported(FileDescriptor)
    /// The folder cannot be opened, and may be gone.
    case unopened(code: Int32)
  }

  /// Opens a folder and takes its lock if nobody has it.
  ///
  /// - Parameter path: The folder; a link is not followed.
  /// - Returns: What came of it.
  static func lockFolder(_ path: String) -> Lock {
    let number = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard number >= 0 else { return .unopened(code: errno) }
    let descriptor = FileDescriptor(owning: number, path: path)
    if flock(number, LOCK_EX | LOCK_NB) == 0 { return .locked(descriptor) }
    return errno == EWOULDBLOCK ? .taken : .unsupported(descriptor)
  }
}
