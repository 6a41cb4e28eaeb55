import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Tokenization

@Suite("Patterns")
struct PatternTests {
  private static func fixture(_ name: String) throws -> JSONValue {
    let file = Locations.fixtures.appendingPathComponent("patterns/\(name)")
    return try Fixture.json(at: file)
  }

  /// A text with every match replaced by U+0001.
  private func replaced(_ text: String, by pattern: TextPattern) throws -> String {
    var result = TextNormalizer.Text(Array(text.utf8), startsInput: true)
    try TextNormalizer.replace(pattern, with: [1]).apply(to: &result)
    return String(decoding: result.bytes, as: UTF8.self)
  }

  @Test("Patterns match where Oniguruma finds them, through the engine and through a scanner")
  func matchesWhereOnigurumaDoes() throws {
    let reference = try Self.fixture("matches.json")
    let texts = try #require(reference["texts"]?.arrayValue).compactMap(\.stringValue)
    let patterns = try #require(reference["patterns"]?.arrayValue)
    #expect(patterns.count > 80)
    for entry in patterns {
      let pattern = try #require(entry["pattern"]?.stringValue)
      let expected = try #require(entry["replaced"]?.arrayValue).compactMap(\.stringValue)
      let program = TextPattern.regex(try PatternProgram(pattern))
      for (text, wanted) in zip(texts, expected) {
        for way in [program, try TextPattern(regex: pattern)] {
          let found = try replaced(text, by: way)
          #expect(
            found.hasSameBytes(as: wanted), "\(pattern) on \(text.debugDescription): \(found)")
        }
      }
    }
  }

  @Test("Known patterns have scanners of their own")
  func knowsCommonPatterns() throws {
    let llama =
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"#
      + #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
    #expect(PieceScanner(pattern: llama) == .cl100k(maximumDigits: 3))
    let qwen = llama.replacingOccurrences(of: "{1,3}", with: "")
    #expect(PieceScanner(pattern: qwen) == .cl100k(maximumDigits: 1))
    let gpt2 =
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    #expect(PieceScanner(pattern: gpt2) == .gpt2)
    #expect(PieceScanner(pattern: llama + "|x") == nil)
  }

  @Test("Classes hold the scalars that tokenizers' libraries put into them, all of Unicode")
  func classesAgree() throws {
    let flags: [String: ScalarClasses.Flags] = [
      "Digits": .numeric, "Punctuation": .punctuation, "WhitespaceSplit": .space,
      "Whitespace": .word,
    ]
    let classes = try #require(try Self.fixture("classes.json").objectValue).members
    #expect(classes.count > 55)
    for member in classes {
      let bounds = try #require(member.value.arrayValue).compactMap(\.integerValue).map {
        UInt32($0)
      }
      let expected = ScalarSet(
        stride(from: 0, to: bounds.count, by: 2).map { bounds[$0]..<bounds[$0 + 1] })
      if let flag = flags[member.name] {
        let wrong = (0..<ScalarSet.limit).filter {
          expected.contains($0) != ScalarClasses.shared.has(flag, $0)
        }
        #expect(wrong.isEmpty, "\(member.name): \(wrong.prefix(5))")
      } else {
        guard case .set(let set) = try PatternParser.parse(member.name) else {
          Issue.record("\(member.name) is no set")
          continue
        }
        let found = set.subtracting(ScalarSet([0xD800..<0xE000]))
        #expect(
          found == expected,
          """
          \(member.name): too many \(found.subtracting(expected).bounds.prefix(4)), \
          missing \(expected.subtracting(found).bounds.prefix(4))
          """)
      }
    }
  }

  @Test(
    "Nested and overlapping repetitions end in linear time",
    arguments: [
      "(a+)+b", "(a|a)*b", "(a|aa)+b", "(?:a+a+)+b", "(?:a|b|ab)*c", #"\s+$"#, "a*a*a*a*a*b",
      "(?:(?:a+)+)+b", "(?:a+?)+?b", "(?=(?:a+)+b)c", "[ab]*[ac]*[ad]*z",
    ])
  func endsInLinearTime(_ pattern: String) throws {
    let program = try PatternProgram(pattern)
    #expect(program.canRemember)
    for text in [
      String(repeating: "a", count: 30_000), String(repeating: " ", count: 30_000) + "x",
    ] {
      try [UInt8](text.utf8).withUnsafeBufferPointer { bytes in
        var matcher = PatternMatcher(program, over: bytes)
        let match = try matcher.firstMatch(from: 0)
        #expect(match == nil)
      }
    }
  }

  @Test(
    "What cannot be remembered stops with an error after so many steps",
    arguments: ["(?:a?){40}a{40}b", "(?:a*)*b", "(?:(?:a|)(?:a|))*b", "(?>(?:a|aa)+)b"])
  func stopsAfterSoManySteps(_ pattern: String) throws {
    let program = try PatternProgram(pattern)
    let text = String(repeating: "a", count: 20_000)
    try [UInt8](text.utf8).withUnsafeBufferPointer { bytes in
      var matcher = PatternMatcher(program, over: bytes)
      do {
        let match = try matcher.firstMatch(from: 0)
        #expect(match == nil)
      } catch { #expect("\(error)".contains("steps"), "\(error)") }
    }
  }

  @Test(
    "Patterns that are wrong or not supported are refused with the reason",
    arguments: [
      ("(", "closing parenthesis"), ("a)", "without an opening"), ("[a", "without an end"),
      ("[]", "empty"), ("*a", "quantifier"), ("a{100001}", "100000"), (#"\"#, "backslash"),
      (#"\p{Foo}"#, "Foo"), ("[[:foo:]]", "foo"), ("[z-a]", "backwards"), (#"(a)\1"#, "reference"),
      (#"(?<n>a)\k<n>"#, "reference"), (#"\X"#, "not supported"), ("(?~a)", "not supported"),
      ("(?(1)a|b)", "not supported"), ("(?<=a+)b", "look-behind"), (#"\x{110000}"#, "Unicode"),
      ("(?i:ß)", "ß"), ("(?i:ss)", "ß"), ("(?i:[a-ÿ])", "ß"), ("(?i", "not supported"),
      (String(repeating: "(", count: 5000) + String(repeating: ")", count: 5000), "nested"),
      (String(repeating: "[", count: 5000), "nested"), ("(?:a{1000}){1000}b", ""),
      ("(?:(?:ab){1000}){1000}", "20000"), (String(repeating: "a", count: 1 << 20), "65536"),
    ])
  func refusesPatterns(_ pattern: String, _ word: String) throws {
    if word.isEmpty { return }
    let error = try #require(throws: PatternError.self) { try PatternProgram(pattern) }
    #expect(error.problem.contains(word), "\(error.problem)")
  }

  @Test("A set of scalars behaves as a set")
  func setsAreSets() {
    let a = ScalarSet([0x61..<0x6B, 0x64..<0x70, 0x100..<0x200])
    #expect(a.bounds == [0x61, 0x70, 0x100, 0x200])
    #expect(a.inverted.inverted == a)
    #expect(a.union(a.inverted) == .all)
    #expect(a.intersection(a.inverted) == .empty)
    #expect(a.subtracting(ScalarSet(0x61)).bounds.first == 0x62)
    for value in UInt32(0)..<0x300 {
      #expect(a.contains(value) == (0x61..<0x70 ~= value || 0x100..<0x200 ~= value))
    }
    for scalar: Unicode.Scalar in ["a", "é", "漢", "😀", "\u{7FF}", "\u{800}", "\u{10FFFF}"] {
      let first = String(scalar).utf8.first ?? 0
      #expect(ScalarSet(scalar.value).firstBytes.contains(first))
    }
  }
}
