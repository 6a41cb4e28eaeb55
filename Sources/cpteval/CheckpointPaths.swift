import Files
import Foundation

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
  /// - Returns: In the order given, those of a pattern sorted by name, each folder once, however it is
  ///   spelled. Two folders of one name get their parents' names in front.
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
    var unique: [(path: String, absolute: String)] = []
    for path in paths {
      // `.` and `..` are no names, and two spellings of a folder are one folder.
      let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
      if !unique.contains(where: { $0.absolute == absolute }) { unique.append((path, absolute)) }
    }
    return zip(unique, names(of: unique.map(\.absolute))).map { Named(path: $0.path, name: $1) }
  }

  /// The last parts of the paths, as many as tell them apart.
  private static func names(of paths: [String]) -> [String] {
    let parts = paths.map { path in
      let all = path.split(separator: "/").map(String.init)
      // What every run calls the folder of its checkpoints tells none of them apart.
      return all.dropLast().filter { $0 != "checkpoints" } + all.suffix(1)
    }
    let longest = parts.map(\.count).max() ?? 1
    for depth in 1...max(1, longest) {
      let names = parts.map { $0.suffix(depth).joined(separator: "__") }
      if Set(names).count == names.count { return names }
    }
    return paths
  }
}
