import Foundation
import HarnessCompatibility
import OrderedJSON
import TestSupport
import Testing
import YAMLDocuments

@testable import EvaluationTasks

@Suite("Task files as YAML")
struct YAMLTests {
  private static let file = TaskFile.embedded("test.yaml")

  private static func read(_ text: String) throws -> YAMLNode {
    try YAMLReader.read(Array(text.utf8), file: file)
  }

  private static func golden() throws -> JSONValue {
    let url = Locations.fixtures.appendingPathComponent("yaml/cases.json")
    return try JSONValue(parsing: Array(Data(contentsOf: url)))
  }

  @Test("Plain scalars mean what they mean to PyYAML: no is false, 010 is 8, 1e3 is a text")
  func resolvesScalars() throws {
    for row in try #require(Self.golden()["scalars"]?.arrayValue).compactMap(\.arrayValue) {
      let text = try #require(row[0].stringValue)
      // PyYAML fails over these; here they stay texts or are no YAML at all.
      if row[1]["refused"] != nil { continue }
      let found = try Self.read("a: " + text).value(of: "a")?.pythonValue
      #expect(found.map(shown) == row[1], "\(text)")
    }
  }

  @Test("Documents are read as PyYAML reads them")
  func readsDocuments() throws {
    for member in try #require(Self.golden()["documents"]?.objectValue).members {
      let row = try #require(member.value.arrayValue)
      let text = try #require(row[0].stringValue)
      if row[1].isNull {
        // A document without content is a file without keys.
        #expect(throws: TaskProblem.self) {
          try RawConfiguration(try Self.read(text), file: Self.file)
        }
        continue
      }
      let found = try #require(try Self.read(text).pythonValue, "\(member.name)")
      #expect(shown(found) == row[1], "\(member.name)")
    }
  }

  @Test("What PyYAML refuses is an error, and so are recursive aliases")
  func refusesMalformedDocuments() throws {
    for member in try #require(Self.golden()["refused"]?.objectValue).members {
      let text = try #require(member.value.stringValue)
      #expect(throws: TaskProblem.self, "\(member.name)") { try Self.read(text) }
    }
  }

  @Test("An error names the line and the key")
  func namesThePlace() throws {
    let twice = try #require(throws: TaskProblem.self) {
      try Self.read("task: a\nmetadata:\n  version: 1\n  version: 2\n")
    }
    #expect(twice.key == "version" && twice.line == 4)
    #expect("\(twice)".contains("line 3"))
    let tag = try #require(throws: TaskProblem.self) { try Self.read("a: 1\nb: !!binary aGk=\n") }
    #expect(tag.line == 2)
    #expect("\(tag)".contains("!!binary"))
    let broken = try #require(throws: TaskProblem.self) { try Self.read("a: 1\nb: [1, 2\nc: 3\n") }
    #expect(broken.line == 3)
  }

  @Test("A key that stands twice with the same value is read, as files of lm-eval need it")
  func readsEqualRepetitions() throws {
    let text = """
      num_fewshot: 0
      metadata:
        "version": [1, {a: b}]
        name: x
        version: [1, {a: b}]
        'name': x
        name: x
      num_fewshot: 0

      """
    let node = try Self.read(text)
    #expect(
      node.configurationJSON
        == ["metadata": ["version": [1, ["a": "b"]], "name": "x"], "num_fewshot": 0])
    for text in ["a: 1\na: '1'\n", "a: {b: 1, b: 2}\n", "a: !function x.y\na: x.y\n"] {
      #expect(throws: TaskProblem.self, "\(text)") { try Self.read(text) }
    }
    let many = (0..<50).map { _ in "a: 1\n" }.joined()
    #expect(throws: TaskProblem.self) { try Self.read(many) }
  }

  @Test("Bombs of aliases, depth, size and number end in an error soon")
  func boundsWork() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    var keyBomb = "a0: &a0 [x, x, x]\n"
    for level in 1...60 { keyBomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    keyBomb += "? *a60\n: x\n"
    // Few aliases, each of a large part.
    let part = "[" + Array(repeating: "x", count: 20_000).joined(separator: ", ") + "]"
    let wide = "a: &a \(part)\nb: [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
    for text in [
      bomb, keyBomb, wide, String(repeating: "[", count: 100_000),
      String(repeating: "- ", count: 100_000) + "x",
      String(repeating: "{a: ", count: 900) + "1",
      "a: " + String(repeating: "x", count: 2 << 20),
      "a: [" + String(repeating: "1,", count: 300_000) + "]",
      (0..<6000).map { "k\($0): 1\n" }.joined(),
    ] {
      #expect(throws: TaskProblem.self, "\(text.prefix(60))") { try Self.read(text) }
    }
  }

  @Test("A key that is no text, invalid UTF-8 and NUL are errors")
  func refusesOddFiles() {
    #expect(throws: TaskProblem.self) {
      try RawConfiguration(try Self.read("1: a\n"), file: Self.file)
    }
    #expect(throws: TaskProblem.self) { try Self.read("? [a]\n: b\n") }
    #expect(throws: TaskProblem.self) {
      try YAMLReader.read([0x61, 0x3A, 0x20, 0x0A, 0x62, 0x3A, 0x20, 0xFF], file: Self.file)
    }
    #expect(throws: TaskProblem.self) { try Self.read("a: \0\n") }
  }

  /// A value in the form that Fixtures/yaml/generate.py writes.
  private func shown(_ value: PythonValue) -> JSONValue {
    switch value {
    case .none: .null
    case .bool(let flag): .bool(flag)
    case .integer, .bigInteger: ["int": .string(value.pythonText)]
    case .float(let number): ["float": .string(number.pythonText)]
    case .string(let text): .string(text)
    case .list(let elements), .tuple(let elements): .array(elements.map(shown))
    case .dictionary(let dictionary):
      ["map": .array(dictionary.entries.map { .array([shown($0), shown($1)]) })]
    }
  }
}
