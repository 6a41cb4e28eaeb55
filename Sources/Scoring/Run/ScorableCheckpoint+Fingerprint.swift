internal import Files
internal import Foundation
internal import LanguageModel

extension ScorableCheckpoint {
  /// Tells checkpoints apart without reading all of their weights: names and sizes of the files, what the
  /// small ones hold, and both ends of the large ones.
  ///
  /// - Returns: A digest.
  /// - Throws: `FileError`.
  public func fingerprint() throws -> [UInt8] {
    var hasher = SHA256Hasher()
    for name in try Folder.names(in: checkpoint.directory).sorted()
    where name.hasSuffix(".json") || name.hasSuffix(".safetensors") {
      let file = try MappedFile(path: "\(checkpoint.directory)/\(name)")
      Array("\(name) \(file.size)\n".utf8).withUnsafeBytes { hasher.update($0) }
      withExtendedLifetime(file) {
        let end = min(file.size, Self.pieceLength)
        hasher.update(UnsafeRawBufferPointer(rebasing: file.bytes[..<end]))
        hasher.update(UnsafeRawBufferPointer(rebasing: file.bytes[(file.size - end)...]))
      }
    }
    return hasher.finalize().bytes
  }

  private static var pieceLength: Int { 1 << 20 }
}
