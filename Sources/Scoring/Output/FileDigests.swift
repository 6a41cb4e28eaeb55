import Dispatch
public import Files
import Synchronization

/// SHA-256 digests of files, computed on a thread of their own beside the scoring.
public final class FileDigests: Sendable {
  private let cache: DigestCache
  private let queue = DispatchQueue(label: "cpteval.digests", qos: .utility)
  private let known = Mutex<[String: Result<SHA256Digest, FileError>]>([:])
  private let isStopped = Atomic<Bool>(false)

  /// Prepares to hash files.
  ///
  /// - Parameter cache: Where digests of unchanged files come from.
  public init(cache: DigestCache = .standard()) { self.cache = cache }

  /// Hashes files in the background, those that are not known yet.
  ///
  /// - Parameter paths: Plain files.
  public func begin(_ paths: [String]) {
    queue.async { [self] in
      for path in paths where known.withLock({ $0[path] == nil }) {
        let result: Result<SHA256Digest, FileError>
        do throws(FileError) {
          guard
            let digest = try cache.digest(
              ofFile: path, shouldStop: { isStopped.load(ordering: .relaxed) })
          else { return }
          result = .success(digest)
        } catch {
          result = .failure(error)
        }
        known.withLock { $0[path] = result }
      }
    }
  }

  /// Ends the work early; digests that are not known by then stay unknown.
  public func stop() { isStopped.store(true, ordering: .relaxed) }

  /// Waits for a file's digest.
  ///
  /// - Parameter path: One that was given to ``begin(_:)``.
  /// - Returns: `nil` if the work was stopped before.
  /// - Throws: `FileError` if the file could not be read.
  public func digest(of path: String) throws(FileError) -> SHA256Digest? {
    queue.sync {}
    return try known.withLock { $0[path] }.map { (result) throws(FileError) in try result.get() }
      ?? nil
  }
}
