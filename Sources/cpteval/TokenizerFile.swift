import Files
import Foundation
import Tokenization

/// A file of a tokenizer, to be copied beside weights.
struct TokenizerFile {
  /// In the folder that it is copied to.
  let name: String
  let bytes: [UInt8]

  /// Reads what belongs to a tokenizer.
  ///
  /// - Parameter path: A tokenizer.json; or a folder, whose tokenizer_config.json and
  ///   special_tokens_map.json belong to it too.
  /// - Returns: tokenizer.json first.
  /// - Throws: `FileError`, or ``RequestError`` for a file that is too large.
  static func read(_ path: String) throws -> [TokenizerFile] {
    guard try isFolder(path) else { return [try file(path, as: "tokenizer.json")] }
    var files = [try file(path + "/tokenizer.json", as: "tokenizer.json")]
    for name in ["tokenizer_config.json", "special_tokens_map.json"]
    where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
      files.append(try file("\(path)/\(name)", as: name))
    }
    return files
  }

  /// Opens a tokenizer.
  ///
  /// - Parameter path: A tokenizer.json, or a folder that holds one.
  /// - Returns: The tokenizer; of a folder as transformers' AutoTokenizer loads it.
  /// - Throws: `FileError` or `TokenizerError`.
  static func load(_ path: String) throws -> Tokenizer {
    let url = URL(fileURLWithPath: path)
    return try isFolder(path) ? Tokenizer(directory: url) : Tokenizer(file: url)
  }

  private static func isFolder(_ path: String) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError.notFound(path: path)
    }
    return isFolder.boolValue
  }

  private static func file(_ path: String, as name: String) throws -> TokenizerFile {
    let file = try MappedFile(path: path)
    guard file.size <= 1 << 30 else {
      throw RequestError("\(path.escapedForTerminal): \(file.size) bytes are too many.")
    }
    return TokenizerFile(name: name, bytes: withExtendedLifetime(file) { Array(file.bytes) })
  }
}
