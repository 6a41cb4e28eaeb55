import HarnessCompatibility
import OrderedJSON
import Testing

@Suite("Python's literals and formats")
struct PythonLiteralTests {
  @Test("literal_eval reads and refuses what CPython's does")
  func readsAsPython() throws {
    for row in try PythonGoldens.rows("literals") {
      let text = try #require(row[0].stringValue)
      if row[1] == true {
        let expected = try #require(row[2].stringValue)
        let found = Result { try PythonLiteral.evaluate(text).representation }
        #expect((try? found.get()) == expected, "\(text.debugDescription): \(found)")
      } else {
        #expect(throws: PythonError.self, "\(text.debugDescription)") {
          try PythonLiteral.evaluate(text)
        }
      }
    }
  }

  @Test("Brackets nested without end are an error, not a stack overflow")
  func boundsNesting() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: PythonError.self) { try PythonLiteral.evaluate(text) }
  }

  @Test("format answers as CPython's does for every value and specification")
  func formatsAsPython() throws {
    let golden = try PythonGoldens.load("formats")
    for row in golden["format"]?.arrayValue ?? [] {
      let row = try #require(row.arrayValue)
      let specification = try #require(row[1].stringValue)
      try compare(row[2], "\(row[0].serialized()):\(specification)") {
        try PythonValue(row[0]).formatted(specification)
      }
    }
  }

  @Test("Percent formatting and str.format answer as CPython's do")
  func fillsTemplatesAsPython() throws {
    let golden = try PythonGoldens.load("formats")
    for row in golden["percent"]?.arrayValue ?? [] {
      let row = try #require(row.arrayValue)
      let arguments = (row[1].arrayValue ?? []).map { PythonValue($0) }
      try compare(row[2], row[0].serialized() + row[1].serialized()) {
        try PythonValue(row[0]).applying(.remainder, .tuple(arguments)).pythonText
      }
    }
    for row in golden["str.format"]?.arrayValue ?? [] {
      let row = try #require(row.arrayValue)
      let arguments = (row[1].arrayValue ?? []).map { PythonValue($0) }
      try compare(row[2], row[0].serialized() + row[1].serialized()) {
        try PythonValue(row[0]).call("format", PythonArguments(arguments))?.pythonText
      }
    }
  }

  @Test("str and repr of values are those of CPython")
  func writesAsPython() throws {
    for row in try PythonGoldens.load("formats")["texts"]?.arrayValue ?? [] {
      let row = try #require(row.arrayValue)
      #expect(PythonValue(row[0]).pythonText == row[1].stringValue)
      #expect(PythonValue(row[0]).representation == row[2].stringValue)
    }
  }

  /// Compares a text with the golden's, or expects an error where Python raised one.
  private func compare(
    _ golden: JSONValue, _ label: String, _ make: () throws -> String?
  ) throws {
    let found = Result { try make() }
    if golden.isNull {
      if case .success(let text) = found {
        Issue.record("\(label) gave \(text ?? "nothing"), Python refuses it")
      }
    } else {
      #expect((try? found.get()) == golden.stringValue, "\(label): \(found)")
    }
  }
}
