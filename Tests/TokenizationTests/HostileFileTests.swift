import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Tokenization

@Suite("Hostile tokenizer files")
struct HostileFileTests {
  @Test("A merge whose tokens are not in the vocabulary is named")
  func namesUnknownMerges() throws {
    for (merge, word): (JSONValue, String) in [
      (["a", "c"], "\"c\""), (["c", "a"], "\"c\""), (["b", "a"], "\"ba\""), ("a c", "\"c\""),
      (["a", .string(String(repeating: "b", count: 5000))], "bbb"),
    ] {
      var made = MadeTokenizer()
      made.merges = [["a", "b"], merge]
      let problem = try made.problem()
      #expect(problem.contains("model.merges[1]") && problem.contains(word), "\(problem)")
      #expect(problem.contains("not in the vocabulary"), "\(problem)")
    }
  }

  @Test("A merge of another shape than two tokens is refused")
  func refusesMisshapenMerges() throws {
    let merges: [JSONValue] = [
      "a b c", "ab", "", " ", ["a"], ["a", "b", "c"], [1, 2], 5, nil, [:],
    ]
    for merge in merges {
      var made = MadeTokenizer()
      made.merges = [merge]
      #expect(try made.problem().contains("model.merges[0]"), "\(merge)")
    }
  }

  @Test("Merges come as strings or as pairs; pairs may hold spaces; a version line is passed over")
  func takesBothForms() throws {
    var made = MadeTokenizer()
    made.vocabulary = [("a", 0), (" ", 1), ("b", 2), (" b", 3), ("a b", 4)]
    made.merges = ["#version: 0.2", [" ", "b"], ["a", " b"]]
    #expect(try made.load().encode("a b", addSpecialTokens: false) == [4])
    made = MadeTokenizer()
    made.merges = ["#version: 0.2", "a b"]
    #expect(try made.load().encode("ab", addSpecialTokens: false) == [2])
  }

  @Test("A prefix longer than the merged token is refused, not read past its end")
  func refusesLongPrefixes() throws {
    var made = MadeTokenizer()
    made.model = [("continuing_subword_prefix", "########")]
    #expect(try made.problem().contains("continuing_subword_prefix"))
  }

  @Test(
    "Ids that are negative, beyond any table, shared or no integers are refused",
    arguments: [
      (#"-1"#, "-1"), ("2147483648", "2147483648"), ("4294967296", "4294967296"),
      ("16777216", "16777216"), ("1e3", "a number"), ("0.5", "a number"), ("\"7\"", "a string"),
      ("null", "null"), ("123456789012345678901234567890", "an integer"), ("0", "two tokens"),
    ])
  func refusesBadIDs(_ id: String, _ word: String) throws {
    let text = MadeTokenizer().text.replacingOccurrences(of: "\"b\": 1", with: "\"b\": \(id)")
    let error = try #require(throws: TokenizerError.self) { try MadeTokenizer.load(text) }
    #expect(error.description.contains("model.vocab"), "\(error)")
    #expect(error.description.contains(word), "\(error)")
  }

  @Test("Gaps between ids are kept, and cost no memory beyond a table")
  func keepsGaps() throws {
    var made = MadeTokenizer()
    made.vocabulary = [("a", 0), ("b", 16_777_215), ("ab", 9)]
    let tokenizer = try made.load()
    #expect(try tokenizer.encode("abb", addSpecialTokens: false) == [9, 16_777_215])
    #expect(tokenizer.vocabularySize == 16_777_216)
    #expect(tokenizer.token(of: 5) == nil)
    #expect(try tokenizer.decode([9, 5, 0], skipSpecialTokens: false) == "ab a")
  }

  @Test("Spellings that only Unicode takes for the same are different tokens")
  func tellsTwinsApart() throws {
    var made = MadeTokenizer()
    made.vocabulary = [("\u{E0}", 0), ("a", 1), ("\u{300}", 2), ("a\u{300}", 3), ("b", 4)]
    made.merges = [["a", "\u{300}"]]
    let tokenizer = try made.load()
    #expect(try tokenizer.encode("\u{E0}a\u{300}", addSpecialTokens: false) == [0, 3])
    #expect(tokenizer.id(of: "\u{E0}") == 0)
    #expect(tokenizer.id(of: "a\u{300}") == 3)
  }

  @Test("An added token that the model has takes the model's id, another the next free one")
  func givesIDsToAddedTokens() throws {
    var made = MadeTokenizer()
    made.addedTokens = [
      MadeTokenizer.added("b", id: 77), MadeTokenizer.added("x", id: 1),
      MadeTokenizer.added("x", id: 9), MadeTokenizer.added("y", id: 50),
    ]
    let tokenizer = try made.load()
    #expect(try tokenizer.encode("abxy", addSpecialTokens: false) == [0, 1, 3, 4])
    #expect(tokenizer.vocabularySize == 5)
  }

  @Test("An empty added token is passed over and matches nowhere")
  func passesOverEmptyTokens() throws {
    var made = MadeTokenizer()
    made.addedTokens = [MadeTokenizer.added(""), MadeTokenizer.added("x")]
    #expect(try made.load().encode("abx", addSpecialTokens: false) == [2, 3])
  }

  @Test("An added token of which the normalizer leaves nothing is refused")
  func refusesTokensThatVanish() throws {
    var made = MadeTokenizer()
    made.addedTokens = [MadeTokenizer.added(" ", "normalized")]
    made.members = [("normalizer", ["type": "Strip", "strip_left": true, "strip_right": true])]
    #expect(try made.problem().contains("leaves nothing"))
  }

  @Test("A huge added token is refused, a million of them are found")
  func boundsAddedTokens() throws {
    var made = MadeTokenizer()
    made.addedTokens = [MadeTokenizer.added(String(repeating: "x", count: 1025))]
    #expect(try made.problem().contains("1025 bytes"))
    made.addedTokens = (0..<100_000).map { MadeTokenizer.added("<x_id_\($0)>") }
    let tokenizer = try made.load()
    let text = String(repeating: "<x_id_", count: 20_000) + "<x_id_99999>ab<x_id_7>"
    let ids = try tokenizer.encode(text, addSpecialTokens: false)
    #expect(ids == [100_002, 2, 10])
  }

  @Test(
    "A component of an unknown type is named with its place and what is supported",
    arguments: [
      ("normalizer", "Precompiled", "normalizer"), ("pre_tokenizer", "UnicodeScripts", ""),
      ("post_processor", "Foo", ""), ("decoder", "CTC", ""), ("normalizer", "Nmt", ""),
    ])
  func namesUnknownComponents(_ member: String, _ type: String, _ word: String) throws {
    var made = MadeTokenizer()
    made.members = [(member, ["type": .string(type)])]
    let problem = try made.problem()
    #expect(problem.contains(member) && problem.contains(type), "\(problem)")
    #expect(problem.contains("ByteLevel") && problem.contains("Sequence"), "\(problem)")
  }

  @Test("Another model than BPE is named", arguments: ["Unigram", "WordPiece", "WordLevel"])
  func namesOtherModels(_ type: String) throws {
    let text = MadeTokenizer().text.replacingOccurrences(of: "\"BPE\"", with: "\"\(type)\"")
    let error = try #require(throws: TokenizerError.self) { try MadeTokenizer.load(text) }
    #expect(error.description.contains("the model \(type) is not supported"), "\(error)")
    #expect(error.description.contains("BPE"), "\(error)")
  }

  @Test("Sequences nest, but not without end")
  func boundsNesting() throws {
    func nested(_ depth: Int) -> String {
      let open = String(repeating: #"{"type": "Sequence", "normalizers": ["#, count: depth)
      let close = String(repeating: "]}", count: depth)
      return #"{"version": "1.0", "normalizer": "# + open + close + ", "
        + MadeTokenizer().text.dropFirst()
    }
    #expect(try MadeTokenizer.load(nested(40)).encode("ab", addSpecialTokens: false) == [2])
    for depth in [100, 100_000] {
      let error = try #require(throws: TokenizerError.self) {
        try MadeTokenizer.load(nested(depth))
      }
      #expect(error.description.contains("nested"), "\(error)")
    }
  }

  @Test("A component without one of its settings, or with one of another kind, is refused")
  func refusesIncompleteComponents() throws {
    for (member, value, word): (String, JSONValue, String) in [
      ("pre_tokenizer", ["type": "ByteLevel"], "add_prefix_space"),
      ("pre_tokenizer", ["type": "Split", "pattern": ["Regex": "("], "behavior": "Isolated"], "("),
      ("pre_tokenizer", ["type": "Split", "pattern": [:], "behavior": "Isolated"], "Regex"),
      ("pre_tokenizer", ["type": "Split", "pattern": ["String": "x"], "behavior": "Foo"], "Foo"),
      ("pre_tokenizer", ["type": "Digits", "individual_digits": 1], "individual_digits"),
      ("pre_tokenizer", ["type": "Metaspace", "replacement": "ab"], "replacement"),
      ("pre_tokenizer", ["type": "FixedLength", "length": 0], "length"),
      (
        "pre_tokenizer",
        [
          "type": "Metaspace", "replacement": "_", "add_prefix_space": false,
          "prepend_scheme": "always",
        ], "prepend_scheme"
      ),
      ("normalizer", ["type": "Replace", "pattern": ["Regex": "(a+"], "content": ""], "Regex"),
      ("normalizer", "NFC", "normalizer"),
      ("normalizer", [:], "type"),
      ("decoder", ["type": "Strip", "content": " ", "start": -1, "stop": 0], "start"),
      ("post_processor", ["type": "TemplateProcessing", "single": []], "template"),
      (
        "post_processor",
        ["type": "TemplateProcessing", "single": [["SpecialToken": ["id": "x", "type_id": 0]]]],
        "special_tokens"
      ),
      ("post_processor", ["type": "BertProcessing", "sep": ["x"], "cls": ["y", 1]], "cls"),
      ("version", "2.0", "2.0"),
      ("foo", 1, "foo"),
    ] {
      var made = MadeTokenizer()
      made.members = [(member, value)]
      let problem = try made.problem()
      #expect(problem.contains(word) || problem.contains(member), "\(problem)")
      #expect(problem.contains("tokenizer.json"), "\(problem)")
    }
  }

  @Test("Dropout is refused unless it is 0")
  func refusesDropout() throws {
    var made = MadeTokenizer()
    made.model = [("dropout", 0.1)]
    #expect(try made.problem().contains("dropout"))
    made.model = [("dropout", 0.0)]
    #expect(try made.load().encode("ab", addSpecialTokens: false) == [2])
  }

  @Test("An older file without the model's type, and one with the least members, load")
  func loadsLeastFiles() throws {
    let text = #"{"model": {"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}"#
    #expect(try MadeTokenizer.load(text).encode("ab", addSpecialTokens: true) == [2])
  }

  @Test(
    "What is no JSON object of this kind is refused with its place",
    arguments: [
      "", "[]", "{", "nul", "{\"model\": 5}", "{\"model\": {\"type\": \"BPE\"}}",
      #"{"model": {"type": "BPE", "vocab": [], "merges": []}}"#,
      #"{"model": {"type": "BPE", "vocab": {"\ud800": 0}, "merges": []}}"#,
      #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": {}}}"#, "\u{FEFF}{}",
      #"{"added_tokens": [{"id": -1}], "model": {"type": "BPE", "vocab": {}, "merges": []}}"#,
      #"{"added_tokens": [{"id": 1}], "model": {"type": "BPE", "vocab": {}, "merges": []}}"#,
      #"{"added_tokens": {}, "model": {"type": "BPE", "vocab": {}, "merges": []}}"#,
    ])
  func refusesOtherJSON(_ text: String) throws {
    let error = try #require(throws: TokenizerError.self) { try MadeTokenizer.load(text) }
    #expect(error.description.contains("tokenizer.json"), "\(error)")
  }

  @Test("A name with control characters cannot steer the terminal through an error")
  func escapesNames() throws {
    var made = MadeTokenizer()
    made.members = [("normalizer", ["type": "\u{1B}[31mred"])]
    let problem = try made.problem()
    #expect(!problem.unicodeScalars.contains("\u{1B}"), "\(problem.debugDescription)")
    made = MadeTokenizer()
    made.merges = [["a", "\u{1B}]0;x\u{07}"]]
    #expect(!(try made.problem().unicodeScalars.contains("\u{1B}")))
  }

  @Test("A missing file, a folder and a folder without tokenizer.json are errors with the path")
  func refusesMissingFiles() throws {
    let folder = try Locations.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for url in [folder, folder.appendingPathComponent("none.json")] {
      let error = try #require(throws: TokenizerError.self) { try Tokenizer(file: url) }
      #expect(error.description.contains(url.lastPathComponent), "\(error)")
    }
    #expect(throws: TokenizerError.self) { try Tokenizer(directory: folder) }
  }

  @Test("A file cut off anywhere is an error, never a trap")
  func survivesTruncation() throws {
    let folder = Locations.fixtures.appendingPathComponent("tokenizers/llama3/tokenizer.json")
    let bytes = [UInt8](try Data(contentsOf: folder))
    for end in stride(from: 0, to: bytes.count - 2, by: max(bytes.count / 50, 1)) {
      let text = String(decoding: bytes[..<end], as: UTF8.self)
      #expect(throws: TokenizerError.self) { try MadeTokenizer.load(text) }
    }
  }
}
