public import Compute
import Files
public import LanguageModel
internal import Foundation
internal import OrderedJSON

/// A checkpoint to measure with: the user's own, or a random one of a preset's shape.
public final class BenchmarkModel {
  /// As the user named it.
  public let name: String
  /// A checkpoint's folder.
  public let folder: String
  /// Holds ``folder`` where it was made for the occasion.
  private let temporary: String?

  /// Names the user's checkpoint; nothing is read.
  ///
  /// - Parameter folder: In Hugging Face's layout.
  public init(folder: String) {
    name = folder
    self.folder = folder
    temporary = nil
  }

  /// Draws a random model into a temporary folder, which is gone with the object.
  ///
  /// - Parameters:
  ///   - preset: The shape.
  ///   - vocabularySize: Least entries of the vocabulary; the preset's own if it has more.
  ///   - files: Written beside the weights, such as tokenizer.json.
  ///   - pool: Draws the numbers.
  /// - Throws: `FileError`, also if the disk has too little room.
  public init(
    preset: CheckpointPreset, vocabularySize: Int = 0, files: [(name: String, bytes: [UInt8])] = [],
    pool: WorkerPool
  ) throws {
    name = preset.rawValue
    var keys = preset.keys
    if case .integer(let own)? = keys["vocab_size"], own < vocabularySize {
      keys["vocab_size"] = .integer(vocabularySize)
    }
    let initializer = try CheckpointInitializer(
      keys: keys, path: "the preset \(preset.rawValue)", seed: 1, dtype: .float32)
    let place = NSTemporaryDirectory()
    let bytes = files.reduce(initializer.byteCount ?? 0) { $0 + $1.bytes.count } + (64 << 20)
    _ = try OutputFolder(preparing: place, requiredBytes: bytes)
    let path = (place as NSString).appendingPathComponent("cpteval-bench-\(UUID().uuidString)")
    try OutputFolder.makeFolders(path)
    folder = path
    temporary = path
    for file in files { try AtomicFile.write(file.bytes, to: "\(path)/\(file.name)") }
    try initializer.write(to: path, pool: pool)
  }

  deinit { if let temporary { try? FileManager.default.removeItem(atPath: temporary) } }

  /// A folder for what is written while measuring, gone with the object it belongs to.
  final class Scratch {
    let path: String

    init(requiredBytes: Int) throws {
      let place = NSTemporaryDirectory()
      _ = try OutputFolder(preparing: place, requiredBytes: requiredBytes)
      path = (place as NSString).appendingPathComponent("cpteval-bench-\(UUID().uuidString)")
      try OutputFolder.makeFolders(path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }
}
