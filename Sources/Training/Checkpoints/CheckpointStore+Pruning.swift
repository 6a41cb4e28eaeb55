public import Files

extension CheckpointStore {
  /// Removes old checkpoints.
  ///
  /// The newest good ones stay and every phase's end stays; so at least one good one always does.
  /// A broken one does not count, and stays if it is newer than the last that counts, or if its
  /// manifest cannot be read, because it could be a phase's end: saves leave none, so a person
  /// should look.
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
