internal import Files
internal import Foundation
internal import OrderedJSON
internal import Records

/// The folder `evaluation` of a checkpoint: results, samples and validation losses, and what they are
/// of.
struct EvaluationFolder {
  /// The folder itself.
  let path: String

  /// What results in the folder were made of.
  struct Identity: Equatable {
    /// Of tasks and settings.
    var tasks: String
    /// Of the weights.
    var weights: String
  }

  private static let identityName = "identity.json"

  /// Names the folder of a checkpoint; nothing is made.
  ///
  /// - Parameter checkpoint: The checkpoint's folder.
  init(ofCheckpoint checkpoint: String) { path = checkpoint + "/evaluation" }

  /// What the results are of; `nil` if none are there, or nothing tells.
  var identity: Identity? {
    guard let file = try? MappedFile(path: "\(path)/\(Self.identityName)"), file.size < 1 << 16,
      let value = try? JSONValue(parsing: Array(file.bytes)),
      let tasks = value["tasks_sha256"]?.stringValue,
      let weights = value["weights_sha256"]?.stringValue
    else { return nil }
    return Identity(tasks: tasks, weights: weights)
  }

  /// Notes what the results are of, when all of them are written.
  func write(_ identity: Identity) throws(FileError) {
    let value: JSONValue = [
      "tasks_sha256": .string(identity.tasks), "weights_sha256": .string(identity.weights),
    ]
    try AtomicFile.write(value.serialized(indent: 2) + "\n", to: "\(path)/\(Self.identityName)")
  }

  /// Whether validation losses are there.
  var hasLosses: Bool {
    (try? Folder.names(in: path).contains("validation.json")) ?? false
  }
}
