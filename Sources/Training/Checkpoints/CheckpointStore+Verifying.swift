public import Files
internal import Synchronization

extension CheckpointStore {
  /// A checkpoint that was found to be whole.
  public struct SavedCheckpoint: Equatable, Sendable {
    public let path: String
    public let manifest: CheckpointManifest
    public var step: Int { manifest.step }
    public var phaseEnd: String? { manifest.phaseEnd }
  }

  /// Checks a checkpoint against its manifest, reading every byte of it.
  ///
  /// The folder may be anybody's work: the manifest's length, depth, names and numbers are bounded,
  /// and a file is read only if it has the length that the manifest gives it.
  /// - Parameter step: Optimizer updates.
  /// - Returns: The checkpoint.
  /// - Throws: ``CheckpointProblem``, the first one that was met.
  /// - Complexity: O(bytes of the files), at about the speed of the disk.
  @discardableResult
  public func verify(_ step: Int) throws(CheckpointProblem) -> SavedCheckpoint {
    let path = path(ofStep: step)
    forget(step)
    let manifest = try manifest(ofStep: step)
    var identities: [FileIdentity] = []
    for entry in manifest.files {
      let file = "\(path)/\(entry.name)"
      let identity = try Self.identity(ofFile: file)
      guard identity.size == entry.content.byteCount else {
        throw .wrongLength(
          path: file, byteCount: identity.size, expected: entry.content.byteCount)
      }
      let digest = try Self.reading(file) { () throws(FileError) in
        try SHA256Digest.digest(ofFile: file)
      }
      guard let digest else { preconditionFailure("nobody has asked to stop") }
      guard digest == entry.content.digest else {
        throw .wrongDigest(path: file, digest: digest, expected: entry.content.digest)
      }
      identities.append(identity)
    }
    remember(manifest, identities)
    return SavedCheckpoint(path: path, manifest: manifest)
  }

  /// The newest checkpoint that is whole, which is where a run goes on.
  ///
  /// - Parameter log: Told of each broken one that is passed over, with the reason.
  /// - Returns: `nil` if there is none.
  /// - Throws: `FileError` if the folder cannot be listed.
  /// - Complexity: O(bytes of the checkpoints looked at).
  public func newestGood(log: (String) -> Void) throws(FileError) -> SavedCheckpoint? {
    for step in try list().reversed() {
      do throws(CheckpointProblem) {
        return try verify(step)
      } catch {
        log("Checkpoint of step \(step) is broken and passed over: \(error)")
      }
    }
    return nil
  }

  /// Reads the manifest of a step without looking at the files that it lists.
  ///
  /// - Parameter step: Optimizer updates.
  /// - Returns: The manifest, which is that of this step.
  /// - Throws: ``CheckpointProblem``.
  public func manifest(ofStep step: Int) throws(CheckpointProblem) -> CheckpointManifest {
    let folder = path(ofStep: step)
    let path = "\(folder)/\(CheckpointFile.manifest)"
    let limit = CheckpointManifest.maximumByteCount
    let file: MappedFile
    do throws(FileError) {
      file = try MappedFile(path: path)
    } catch .notFound {
      throw AtomicFolder.occupant(of: folder) == .nothing
        ? .noSuchStep(path: folder) : .noManifest(path: folder)
    } catch {
      throw .unreadable(error)
    }
    guard file.size <= limit else {
      throw .manifestTooLong(path: path, byteCount: file.size, limit: limit)
    }
    // Copied by reading: a mapped file that is cut short meanwhile would end the process.
    var bytes = [UInt8](repeating: 0, count: file.size)
    do throws(FileError) {
      try bytes.withUnsafeMutableBufferPointer { (all) throws(FileError) in
        try file.copyBytes(into: UnsafeMutableRawBufferPointer(all), from: 0)
      }
    } catch {
      throw .unreadable(error)
    }
    let manifest: CheckpointManifest
    do throws(MalformedManifest) {
      manifest = try CheckpointManifest(parsing: bytes)
    } catch {
      throw .malformedManifest(path: path, problem: error.problem)
    }
    guard manifest.step == step else { throw .otherStep(path: path, step: manifest.step) }
    return manifest
  }

  // MARK: What is known

  /// Whether a checkpoint is whole; files that have not changed since this object wrote or read them
  /// are not read again.
  func isGood(_ step: Int) -> Bool {
    if let known = known.withLock({ $0[step] }), isAsKnown(step, known) { return true }
    return (try? verify(step)) != nil
  }

  private func isAsKnown(_ step: Int, _ known: Known) -> Bool {
    guard let manifest = try? manifest(ofStep: step), manifest == known.manifest else {
      return false
    }
    let path = path(ofStep: step)
    return zip(manifest.files, known.identities).allSatisfy { entry, identity in
      (try? FileIdentity(ofFile: "\(path)/\(entry.name)")) == identity
    }
  }

  func remember(_ manifest: CheckpointManifest, _ identities: [FileIdentity]) {
    known.withLock { $0[manifest.step] = Known(manifest: manifest, identities: identities) }
  }

  func forget(_ step: Int) { known.withLock { $0[step] = nil } }

  private static func identity(ofFile path: String) throws(CheckpointProblem) -> FileIdentity {
    try reading(path) { () throws(FileError) in try FileIdentity(ofFile: path) }
  }

  /// Turns what the system says of a listed file into a problem of the checkpoint.
  private static func reading<Result>(
    _ path: String, _ body: () throws(FileError) -> Result
  ) throws(CheckpointProblem) -> Result {
    do throws(FileError) {
      return try body()
    } catch .notFound {
      throw .missingFile(path: path)
    } catch {
      throw .unreadable(error)
    }
  }
}
