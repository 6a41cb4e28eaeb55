import Documents
import Files
import OrderedJSON
import TestSupport
import Testing

@Suite("Texts of JSON records")
struct RecordTextTests {
  let scene: DocumentScene
  init() throws { scene = try DocumentScene() }

  /// What the reader of whole values says of a line.
  private func expected(_ line: String) -> String? {
    (try? JSONValue(parsing: line))?.objectValue?["text"]?.stringValue
  }

  private func read(_ line: String) throws -> String {
    try scene.write(line, to: "a.jsonl")
    return scene.read(["a.jsonl"]).first ?? "NOTHING"
  }

  @Test(
    "The member is found as by reading the whole value",
    arguments: [
      #"{"text": "plain"}"#, #"{"id": 1, "meta": {"text": [1, "x"]}, "text": "a\n\"b\"\\ \/"}"#,
      #"{"text":"\u00e4\ud83d\ude00ä","x":-1.5e3}"#, #"{"text": "a", "text": "b"}"#,
      #"{"te\u0078t": "escaped name"}"#, #"{"x":[true,false,null,[],{}], "text":""}"#,
      #" {"text" : "blanks" , "n" : 0.25 } "#,
      #"{"text": "long escapes \b\f\r\t at the end of eight bytes\\"}"#,
    ])
  func findsTheMember(_ line: String) throws {
    #expect(try read(line) == expected(line))
  }

  @Test(
    "What is no such record is a problem",
    arguments: [
      #"{"text": "a"#, #"{"text": "a",}"#, #"{"text": "\ud800"}"#, #"{"text": "\x"}"#,
      #"{"text": 1}"#, #"{"t": "a"}"#, #"{"text": "a"} x"#, #"{"n": 01, "text": "a"}"#,
      #"{"n": tru, "text": "a"}"#, #"{"n": [1,], "text": "a"}"#, #"{"n": -, "text": "a"}"#, "7",
      #"{"n": 1., "text": "a"}"#, "{\"text\": \"a\u{1}\"}", "{}",
    ])
  func refuses(_ line: String) throws {
    #expect(try read(line).hasPrefix("PROBLEM"), "\(line)")
  }

  @Test("Mutated records are read as by reading the whole value")
  func agreesUnderMutation() throws {
    let sample =
      #"{"id": 12, "m": {"a": [1, "b\n", null]}, "text": "W\u00e4lder \"x\"", "z": true}"#
    var mutator = Mutator(seed: 7)
    for _ in 0..<1000 {
      let bytes = mutator.mutated(Array(sample.utf8)).filter { $0 != 0x0A && $0 != 0x0D }
      guard let line = String(validating: bytes, as: UTF8.self), line.first == "{" else { continue }
      let text = try read(line)
      if let expected = expected(line) {
        #expect(text == expected, "\(line)")
      } else {
        #expect(text.hasPrefix("PROBLEM"), "\(line)")
      }
    }
  }

  @Test("Bad records are problems of their own, and the others are read")
  func goesOn() throws {
    var options = DocumentOptions()
    options.limits.maximumRecordLength = 100
    let lines: [[UInt8]] = [
      Array(#"{"text": "one"}"#.utf8), Array("nonsense".utf8), [0x22, 0xFF, 0x22],
      Array("{\"text\": \"\(String(repeating: "x", count: 300_000))\"}".utf8),
      Array(#"{"text": "two"}"#.utf8),
    ]
    try scene.write(Array(lines.joined(separator: [0x0A])), to: "a.jsonl")
    let texts = scene.read(["a.jsonl", "missing.txt", "b.unknown", "a.jsonl"], options: options)
    try #require(texts.count == 12)
    #expect(texts[0] == "one" && texts[4] == "two" && texts[7] == "one")
    #expect(texts[1].contains("line 2") && texts[2].contains("line 3: not valid UTF-8"))
    #expect(texts[3].contains("line 4: longer than 100 bytes"))
    #expect(texts[5].contains("no such file") && texts[6].contains("the name tells no format"))
  }
}
