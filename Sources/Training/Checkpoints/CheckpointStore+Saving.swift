public import Files
internal import LanguageModel
internal import OrderedJSON

extension CheckpointStore {
  /// How a save ended.
  public enum SaveOutcome: Equatable, Sendable {
    /// The checkpoint was written.
    case saved
    /// The same checkpoint was there already, and whole.
    case kept
    /// The caller asked to stop; nothing has changed.
    case stopped
  }

  /// Writes a checkpoint; it appears whole, with everything on the disk, or not at all.
  ///
  /// Its files go to a hidden folder beside the others, each flushed, and are hashed on the way. The
  /// manifest is written last, the folder is flushed and renamed, and so is its entry. Something
  /// else under the name, a broken checkpoint or one of other content, gives way in one step.
  /// - Parameters:
  ///   - content: Its memory stays valid and unchanged until this returns.
  ///   - shouldStop: Asked every few megabytes.
  /// - Returns: See ``SaveOutcome``.
  /// - Throws: `FileError`; what was under the name is untouched then, unless the error came after
  ///   the new checkpoint was in its place. `FileError.tooLittleSpace` comes before a byte is written.
  /// - Precondition: The names in `content` are plain and unlike one another.
  /// - Complexity: O(bytes); two megabytes of memory.
  @discardableResult
  public func save(
    _ content: CheckpointContent, shouldStop: () -> Bool = { false }
  ) throws(FileError) -> SaveOutcome {
    try makeFolder()
    try checkSpace(for: content)
    let target = path(ofStep: content.step)
    // A link stands for a checkpoint that somebody moved elsewhere; the new one comes here.
    let staged = try AtomicFolder(path: target, followsLinks: false)
    guard let entries = try writeFiles(content, to: staged.temporaryPath, shouldStop) else {
      return .stopped
    }
    let manifest = CheckpointManifest(
      step: content.step, phaseEnd: content.phaseEnd, files: entries)
    if (try? self.manifest(ofStep: content.step)) == manifest, isGood(content.step) { return .kept }
    var identities: [FileIdentity] = []
    for entry in entries {
      identities.append(try FileIdentity(ofFile: "\(staged.temporaryPath)/\(entry.name)"))
    }
    try AtomicFile.write(
      manifest.serialized, to: "\(staged.temporaryPath)/\(CheckpointFile.manifest)")
    forget(content.step)
    try staged.commit(replacing: true)
    remember(manifest, identities)
    return .saved
  }

  /// Makes the folder of the checkpoints, and its entry on the disk.
  private func makeFolder() throws(FileError) {
    guard AtomicFolder.occupant(of: folder) == .nothing else { return }
    try OutputFolder.makeFolders(folder)
    try Folder.flush(runFolder)
  }

  /// Bytes per file that a file system may take on top of the content: a last block and an entry.
  private static let slackPerFile = 8192

  private func checkSpace(for content: CheckpointContent) throws(FileError) {
    let bytes = content.byteCount
    // Blocks of blocks (ext4's extents, say) grow with the content, about one in a thousand.
    let required = bytes + bytes / 256 + (content.files.count + 8) * Self.slackPerFile
    let free = try Folder.freeBytes(at: folder)
    guard free >= required else {
      throw .tooLittleSpace(path: folder, required: required, free: free)
    }
  }

  /// Writes everything but the manifest; `nil` if it was stopped.
  private func writeFiles(
    _ content: CheckpointContent, to folder: String, _ shouldStop: () -> Bool
  ) throws(FileError) -> [CheckpointManifest.Entry]? {
    var entries: [CheckpointManifest.Entry] = []
    func add(_ name: String, _ fingerprint: FileFingerprint?) {
      guard let fingerprint else { preconditionFailure("every file is hashed") }
      precondition(!entries.contains { $0.name == name }, "\(name) is written twice")
      entries.append(CheckpointManifest.Entry(name: name, content: fingerprint))
    }
    let state = Array((content.state.serialized(indent: 2) + "\n").utf8)
    for (name, bytes) in content.files + [(CheckpointFile.state, state)] {
      precondition(CheckpointFile.isPlainName(name), "\(name) is not a plain file name")
      if shouldStop() { return nil }
      let file = try AtomicFile(path: "\(folder)/\(name)", isHashed: true)
      try file.write(bytes)
      try file.commit()
      add(name, file.fingerprint)
    }
    for (name, tensors) in [
      (CheckpointFile.model, content.weights), (CheckpointFile.optimizer, content.optimizer),
    ] {
      let path = "\(folder)/\(name)"
      guard let fingerprint = try Self.write(tensors, to: path, shouldStop) else { return nil }
      add(name, fingerprint)
    }
    return entries
  }

  /// Bytes between two questions whether to stop.
  private static let pieceLength = 8 << 20

  private static func write(
    _ tensors: [NamedTensor], to path: String, _ shouldStop: () -> Bool
  ) throws(FileError) -> FileFingerprint? {
    let writer = try SafetensorsWriter(path: path, tensors: tensors.map(\.header), isHashed: true)
    let bytes = Dictionary(uniqueKeysWithValues: tensors.map { (Array($0.name.utf8), $0.bytes) })
    for tensor in writer.tensors {
      guard let all = bytes[Array(tensor.name.utf8)] else {
        preconditionFailure("a tensor is lost")
      }
      for start in stride(from: 0, to: all.count, by: pieceLength) {
        if shouldStop() { return nil }
        let end = min(start + pieceLength, all.count)
        try writer.write(UnsafeRawBufferPointer(rebasing: all[start..<end]))
      }
    }
    if shouldStop() { return nil }
    try writer.finish()
    return writer.fingerprint
  }
}
