internal import Glibc
internal import Synchronization

/// Remembers digests of files, so that weights of many gigabytes are read once and not on every run.
///
/// A digest is reused while path, device, inode, size and both times of the file are what they were.
/// A file changed less than two seconds before it was hashed is not remembered: a second change
/// within one tick of the clock could not be told from the first. The cache is a text file, replaced
/// whole; a missing, broken or unwritable one costs time, never correctness.
public final class DigestCache: Sendable {
  private struct Entry: Sendable {
    let identity: FileIdentity
    let digest: SHA256Digest
  }

  private static let header = "cpteval digests 1"
  private static let maximumEntries = 4096
  private static let maximumFileSize = 4 << 20

  /// Where the cache lies; `nil` if there is no place for one.
  public let path: String?
  private let entries: Mutex<[String: Entry]>

  /// Opens a cache.
  ///
  /// - Parameter path: The cache's file; `nil` for one that lasts as long as the object.
  public init(path: String?) {
    self.path = path
    entries = Mutex(path.map(Self.load) ?? [:])
  }

  /// The user's cache: `digests` under `$XDG_CACHE_HOME/cpteval`, else under `~/.cache/cpteval`.
  public static func standard() -> DigestCache {
    DigestCache(path: standardPath(environment: { getenv($0).map { String(cString: $0) } }))
  }

  /// Where the user's cache lies.
  ///
  /// - Parameter environment: Looks up an environment variable.
  /// - Returns: A path, `nil` where neither variable holds an absolute path.
  static func standardPath(environment: (String) -> String?) -> String? {
    if let base = environment("XDG_CACHE_HOME"), base.hasPrefix("/") {
      return "\(base)/cpteval/digests"
    }
    if let home = environment("HOME"), home.hasPrefix("/") {
      return "\(home)/.cache/cpteval/digests"
    }
    return nil
  }

  /// The digest of a file, from the cache if the file has not changed.
  ///
  /// - Parameters:
  ///   - path: A plain file.
  ///   - shouldStop: Asked now and then while a file is read; answering true ends the reading.
  /// - Returns: The digest, `nil` if it was stopped.
  /// - Throws: ``FileError``.
  public func digest(
    ofFile path: String, shouldStop: () -> Bool = { false }
  ) throws(FileError) -> SHA256Digest? {
    let key = Self.absolutePath(path)
    let before = try FileDescriptor.openPlainFile(path).1
    let known = entries.withLock { $0[key] }
    if let known, known.identity == before { return known.digest }
    guard let digest = try SHA256Digest.digest(ofFile: path, shouldStop: shouldStop) else {
      return nil
    }
    let after = try FileDescriptor.openPlainFile(path).1
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let settled = (Int64(now.tv_sec) - 2) * 1_000_000_000
    if after == before, after.modified < settled, after.statusChanged < settled {
      entries.withLock { $0[key] = Entry(identity: after, digest: digest) }
      save()
    }
    return digest
  }

  // MARK: The file

  private static func load(_ path: String) -> [String: Entry] {
    guard let file = try? MappedFile(path: path), file.size <= maximumFileSize,
      let text = String(validating: file.bytes, as: UTF8.self)
    else { return [:] }
    var lines = text.utf8.split(separator: 0x0A).map { Substring($0) }[...]
    guard lines.popFirst().map(String.init) == header else { return [:] }
    var entries: [String: Entry] = [:]
    for line in lines.suffix(maximumEntries) {
      let fields = line.utf8.split(separator: 0x20, maxSplits: 6).map { String(Substring($0)) }
      guard fields.count == 7, let digest = SHA256Digest(hex: fields[0]),
        let device = UInt64(fields[1]), let inode = UInt64(fields[2]), let size = Int(fields[3]),
        let modified = Int64(fields[4]), let changed = Int64(fields[5])
      else { continue }
      let identity = FileIdentity(
        device: device, inode: inode, size: size, modified: modified, statusChanged: changed)
      entries[fields[6]] = Entry(identity: identity, digest: digest)
    }
    return entries
  }

  /// Writes the cache, with what other processes have added meanwhile; failing is allowed.
  private func save() {
    guard let path else { return }
    var merged = Self.load(path)
    entries.withLock { own in merged.merge(own) { _, mine in mine } }
    var text = Self.header + "\n"
    // A path with a line break cannot be told from two lines, so it is not remembered on disk.
    for (key, entry) in merged.sorted(by: { $0.key < $1.key }).suffix(Self.maximumEntries)
    where !key.utf8.contains(0x0A) {
      let id = entry.identity
      text += "\(entry.digest.hex) \(id.device) \(id.inode) \(id.size) \(id.modified) "
      text += "\(id.statusChanged) \(key)\n"
    }
    do throws(FileError) {
      try OutputFolder.makeFolders(folderOfPath(path))
      try AtomicFile.write(text, to: path)
    } catch {
      // A cache that cannot be written is slower, not wrong.
      return
    }
  }

  private static func absolutePath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
