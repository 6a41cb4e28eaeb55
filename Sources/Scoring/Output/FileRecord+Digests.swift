import Compute
public import EvaluationTasks
import Files
import Foundation
public import LanguageModel
public import Records

extension TaskFile {
  /// The file as records name it.
  var recordPath: String {
    switch self {
    case .onDisk(let url): url.path
    case .embedded(let path): "embedded:\(path)"
    }
  }

  /// Its path, if it is not part of the binary.
  public var diskPath: String? { if case .onDisk(let url) = self { url.path } else { nil } }
}

extension FileDigests {
  /// The records of a task's files.
  ///
  /// - Parameter files: Files on disk were given to ``begin(_:)`` before.
  /// - Returns: One per file; the digest is empty where it could not be had.
  func records(of files: [TaskFile]) -> [FileRecord] {
    files.map { file in
      switch file {
      case .onDisk: return record(ofPath: file.recordPath)
      case .embedded(let path):
        let digest = EmbeddedTasks.bytes(path).map { SHA256Digest(of: $0).hex }
        return FileRecord(path: file.recordPath, sha256: digest ?? "")
      }
    }
  }

  /// The record of one file.
  ///
  /// - Parameter path: Was given to ``begin(_:)`` before.
  /// - Returns: The digest is empty where the file vanished or the work was stopped.
  func record(ofPath path: String) -> FileRecord {
    FileRecord(path: path, sha256: ((try? digest(of: path)) ?? nil)?.hex ?? "")
  }
}

extension CheckpointRecord {
  /// Paths of all files that say what a checkpoint is; weights come last, as they take longest.
  ///
  /// - Parameter checkpoint: An opened one.
  /// - Returns: Existing files.
  public static func paths(of checkpoint: Checkpoint) -> [String] {
    [checkpoint.configurationPath] + tokenizerPaths(of: checkpoint)
      + checkpoint.weightFiles.map(\.path)
  }

  static func tokenizerPaths(of checkpoint: Checkpoint) -> [String] {
    ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]
      .map { "\(checkpoint.directory)/\($0)" }.filter { (try? MappedFile(path: $0)) != nil }
  }

  /// Describes a checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: An opened one.
  ///   - path: As the user named it.
  ///   - name: The folder's name.
  ///   - digests: Were given ``paths(of:)``.
  public init(_ checkpoint: Checkpoint, path: String, name: String, digests: FileDigests) {
    let weights = checkpoint.weightFiles.map { digests.record(ofPath: $0.path) }
    var dtypes: [String] = []
    for tensor in checkpoint.storedTensors where !dtypes.contains(tensor.dtype.rawValue) {
      dtypes.append(tensor.dtype.rawValue)
    }
    self.init(
      name: name, path: path, architecture: checkpoint.configuration.family.rawValue,
      parameters: checkpoint.parameterCount, dtypes: dtypes,
      weightsDigest: Self.combined(weights), weightFiles: weights,
      tokenizerFiles: Self.tokenizerPaths(of: checkpoint).map { digests.record(ofPath: $0) },
      configurationFile: digests.record(ofPath: checkpoint.configurationPath))
  }

  /// One digest for all weight files: a file's own, or that of the lines `digest  name` of shards.
  private static func combined(_ files: [FileRecord]) -> String {
    if files.contains(where: \.sha256.isEmpty) { return "" }
    if files.count == 1 { return files[0].sha256 }
    let lines = files.map { file in
      "\(file.sha256)  \(file.path.split(separator: "/").last ?? "")\n"
    }
    return SHA256Digest(of: lines.joined()).hex
  }
}
