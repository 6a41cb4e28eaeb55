internal import Files
internal import Glibc

/// Finds the files that a glob stands for, within bounds.
struct GlobSearch {
  /// Files of one glob.
  static let maximumFiles = 100_000
  /// Names looked at for one glob.
  static let maximumNames = 200_000
  /// Folders below one another.
  static let maximumDepth = 100

  /// Why a search ended without an answer.
  enum Failure: Error {
    case tooManyNames
    case tooManyFiles
    /// A folder that cannot be read.
    case unreadable(path: String, reason: String)
  }

  private struct Visit: Hashable {
    let device: UInt64
    let inode: UInt64
    let component: Int
  }

  private let components: [GlobPattern]
  private var found: [String] = []
  private var visited = Set<Visit>()
  private var names = 0

  /// The plain files that a glob stands for.
  ///
  /// Links to folders are followed, each folder once, so that loops end.
  /// - Parameters:
  ///   - glob: A path, with `*`, `?`, `[…]` and `**` for any number of folders.
  ///   - folder: What a relative one is relative to.
  /// - Returns: Paths sorted by bytes, beginning with `folder` unless the glob is absolute.
  /// - Throws: ``Failure``.
  static func files(_ glob: String, in folder: String) throws(Failure) -> [String] {
    let isAbsolute = glob.utf8.first == UInt8(ascii: "/")
    let base = isAbsolute ? "" : folder == "/" ? "" : folder
    let literal = isAbsolute ? glob : "\(base)/\(glob)"
    // A file may well have brackets in its name.
    if kind(literal) == .file { return [literal] }
    let parts = glob.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    var search = GlobSearch(components: parts.map { GlobPattern($0) })
    try search.descend(base, component: 0, depth: 0)
    search.found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var files: [String] = []
    for path in search.found where files.last != path { files.append(path) }
    return files
  }

  private init(components: [GlobPattern]) { self.components = components }

  private mutating func descend(
    _ path: String, component: Int, depth: Int
  ) throws(Failure) {
    guard component < components.count, depth < Self.maximumDepth else { return }
    let pattern = components[component]
    let isLast = component == components.count - 1
    if !pattern.spansFolders && pattern.isLiteral {
      let next = "\(path)/\(pattern.text)"
      switch Self.kind(next) {
      case .file where isLast: try add(next)
      case .folder where !isLast:
        try descend(next, component: component + 1, depth: depth + 1)
      default: break
      }
      return
    }
    guard try isFirstVisit(path, component) else { return }
    for name in try entries(of: path) {
      let next = "\(path)/\(name)"
      if pattern.spansFolders {
        guard name.utf8.first != UInt8(ascii: ".") else { continue }
        if Self.kind(next) == .folder {
          try descend(next, component: component, depth: depth + 1)
        } else if isLast {
          try add(next)
        }
      } else if pattern.matches(name) {
        switch Self.kind(next) {
        case .file where isLast: try add(next)
        case .folder where !isLast:
          try descend(next, component: component + 1, depth: depth + 1)
        default: break
        }
      }
    }
    // No folder at all is a number of folders too.
    if pattern.spansFolders && !isLast {
      try descend(path, component: component + 1, depth: depth)
    }
  }

  private mutating func add(_ path: String) throws(Failure) {
    guard Self.kind(path) == .file else { return }
    guard found.count < Self.maximumFiles else { throw .tooManyFiles }
    found.append(path)
  }

  private mutating func isFirstVisit(_ path: String, _ component: Int) throws(Failure) -> Bool {
    var status = stat()
    guard stat(path.isEmpty ? "/" : path, &status) == 0 else { return false }
    let visit = Visit(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), component: component)
    return visited.insert(visit).inserted
  }

  /// The names in a folder, sorted by bytes; those that are no UTF-8 are left out.
  private mutating func entries(of path: String) throws(Failure) -> [String] {
    let shown = path.isEmpty ? "/" : path
    guard let folder = opendir(shown) else {
      // Nothing there is the caller's "matches nothing".
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw .unreadable(path: shown, reason: String(cString: strerror(errno)))
    }
    defer { closedir(folder) }
    var entries: [String] = []
    while let entry = readdir(folder) {
      names += 1
      guard names <= Self.maximumNames else { throw .tooManyNames }
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard let name = String(validating: bytes, as: UTF8.self), name != ".", name != ".." else {
        continue
      }
      entries.append(name)
    }
    return entries.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private enum Kind {
    case file, folder, other
  }

  private static func kind(_ path: String) -> Kind {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else { return .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }
}
