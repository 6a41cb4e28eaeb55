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

  /// What the results are of; `nil` if none are there, nothing tells, or a file of theirs is missing or
  /// has another length than when it was written.
  var identity: Identity? {
    guard let file = try? MappedFile(path: "\(path)/\(Self.identityName)"), file.size < 1 << 16,
      let value = try? JSONValue(parsing: Array(file.bytes)),
      let tasks = value["tasks_sha256"]?.stringValue,
      let weights = value["weights_sha256"]?.stringValue,
      let files = value["files"]?.objectValue
    else { return nil }
    for member in files.members {
      guard let size = try? FileIdentity(ofFile: "\(path)/\(member.name)").size,
        member.value.integerValue == size
      else { return nil }
    }
    return Identity(tasks: tasks, weights: weights)
  }

  /// Notes what the results are of, when all of them are written.
  ///
  /// - Parameters:
  ///   - identity: Of tasks and weights.
  ///   - files: Paths of results and samples.
  /// - Throws: `FileError`.
  func write(_ identity: Identity, files: [String]) throws(FileError) {
    var sizes = JSONObject()
    for file in files {
      let name = file.split(separator: "/").last.map(String.init) ?? file
      sizes[name] = .integer(try FileIdentity(ofFile: file).size)
    }
    let value: JSONValue = [
      "tasks_sha256": .string(identity.tasks), "weights_sha256": .string(identity.weights),
      "files": .object(sizes),
    ]
    try AtomicFile.write(value.serialized(indent: 2) + "\n", to: "\(path)/\(Self.identityName)")
  }

  /// Whether validation losses are there.
  var hasLosses: Bool {
    (try? Folder.names(in: path).contains("validation.json")) ?? false
  }
}
