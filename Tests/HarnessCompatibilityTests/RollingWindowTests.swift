import HarnessCompatibility
import OrderedJSON
import TestSupport
import Testing

@Suite("Rolling windows and word counts")
struct RollingWindowTests {
  @Test("Windows over a long text are lm-eval's")
  func windows() throws {
    let cases = try #require(Fixture.json("metrics/reference.json")["windows"]?.arrayValue)
    #expect(cases.count == 10)
    for golden in cases {
      let count = try #require(golden["tokens"]?.integerValue)
      let window = try #require(golden["window"]?.integerValue)
      let found = RollingWindow.windows(
        over: (0..<count).map { Int32(100 + $0) }, prefix: 7, window: window)
      let expected = try #require(golden["windows"]?.arrayValue).map { pair in
        let sides = try #require(pair.arrayValue).map { side in
          try #require(side.arrayValue).map { Int32(try #require($0.integerValue)) }
        }
        return RollingWindow(input: sides[0], targets: sides[1])
      }
      #expect(found == expected, "\(count) tokens, window \(window)")
    }
  }

  @Test("Words are counted as Python's re.split does")
  func words() throws {
    for pair in try #require(Fixture.json("metrics/reference.json")["words"]?.arrayValue) {
      let text = try #require(pair.arrayValue?[0].stringValue)
      #expect(text.harnessWordCount == pair.arrayValue?[1].integerValue, "\(text.debugDescription)")
    }
  }
}
