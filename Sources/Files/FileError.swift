internal import Glibc

/// Why a file could not be read or written, with the place and how to mend it.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Nothing lies at the path.
  case notFound(path: String)
  /// A folder, device, pipe or socket where a plain file should lie.
  case notAPlainFile(path: String, kind: String)
  /// Something other than a folder where one should lie.
  case notAFolder(path: String)
  /// A call of the system failed.
  case system(operation: String, path: String, code: Int32)
  /// The file is another one, or shorter or longer, than when it was opened.
  case changed(path: String)
  /// A read met the end of the file before all bytes that were asked for.
  case endsEarly(path: String, offset: Int)
  case lineTooLong(path: String, line: Int, limit: Int)
  case invalidUTF8(path: String, line: Int)
  /// A JSON array of records that breaks off or holds something between its elements.
  case malformedArray(path: String, line: Int, problem: String)
  /// Compressed data that its library refuses, in the library's words; the offset counts compressed
  /// bytes.
  case malformedCompression(path: String, kind: Compression, offset: Int, detail: String)
  /// Compressed data that ends before it should.
  case truncatedCompression(path: String, kind: Compression, offset: Int)
  /// Compressed data that grows suspiciously.
  case expandsTooFar(path: String, compressed: Int, expanded: Int)
  case tooLittleSpace(path: String, required: Int, free: Int)

  public var description: String {
    switch self {
    case .notFound(let path):
      "\(path.escapedForTerminal): no such file or folder."
    case .notAPlainFile(let path, let kind):
      "\(path.escapedForTerminal) is \(kind), not a plain file."
    case .notAFolder(let path):
      "\(path.escapedForTerminal) is not a folder."
    case .system(let operation, let path, let code):
      "\(path.escapedForTerminal): cannot \(operation): \(String(cString: strerror(code)))"
        + "\(Self.hint(for: code))."
    case .changed(let path):
      "\(path.escapedForTerminal) was changed while it was being read. Run again once nothing "
        + "writes to it."
    case .endsEarly(let path, let offset):
      "\(path.escapedForTerminal) ends at byte \(offset), before the data that was expected. It "
        + "was cut short; copy it again."
    case .lineTooLong(let path, let line, let limit):
      "\(path.escapedForTerminal), line \(line): longer than \(limit) bytes. A file with one JSON "
        + "record per line is expected."
    case .invalidUTF8(let path, let line):
      "\(path.escapedForTerminal), line \(line): not valid UTF-8. Convert the file to UTF-8."
    case .malformedArray(let path, let line, let problem):
      "\(path.escapedForTerminal), line \(line): \(problem)."
    case .malformedCompression(let path, let kind, let offset, let detail):
      "\(path.escapedForTerminal), byte \(offset): not valid \(kind) data "
        + "(\(detail.escapedForTerminal)). Check it with \(kind) -t."
    case .truncatedCompression(let path, let kind, let offset):
      "\(path.escapedForTerminal), byte \(offset): the \(kind) data ends early. The file was cut "
        + "short; copy it again."
    case .expandsTooFar(let path, let compressed, let expanded):
      "\(path.escapedForTerminal): \(compressed) compressed bytes grow to more than \(expanded), "
        + "which no text does. If the file is meant so, unpack it first."
    case .tooLittleSpace(let path, let required, let free):
      "\(path.escapedForTerminal): \(required) bytes are needed and \(free) are free. Free some "
        + "space or choose another folder."
    }
  }

  private static func hint(for code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT, EFBIG: "; free some space or choose another folder"
    case EACCES, EPERM: "; check the permissions"
    case EROFS: "; choose a folder on a writable file system"
    case EMFILE, ENFILE: "; raise the limit on open files (ulimit -n)"
    default: ""
    }
  }

  /// The error of the system call that has just failed.
  ///
  /// - Parameters:
  ///   - operation: What was tried, as a verb ("open", "write").
  ///   - path: The file it was tried on.
  ///   - code: The value of `errno`.
  /// - Returns: ``notFound(path:)`` for a missing file, else ``system(operation:path:code:)``.
  package static func fromSystem(_ operation: String, _ path: String, _ code: Int32) -> FileError {
    code == ENOENT || code == ENOTDIR
      ? .notFound(path: path) : .system(operation: operation, path: path, code: code)
  }
}
