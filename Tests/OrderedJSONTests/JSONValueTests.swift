import OrderedJSON
import Testing

@Suite("OrderedJSON")
struct JSONValueTests {
  @Test("Members keep their order and a repeated name keeps both values, the last one winning")
  func keepsOrderAndRepetitions() throws {
    let value = try JSONValue(parsing: #"{"b": 1, "a": [true, null], "b": 2.0}"#)
    #expect(value.serialized() == #"{"b": 1, "a": [true, null], "b": 2.0}"#)
    #expect(value["b"] == .double(2))
    #expect(value.objectValue?.firstRepeatedName == "b")
  }

  @Test("Composed and decomposed names are two names")
  func tellsNormalFormsApart() throws {
    let value = try JSONValue(parsing: "{\"\u{E4}\": 1, \"a\u{308}\": 2}")
    #expect(value["\u{E4}"] == .integer(1))
    #expect(value["a\u{308}"] == .integer(2))
    #expect(value.objectValue?.firstRepeatedName == nil)
  }

  @Test("Indented text equals that of Python's json.dumps")
  func indentsAsPython() throws {
    let value: JSONValue = ["a": [], "b": [1, "ü\u{1}\n"], "c": [:], "d": ["e": nil]]
    #expect(
      value.serialized(indent: 2) == """
        {
          "a": [],
          "b": [
            1,
            "ü\\u0001\\n"
          ],
          "c": {},
          "d": {
            "e": null
          }
        }
        """)
  }

  @Test(
    "Doubles are written as Python's repr writes them",
    arguments: [
      (1e16, "1e+16"), (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
      (1e15, "1000000000000000.0"),
      (9_999_999_999_999_998.0, "9999999999999998.0"), (0.0001, "0.0001"), (0.00001, "1e-05"),
      (-0.0, "-0.0"), (0.1, "0.1"), (-12.5, "-12.5"), (5e-324, "5e-324"), (1e100, "1e+100"),
      (1.5e-7, "1.5e-07"), (.nan, "NaN"), (-.infinity, "-Infinity"), (100.0, "100.0"),
    ])
  func writesDoublesAsPython(value: Double, text: String) {
    #expect(value.pythonDescription == text)
  }

  @Test("Surrogate pairs become one character")
  func joinsSurrogates() throws {
    #expect(try JSONValue(parsing: #""\ud83d\ude00""#) == "😀")
  }

  @Test(
    "Text that is not JSON is an error with a place",
    arguments: [
      "", "{", "[1,]", "{\"a\" 1}", "\"abc", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
      "01", "1.", "-", "1e", "1e400", "NaN", "nul", "[1] 2", "\"\t\"", "\u{FEFF}1", "{1: 2}",
      String(repeating: "[", count: 100_000), "\"\\x\"", "+1", ".5",
    ])
  func refusesMalformedText(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  @Test("Invalid UTF-8 inside a string is an error")
  func refusesInvalidUTF8() {
    let bytes: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
    #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
  }

  @Test("An integer beyond 64 bits keeps its digits")
  func keepsBigIntegers() throws {
    let value = try JSONValue(parsing: "123456789012345678901234567890")
    #expect(value == .bigInteger("123456789012345678901234567890"))
    #expect(value.serialized() == "123456789012345678901234567890")
  }

  @Test("The error names line and column")
  func namesThePlace() {
    do {
      _ = try JSONValue(parsing: "{\n  \"a\": x\n}")
      Issue.record("no error")
    } catch {
      #expect(error.line == 2 && error.column == 8)
    }
  }
}
