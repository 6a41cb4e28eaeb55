internal import Documents
internal import Files
internal import Glibc

/// The folder in which a corpus grows until it is whole, hidden beside its place.
final class PreparationFolder {
  let path: String
  private let lock: FolderLock

  /// Where the state lies.
  var statePath: String { "\(path)/state.json" }
  var textsPath: String { "\(path)/texts.bin" }
  var hashesPath: String { "\(path)/documents.bin" }
  var problemsPath: String { "\(path)/problems.jsonl" }
  var frequentPath: String { "\(path)/frequent.bin" }
  var linesPath: String { "\(path)/lines.jsonl" }

  /// Makes or enters the folder, for one process at a time.
  ///
  /// - Parameter prefix: Of the files to come.
  /// - Throws: `FileError`, `FolderLockError`.
  init(for prefix: String) throws {
    path = Self.path(for: prefix)
    try OutputFolder.makeFolders(path)
    lock = try FolderLock(folder: path)
  }

  /// Where the folder of an output lies.
  static func path(for prefix: String) -> String {
    guard let slash = prefix.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      return ".\(prefix).preparing"
    }
    return "\(prefix[...slash]).\(prefix[prefix.utf8.index(after: slash)...]).preparing"
  }

  /// Removes all files but the lock's.
  ///
  /// - Throws: ``CorpusError``.
  func clear() throws(CorpusError) {
    try reading { () throws(FileError) in
      for name in try Folder.names(in: path) where name != ".lock" {
        try Folder.removeFile("\(path)/\(name)")
      }
    }
  }

  /// Removes the folder with all that was written there.
  ///
  /// - Throws: ``CorpusError``.
  func remove() throws(CorpusError) {
    try clear()
    unlink(lock.path)
    rmdir(path)
  }
}
