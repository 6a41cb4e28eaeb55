internal import Files
internal import Foundation
public import Tokenization
public import TrainingPlans

/// The tokenizer that a plan names, with the files that go into each checkpoint.
public struct PlanTokenizer: Sendable {
  /// Files of a tokenizer that transformers reads; the first one is needed.
  private static let names = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
  ]
  private static let maximumFileSize = 1 << 30

  public let tokenizer: Tokenizer
  public let files: [(name: String, bytes: [UInt8])]

  /// Reads the tokenizer of a plan: the one that it names, else the one beside the checkpoint that it
  /// starts from.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - folder: The plan file's folder.
  /// - Returns: `nil` where there is none, which is enough for packed data, and where it has yet to
  ///   be trained.
  /// - Throws: `TokenizerError`, `FileError`.
  public static func open(_ plan: TrainingPlan, folder: String) throws -> PlanTokenizer? {
    switch plan.tokenizer {
    case .file(let path): return try PlanTokenizer(path: resolvedPath(path, in: folder))
    case .trained: return nil
    case nil: break
    }
    guard case .checkpoint(let path) = plan.model else { return nil }
    let checkpoint = resolvedPath(path, in: folder)
    guard (try? Folder.names(in: checkpoint))?.contains("tokenizer.json") == true else {
      return nil
    }
    return try PlanTokenizer(path: checkpoint)
  }

  /// Reads a tokenizer.
  ///
  /// - Parameter path: A tokenizer.json, or a folder with one. What lies beside the file under the
  ///   names that transformers reads is read as well: it names the end of text.
  /// - Throws: `TokenizerError`, `FileError`.
  public init(path: String) throws {
    let isFolder = (try? Folder.names(in: path)) != nil
    let url = URL(fileURLWithPath: path)
    if isFolder || url.lastPathComponent == "tokenizer.json" {
      let directory = isFolder ? path : url.deletingLastPathComponent().path
      let present = try Set(Folder.names(in: directory))
      guard present.contains("tokenizer.json") else {
        throw FileError.notFound(path: directory + "/tokenizer.json")
      }
      tokenizer = try Tokenizer(directory: URL(fileURLWithPath: directory))
      files = try Self.names.filter(present.contains).map {
        ($0, try Self.bytes(of: "\(directory)/\($0)"))
      }
    } else {
      tokenizer = try Tokenizer(file: url)
      files = [("tokenizer.json", try Self.bytes(of: path))]
    }
  }

  private static func bytes(of path: String) throws(FileError) -> [UInt8] {
    let file = try MappedFile(path: path)
    guard file.size <= maximumFileSize else {
      throw .notAPlainFile(path: path, kind: "a file of \(file.size) bytes")
    }
    return withExtendedLifetime(file) { Array(file.bytes) }
  }
}

/// A path of a plan, which is relative to the plan file's folder.
func resolvedPath(_ path: String, in folder: String) -> String {
  path.hasPrefix("/") ? path : "\(folder)/\(path)"
}
