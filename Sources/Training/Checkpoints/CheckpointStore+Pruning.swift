public import Files

extension CheckpointStore {
  /// Removes old checkpoints.
  ///
  /// The newest good ones stay, every phase's end stays, and at least one good one stays always.
  /// Broken ones stay too: they do not count, nothing can be told from their manifests, and saves
  /// do not make them, so a person should look.
  /// - Parameter count: Good checkpoints to keep; 0 counts as 1.
  /// - Returns: The steps that were removed, in ascending order.
  /// - Throws: `FileError`.
  /// - Complexity: O(checkpoints), if those that stay were written or verified by this object.
  @discardableResult
  public func prune(keepLast count: Int) throws(FileError) -> [Int] {
    var good = 0
    var removed: [Int] = []
    for step in try list().reversed() {
      if good < max(count, 1) {
        if isGood(step) { good += 1 }
        continue
      }
      guard let manifest = try? manifest(ofStep: step), manifest.phaseEnd == nil else { continue }
      removed.append(step)
    }
    removed.reverse()
    for step in removed {
      forget(step)
      try Folder.discard(path(ofStep: step))
    }
    return removed
  }
}
