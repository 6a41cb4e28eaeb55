internal import CKernels
internal import Glibc

/// A folder that appears whole or not at all.
///
/// Files are written below ``temporaryPath``, a folder beside the final place whose name begins with
/// a dot; ``commit(replacing:)`` flushes and renames it. Without a commit it is removed with the
/// object.
public final class AtomicFolder {
  /// Where the folder will appear.
  public let path: String
  /// Where its files are written.
  public let temporaryPath: String
  private var isCommitted = false

  /// Makes the temporary folder.
  ///
  /// - Parameters:
  ///   - path: Where the folder shall appear. Missing parents are made.
  ///   - followsLinks: Whether a link at the path is followed, so that the folder appears where it
  ///     points to; else the link itself is what ``commit(replacing:)`` replaces.
  /// - Throws: ``FileError``.
  public init(path: String, followsLinks: Bool = true) throws(FileError) {
    // A link to an empty folder is replaced at its end, not by a folder beside it.
    let path = followsLinks ? Self.resolved(path) : Self.trimmed(path)
    self.path = path
    let parent = folderOfPath(path)
    try OutputFolder.makeFolders(parent)
    temporaryPath = "\(parent)/\(TemporaryName(for: nameOfPath(path), .partial).text)"
    guard mkdir(temporaryPath, 0o777) == 0 else {
      throw .fromSystem("create a folder in", parent, errno)
    }
  }

  deinit {
    if !isCommitted { Folder.removeTree(temporaryPath, depth: Folder.maximumDepth) }
  }

  /// Makes the folder appear under its name.
  ///
  /// - Parameter replacing: Whether something that is not an empty folder may be in the way. It
  ///   changes places with the new folder in one step, or, where the file system cannot do that,
  ///   is moved aside under a name from which ``Folder/sweep(_:)`` puts it back if the process
  ///   dies before the second step. It is removed when the new folder's place is on the disk.
  /// - Throws: ``FileError``. Without `replacing`, a folder that is not empty by now is one, and
  ///   nothing appears. Otherwise what lies under the name is whole, be it the old or the new.
  public func commit(replacing: Bool = false) throws(FileError) {
    precondition(!isCommitted, "a folder is committed once")
    try flushFolder(temporaryPath)
    let parent = folderOfPath(path)
    if rename(temporaryPath, path) == 0 {
      isCommitted = true
      try flushFolder(parent)
      return
    }
    let code = errno
    guard replacing, [ENOTEMPTY, EEXIST, ENOTDIR].contains(code) else {
      throw .system(operation: "write", path: path, code: code)
    }
    let old = try changePlaces(in: parent)
    isCommitted = true
    try flushFolder(parent)
    Folder.removeTree(old, depth: Folder.maximumDepth)
  }

  /// Puts the new folder under the name that something else has.
  ///
  /// - Parameter parent: The folder of both.
  /// - Returns: Where the old one is now.
  /// - Throws: ``FileError``; both are where they were then.
  private func changePlaces(in parent: String) throws(FileError) -> String {
    if cpteval_exchange_paths(temporaryPath, path) == 0 { return temporaryPath }
    let name = nameOfPath(path)
    guard [EINVAL, ENOSYS, ENOTSUP].contains(errno),
      name.utf8.count <= TemporaryName.maximumStemLength
    else { throw .system(operation: "replace", path: path, code: errno) }
    let aside = "\(parent)/\(TemporaryName(for: name, .replaced).text)"
    guard rename(path, aside) == 0 else {
      throw .system(operation: "replace", path: path, code: errno)
    }
    guard rename(temporaryPath, path) == 0 else {
      let code = errno
      rename(aside, path)
      throw .system(operation: "write", path: path, code: code)
    }
    return aside
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
    return (try? Folder.names(in: path))?.isEmpty == true ? .emptyFolder : .folder
  }

  private static func resolved(_ path: String) -> String {
    if let end = realpath(path, nil) {
      defer { free(end) }
      return String(cString: end)
    }
    return trimmed(path)
  }

  private static func trimmed(_ path: String) -> String {
    var path = Substring(path)
    while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
    return String(path)
  }
}
