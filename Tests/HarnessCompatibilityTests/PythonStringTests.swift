import HarnessCompatibility
import OrderedJSON
import Testing

@Suite("Python's texts")
struct PythonStringTests {
  /// Characters that CPython 3.11 knows from Unicode 14 and later versions changed: ideographs that
  /// became numerals, letters that got a capital twin.
  static let changedAfterUnicode14: Set<Int> = [
    0x4E24, 0x4EAC, 0x4FE9, 0x5006, 0x62D0, 0x6D1E, 0x7695, 0x79ED, 0x920E, 0x94A9, 0x12038,
    0x12039, 0x12079, 0x12226, 0x1222B, 0x1230B, 0x1230D, 0x12399, 0x19B, 0x264, 0xA7D3, 0xA7D5,
  ]

  @Test("Every method of str answers as CPython does")
  func methodsAnswerAsPython() throws {
    let rows = try PythonGoldens.rows("strings")
    #expect(rows.count > 1000)
    for row in rows {
      let text = try #require(row[0].stringValue)
      let method = try #require(row[1].stringValue)
      let arguments = PythonArguments((row[2].arrayValue ?? []).map { PythonValue($0) })
      let found: PythonValue? =
        switch method {
        case "__len__": .integer(text.pythonLength)
        case "__repr__": .string(text.pythonRepresentation)
        default: try PythonValue.string(text).call(method, arguments)
        }
      let json = try #require(found, "no method \(method)").json
      #expect(
        json == row[3], "\(text.debugDescription).\(method)(\(row[2].serialized()))")
    }
  }

  @Test("Character classes hold for the characters that CPython gives them to")
  func classesHoldAsInPython() throws {
    let golden = try PythonGoldens.load("unicode")
    let unassigned = try ranges(golden["unassigned"])
    let classes: [(String, (Unicode.Scalar) -> Bool)] = [
      ("isspace", { $0.isPythonSpace }), ("isdecimal", { $0.isPythonDecimal }),
      ("isdigit", { $0.isPythonDigit }), ("isnumeric", { $0.isPythonNumeric }),
      ("isalpha", { $0.isPythonAlphabetic }), ("isprintable", { $0.isPythonPrintable }),
    ]
    for (name, holds) in classes {
      let expected = try ranges(golden[name])
      var differing: [String] = []
      for code in 0...0x10FFFF {
        // Characters that came after CPython's Unicode version may be known here.
        guard let scalar = Unicode.Scalar(UInt32(code)), !unassigned.contains(code),
          !Self.changedAfterUnicode14.contains(code)
        else { continue }
        if holds(scalar) != expected.contains(code) { differing.append(String(code, radix: 16)) }
      }
      #expect(differing == [], "\(name)")
    }
  }

  @Test("Case mappings of single characters are those of CPython")
  func casesMapAsInPython() throws {
    let golden = try PythonGoldens.load("unicode")
    let unassigned = try ranges(golden["unassigned"])
    let mappings: [(String, (String) -> String)] = [
      ("lower", { $0.pythonLowercased }), ("upper", { $0.pythonUppercased }),
      ("title", { $0.pythonTitlecased }),
    ]
    for (name, map) in mappings {
      var expected: [Int: String] = [:]
      for row in golden[name]?.arrayValue ?? [] {
        let pair = try #require(row.arrayValue)
        expected[try #require(pair[0].integerValue)] = pair[1].stringValue
      }
      #expect(expected.count > 1000)
      var differing: [String] = []
      for code in 0...0x10FFFF {
        guard let scalar = Unicode.Scalar(UInt32(code)), !unassigned.contains(code),
          !Self.changedAfterUnicode14.contains(code)
        else { continue }
        let text = String(scalar)
        if !map(text).hasSameBytes(as: expected[code] ?? text) {
          differing.append(String(code, radix: 16))
        }
      }
      #expect(differing == [], "\(name)")
    }
  }

  private func ranges(_ value: JSONValue?) throws -> RangeSet<Int> {
    var set = RangeSet<Int>()
    for row in try #require(value?.arrayValue) {
      let pair = try #require(row.arrayValue)
      let (first, last) = (
        try #require(pair[0].integerValue), try #require(pair[1].integerValue)
      )
      set.insert(contentsOf: first..<last + 1)
    }
    return set
  }
}
