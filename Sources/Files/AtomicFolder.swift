internal import Glibc

/// A folder that appears whole or not at all.
///
/// Files are written below ``temporaryPath``, a folder beside the final place whose name begins with
/// a dot; ``commit()`` flushes and renames it. Without a commit it is removed with the object.
public final class AtomicFolder {
  /// Where the folder will appear.
  public let path: String
  /// Where its files are written.
  public let temporaryPath: String
  private var isCommitted = false
  /// Holds the lock that tells this folder from one whose maker is gone.
  private let lock: FileDescriptor

  /// Makes the temporary folder.
  ///
  /// - Parameter path: Where the folder shall appear: nothing, or an empty folder. Missing parents
  ///   are made.
  /// - Throws: ``FileError``.
  public init(path: String) throws(FileError) {
    // A link to an empty folder is replaced at its end, not by a folder beside it.
    let path = Self.resolved(path)
    self.path = path
    let parent = folderOfPath(path)
    try OutputFolder.makeFolders(parent)
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String($0) ?? "" } ?? ""
    let stem = String(decoding: name.utf8.prefix(180), as: UTF8.self)
    (temporaryPath, lock) = try Self.makeTemporary(in: parent, stem: stem)
  }

  /// Makes a locked folder; another one if ``removeAbandoned(in:)`` was faster to lock it.
  private static func makeTemporary(
    in parent: String, stem: String
  ) throws(FileError) -> (path: String, lock: FileDescriptor) {
    for _ in 0..<8 {
      let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
      let path = "\(parent)/.\(stem).\(getpid()).\(suffix).partial"
      guard mkdir(path, 0o777) == 0 else { throw .fromSystem("create a folder in", parent, errno) }
      switch lockFolder(path) {
      // Where locks are not to be had, nothing is ever taken for abandoned.
      case .locked(let lock), .unsupported(let lock): return (path, lock)
      case .taken, .unopened(code: ENOENT): continue
      case .unopened(let code): throw .system(operation: "open", path: path, code: code)
      }
    }
    throw .system(operation: "create a folder in", path: parent, code: EBUSY)
  }

  deinit {
    if !isCommitted { Self.remove(temporaryPath, depth: 8) }
  }

  /// Makes the folder appear under its name.
  ///
  /// - Throws: ``FileError``, for a folder that is not empty by now too; nothing appears then.
  public func commit() throws(FileError) {
    try flushFolder(temporaryPath)
    guard rename(temporaryPath, path) == 0 else {
      throw .system(operation: "write", path: path, code: errno)
    }
    isCommitted = true
    try flushFolder(folderOfPath(path))
  }

  /// What lies at a path before it is written to.
  public enum Occupant: Sendable, Equatable {
    case nothing, emptyFolder, folder, other
  }

  /// Looks at what a new folder would replace.
  ///
  /// - Parameter path: Where it shall appear.
  /// - Returns: What is there; a folder that cannot be listed counts as full.
  public static func occupant(of path: String) -> Occupant {
    var status = stat()
    guard stat(path, &status) == 0 else { return .nothing }
    guard status.st_mode & S_IFMT == S_IFDIR else { return .other }
    return names(in: path)?.isEmpty == true ? .emptyFolder : .folder
  }

  private static func resolved(_ path: String) -> String {
    if let end = realpath(path, nil) {
      defer { free(end) }
      return String(cString: end)
    }
    var path = Substring(path)
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
    return String(path)
  }

  /// Removes what this object made; the bound on depth is for a folder that somebody filled.
  static func remove(_ path: String, depth: Int) {
    for name in names(in: path) ?? [] {
      let child = "\(path)/\(name)"
      var status = stat()
      guard lstat(child, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        if depth > 0 { remove(child, depth: depth - 1) }
      } else {
        unlink(child)
      }
    }
    rmdir(path)
  }

  static func names(in folder: String) -> [String]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
