internal import CEmbeddedTasks

/// The files of tasks/ that the binary carries, so that it works from any folder.
public enum EmbeddedTasks {
  /// Every file's path below tasks/, sorted by its bytes.
  public static let paths: [String] = files.map(\.path)

  /// A file's content, which lives as long as the process.
  ///
  /// - Parameter path: Below tasks/, for example `piqa/piqa.yaml`.
  /// - Returns: `nil` for a path that is not among ``paths``.
  /// - Complexity: O(1) expected.
  public static func bytes(_ path: String) -> UnsafeRawBufferPointer? {
    positions[Array(path.utf8)].map { files[$0].bytes }
  }

  private struct File: @unchecked Sendable {
    let path: String
    // Points to constants of the binary: never written, never freed.
    let bytes: UnsafeRawBufferPointer
  }

  private static let files: [File] = {
    var count = 0
    let list = UnsafeBufferPointer(start: cpteval_embedded_files(&count), count: count)
    return list.map { file in
      File(
        path: String(cString: file.path),
        bytes: UnsafeRawBufferPointer(start: file.bytes, count: file.count))
    }
  }()

  private static let positions = Dictionary(
    files.enumerated().map { (Array($1.path.utf8), $0) }, uniquingKeysWith: { first, _ in first })
}
