import Corpus
import Foundation
import TestSupport
import Tokenization

/// A temporary folder, and the tokenizers of the repository's checkpoints.
struct Scratch: ScratchFolder {
  let root: URL
  init() throws { root = try Locations.makeTemporaryFolder() }

  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
  }

  /// The tokenizer of a shipped checkpoint, with its own end of text.
  static func tokenizer(
    _ name: String = "tiny-neox", endOfDocument: Int32? = nil
  ) throws -> DocumentTokenizer {
    let folder = Locations.fixtures.appendingPathComponent("checkpoints/\(name)")
    let tokenizer = try Tokenizer(directory: folder)
    return try DocumentTokenizer(
      tokenizer: tokenizer,
      files: [Array(try Data(contentsOf: folder.appendingPathComponent("tokenizer.json")))],
      endOfDocument: endOfDocument ?? tokenizer.specialTokens.eos?.id ?? 0)
  }

  /// Opens texts below the cache folder `cache`.
  func open(
    _ files: [String], name: String = "english", field: String = "text",
    tokenizer: DocumentTokenizer? = nil, length: Int = 8, threads: Int = 2,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (TextEvent) -> Void = { _ in }
  ) throws -> TextSource {
    try TextSource(
      TextSource.Texts(name: name, files: files.map(path), textField: field),
      tokenizer: try tokenizer ?? Self.tokenizer(), sequenceLength: length,
      cacheFolder: path("cache"), threads: threads, isCancelled: isCancelled, report: report)
  }
}

extension TokenSource {
  /// All ids in order, those that samples share once.
  func stream() throws -> [Int32] {
    var ids = [try sample(0)[0]]
    for id in 0..<sampleCount { ids += try sample(id).dropFirst() }
    return ids
  }
}
