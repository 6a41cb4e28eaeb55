import Files
import Glibc

/// The checkpoints that paths and patterns stand for.
enum CheckpointPaths {
  /// A folder, and the name that its results go under.
  struct Named: Equatable {
    let path: String
    let name: String
  }

  /// Finds checkpoints.
  ///
  /// - Parameter patterns: Folders, or patterns such as `run/checkpoints/*`, of which only folders with
  ///   a config.json count.
  /// - Returns: In the order given, those of a pattern sorted by name, each once. Two folders of one
  ///   name get their parents' names in front.
  /// - Throws: ``RequestError`` if a pattern stands for no checkpoint.
  static func expand(_ patterns: [String]) throws -> [Named] {
    var paths: [String] = []
    for pattern in patterns {
      guard PathPattern.isPattern(pattern) else {
        paths.append(pattern)
        continue
      }
      let found = PathPattern.matches(pattern).filter { access($0 + "/config.json", F_OK) == 0 }
      guard !found.isEmpty else {
        throw RequestError(
          """
          --checkpoint \(pattern.escapedForTerminal): no folder with a config.json matches. Quote \
          the pattern, and let it end at the checkpoints themselves, as in \
          'run/checkpoints/step-*'.
          """)
      }
      paths += found
    }
    var unique: [String] = []
    for path in paths where !unique.contains(path) { unique.append(path) }
    return names(of: unique)
  }

  /// The last parts of the paths, as many as tell them apart.
  private static func names(of paths: [String]) -> [Named] {
    let parts = paths.map { path in
      path.split(separator: "/").filter { $0 != "." && $0 != "checkpoints" }.map(String.init)
    }
    let longest = parts.map(\.count).max() ?? 1
    for depth in 1...max(1, longest) {
      let names = parts.map { $0.suffix(depth).joined(separator: "__") }
      guard Set(names).count < names.count else {
        return zip(paths, names).map { Named(path: $0, name: $1) }
      }
    }
    return zip(paths, paths).map { Named(path: $0, name: $1) }
  }
}
