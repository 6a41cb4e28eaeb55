import Glibc

/// Paths that a pattern in quotes stands for, as a shell has it.
enum PathPattern {
  /// Whether a path has to be searched for: nothing lies there, and it has a wildcard.
  static func isPattern(_ path: String) -> Bool {
    access(path, F_OK) != 0 && path.contains { "*?[".contains($0) }
  }

  /// What matches, sorted by name.
  ///
  /// - Parameter pattern: With `*`, `?` and `[…]`.
  /// - Returns: Files and folders.
  static func matches(_ pattern: String) -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, 0, nil, &result) == 0, let first = result.gl_pathv else { return [] }
    return (0..<Int(result.gl_pathc)).compactMap { first[$0].map { String(cString: $0) } }
  }
}
