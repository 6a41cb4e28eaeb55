import Foundation
import OrderedJSON
import Testing

@testable import Tokenization

/// A tokenizer.json made in a test, from parts.
struct MadeTokenizer {
  var vocabulary: [(String, JSONValue)] = [("a", 0), ("b", 1), ("ab", 2)]
  var merges: [JSONValue] = [["a", "b"]]
  var model: [(String, JSONValue)] = []
  var members: [(String, JSONValue)] = []
  var addedTokens: [JSONValue] = []

  /// An added token with all its flags.
  static func added(_ content: String, id: JSONValue = 3, _ flags: String...) -> JSONValue {
    var object = JSONObject()
    object["id"] = id
    object["content"] = .string(content)
    for flag in ["single_word", "lstrip", "rstrip", "normalized", "special"] {
      object[flag] = .bool(flags.contains(flag))
    }
    return .object(object)
  }

  var text: String {
    var object = JSONObject()
    object["type"] = "BPE"
    object["vocab"] = .object(
      JSONObject(vocabulary.map { JSONObject.Member(name: $0.0, value: $0.1) }))
    object["merges"] = .array(merges)
    for (name, value) in model { object[name] = value }
    var file = JSONObject()
    file["version"] = "1.0"
    file["added_tokens"] = .array(addedTokens)
    for (name, value) in members { file[name] = value }
    file["model"] = .object(object)
    return JSONValue.object(file).serialized()
  }

  func load() throws -> Tokenizer { try Self.load(text) }

  /// Loads the text of a file.
  static func load(_ text: String) throws -> Tokenizer {
    try withFolder(["tokenizer.json": text]) {
      try Tokenizer(file: $0.appendingPathComponent("tokenizer.json"))
    }
  }

  /// The sentence of the error that loading ends with.
  func problem(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    try #require(throws: TokenizerError.self, sourceLocation: sourceLocation) { try load() }
      .description
  }
}
