public import Foundation
internal import Files

/// A file that a task was made from: on disk, or carried by the binary.
public enum TaskFile: Sendable, Hashable {
  /// A file on disk.
  case onDisk(URL)
  /// A file that the binary carries, by its path below tasks/.
  case embedded(String)
}

extension TaskFile: CustomStringConvertible {
  /// The path; that of an embedded file begins with `tasks/`.
  public var description: String {
    switch self {
    case .onDisk(let url): url.path
    case .embedded(let path): "tasks/\(path)"
    }
  }
}

extension TaskFile {
  /// The file's content.
  ///
  /// - Parameter limit: Bytes to read at most; a larger file is an error.
  /// - Returns: The bytes.
  /// - Throws: ``TaskProblem`` for files that are missing or too large.
  public func bytes(limit: Int = .max) throws(TaskProblem) -> [UInt8] {
    switch self {
    case .embedded(let path):
      guard let bytes = EmbeddedTasks.bytes(path) else {
        throw TaskProblem(self, nil, "no such file among those that the program carries")
      }
      return Array(bytes)
    case .onDisk(let url):
      let mapped: MappedFile
      do throws(FileError) {
        mapped = try MappedFile(path: url.path)
      } catch {
        throw TaskProblem(self, nil, "cannot be read: \(error.description.withoutFullStop)")
      }
      guard mapped.size <= limit else {
        throw TaskProblem(self, nil, "\(mapped.size) bytes, more than the \(limit) allowed")
      }
      return Array(mapped.bytes)
    }
  }

  /// Whether the file exists.
  var exists: Bool {
    switch self {
    case .embedded(let path): return EmbeddedTasks.bytes(path) != nil
    case .onDisk(let url):
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }

  /// A file by a path relative to this one's folder.
  ///
  /// - Parameter path: Relative, or absolute for a file on disk.
  /// - Returns: The file, or `nil` where an embedded file asks for one outside tasks/.
  func relative(_ path: String) -> TaskFile? {
    switch self {
    case .onDisk(let url):
      let isAbsolute = path.hasPrefix("/")
      let base = url.deletingLastPathComponent()
      let found = isAbsolute ? URL(fileURLWithPath: path) : base.appendingPathComponent(path)
      return .onDisk(found.standardizedFileURL)
    case .embedded(let own):
      guard !path.hasPrefix("/") else { return nil }
      var parts = own.split(separator: "/").dropLast().map(String.init)
      for part in path.split(separator: "/") where part != "." {
        if part == ".." {
          guard parts.popLast() != nil else { return nil }
        } else {
          parts.append(String(part))
        }
      }
      return .embedded(parts.joined(separator: "/"))
    }
  }

  /// The names of the folders the file lies in, outermost first.
  var folders: [String] {
    switch self {
    case .onDisk(let url): url.deletingLastPathComponent().pathComponents.filter { $0 != "/" }
    case .embedded(let path): path.split(separator: "/").dropLast().map(String.init)
    }
  }
}

extension String {
  /// The text without the full stop at its end, to stand inside a sentence.
  var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
