import Corpus
import Foundation
import TestSupport
import Tokenization

/// A temporary folder, and the tokenizers of the repository's checkpoints.
struct Scratch {
  let root: URL
  init() throws { root = try Locations.makeTemporaryFolder() }

  func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  /// Writes a file.
  ///
  /// - Returns: Its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: root.appendingPathComponent(name))
    return path(name)
  }

  /// Writes a text.
  ///
  /// - Returns: The file's path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// Compresses a file in place with the system's gzip.
  ///
  /// - Returns: The new path, with .gz behind it.
  @discardableResult
  func compress(_ name: String) throws -> String {
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", path(name)]
    try gzip.run()
    gzip.waitUntilExit()
    return path(name + ".gz")
  }

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
