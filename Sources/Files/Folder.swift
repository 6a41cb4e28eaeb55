internal import Glibc

/// What is done to a folder's entries as a whole.
public enum Folder {
  /// The names in a folder, without `.` and `..`.
  ///
  /// - Parameter path: The folder, or a symbolic link to one.
  /// - Returns: The names, sorted by their bytes.
  /// - Throws: ``FileError``.
  public static func names(in path: String) throws(FileError) -> [String] {
    guard !path.utf8.contains(0), let stream = opendir(path) else {
      throw .fromSystem("list", path, errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw .fromSystem("list", path, errno) }
        break
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Bytes that this user may still write to the file system of a folder.
  ///
  /// - Parameter path: The folder.
  /// - Returns: Bytes; quotas do not show in it.
  /// - Throws: ``FileError``.
  public static func freeBytes(at path: String) throws(FileError) -> Int {
    var space = statvfs()
    guard statvfs(path, &space) == 0 else { throw .fromSystem("examine", path, errno) }
    let (product, overflow) = UInt64(space.f_bavail)
      .multipliedReportingOverflow(by: UInt64(space.f_frsize))
    return overflow ? Int.max : Int(clamping: product)
  }

  /// Flushes a folder's entries to the disk, so that a rename survives a power cut.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``FileError``; file systems that cannot flush folders are no error.
  public static func flush(_ path: String) throws(FileError) { try flushFolder(path) }

  /// Removes a file or a link; nothing happens if there is none.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError``.
  public static func removeFile(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .fromSystem("remove", path, errno) }
  }

  /// Gives a file another name on the same file system, and flushes the new folder.
  ///
  /// - Parameters:
  ///   - path: The file; it was flushed before.
  ///   - place: Its new path; a file there is replaced.
  /// - Throws: ``FileError``.
  public static func moveFile(_ path: String, to place: String) throws(FileError) {
    guard rename(path, place) == 0 else { throw .fromSystem("write", place, errno) }
    try flushFolder(folderOfPath(place))
  }

  /// Removes a file, a link or a folder with all it holds, so that at no moment a half of it lies
  /// under its name.
  ///
  /// It gets a name that begins with a dot first; where the process dies after that,
  /// ``sweep(_:)`` removes the rest. A link is removed, not what it points to.
  /// - Parameter path: What is to go.
  /// - Throws: ``FileError`` if the first step fails; all is in place then.
  public static func discard(_ path: String) throws(FileError) {
    let (folder, name) = (folderOfPath(path), nameOfPath(path))
    let hidden = "\(folder)/\(TemporaryName(for: name, .removed).text)"
    guard rename(path, hidden) == 0 else { throw .fromSystem("remove", path, errno) }
    // Else a power cut could bring back the name with only some of its files.
    try flushFolder(folder)
    removeTree(hidden, depth: maximumDepth)
  }

  /// Clears away what processes have left in a folder that died while they wrote, replaced or
  /// removed something in it.
  ///
  /// Half-written files and folders go. What had been moved aside for a successor that never came
  /// is put back. Names of any other form are left alone, and so is everything in subfolders.
  /// - Parameter path: The folder; a missing one is swept.
  /// - Returns: What was removed or put back, by the names that it had.
  /// - Throws: ``FileError``.
  /// - Precondition: Nobody is writing to the folder: the caller holds its lock.
  @discardableResult
  public static func sweep(_ path: String) throws(FileError) -> [String] {
    var status = stat()
    guard stat(path, &status) == 0 else { return [] }
    let found = try names(in: path).compactMap { TemporaryName(parsing: $0) }
    for name in found {
      let place = "\(path)/\(name.stem)"
      if name.kind == .replaced, lstat(place, &status) != 0, errno == ENOENT {
        guard rename("\(path)/\(name.text)", place) == 0 else {
          throw .fromSystem("restore", place, errno)
        }
      } else {
        removeTree("\(path)/\(name.text)", depth: maximumDepth)
      }
    }
    if !found.isEmpty { try flushFolder(path) }
    return found.map(\.text)
  }

  /// Deeper than anything that is written here; a bound for what somebody else has put in.
  static let maximumDepth = 8

  /// Removes as much as can be removed, links but not what they point to.
  static func removeTree(_ path: String, depth: Int) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    if depth > 0 {
      for name in (try? names(in: path)) ?? [] { removeTree("\(path)/\(name)", depth: depth - 1) }
    }
    rmdir(path)
  }
}

/// The last part of a path.
///
/// - Parameter path: A path.
/// - Returns: Everything after the last `/` that does not end the path.
func nameOfPath(_ path: String) -> String {
  path.utf8.split(separator: UInt8(ascii: "/")).last.map { String($0) ?? "" } ?? ""
}
