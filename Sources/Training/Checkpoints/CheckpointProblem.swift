public import Files

/// Why a checkpoint cannot be resumed from.
public enum CheckpointProblem: Error, Equatable, CustomStringConvertible {
  /// Nothing lies under the checkpoint's name.
  case noSuchStep(path: String)
  case noManifest(path: String)
  case manifestTooLong(path: String, byteCount: Int, limit: Int)
  /// A manifest that says nothing that could be checked; the problem is a clause.
  case malformedManifest(path: String, problem: String)
  /// The folder was renamed, or the manifest copied from another one.
  case otherStep(path: String, step: Int)
  case missingFile(path: String)
  case wrongLength(path: String, byteCount: Int, expected: Int)
  case wrongDigest(path: String, digest: SHA256Digest, expected: SHA256Digest)
  /// The system does not let a file be read.
  case unreadable(FileError)

  public var description: String {
    switch self {
    case .noSuchStep(let path):
      "\(path.escapedForTerminal): no such checkpoint."
    case .noManifest(let path):
      "\(path.escapedForTerminal): no manifest.json, which is written last. Copy the checkpoint "
        + "again, or remove the folder."
    case .manifestTooLong(let path, let byteCount, let limit):
      "\(path.escapedForTerminal): \(byteCount) bytes are more than the \(limit) that a manifest "
        + "may have. Copy the checkpoint again, or remove the folder."
    case .malformedManifest(let path, let problem):
      "\(path.escapedForTerminal) is not a manifest: \(problem). Copy the checkpoint again, or "
        + "remove the folder."
    case .otherStep(let path, let step):
      "\(path.escapedForTerminal) describes step \(step), which is not the folder's. Give the folder "
        + "its old name, or remove it."
    case .missingFile(let path):
      "\(path.escapedForTerminal) is missing, though the manifest lists it. Copy the checkpoint "
        + "again, or remove the folder."
    case .wrongLength(let path, let byteCount, let expected):
      "\(path.escapedForTerminal) has \(byteCount) bytes, and \(expected) were saved. It was cut "
        + "short or changed; copy the checkpoint again, or remove the folder."
    case .wrongDigest(let path, let digest, let expected):
      "\(path.escapedForTerminal) was changed: its SHA-256 is \(digest.hex.prefix(12))…, and "
        + "\(expected.hex.prefix(12))… was saved. Copy the checkpoint again, or remove the folder."
    case .unreadable(let error):
      error.description
    }
  }
}
