import Testing

@testable import Reports

@Suite("Plots")
struct PlotTests {
  @Test(
    "Ticks are round numbers, and as many as fit",
    arguments: [
      (0.0, 10.4e6, [0, 2.5e6, 5e6, 7.5e6, 10e6]), (3.87, 8.6, [4, 5, 6, 7, 8]),
      (0.246, 0.31, [0.26, 0.28, 0.3]), (-0.09, 0.08, [-0.05, 0, 0.05]),
      (0, 1.04e-3, [0, 2.5e-4, 5e-4, 7.5e-4, 1e-3]),
    ] as [(Double, Double, [Double])])
  func ticks(low: Double, high: Double, expected: [Double]) throws {
    let axis = try #require(
      PlotAxis(spanning: [low, high], from: 0, to: 100, padding: 0))
    let ticks = axis.ticks(about: 5).values
    #expect(ticks.count == expected.count)
    for (tick, value) in zip(ticks, expected) { #expect(abs(tick - value) < 1e-9 * high) }
  }

  @Test(
    "An axis spans any values that can be drawn",
    arguments: [
      [0.0], [-3], [5, 5, 5], [1e-300, 2e-300], [-1e99, 1e99], [.nan, 1, .infinity],
      [1, 1 + 1e-15],
    ] as [[Double]])
  func anyRange(values: [Double]) throws {
    let axis = try #require(PlotAxis(spanning: values, from: 0, to: 100))
    #expect(axis.low < axis.high)
    for value in values where PlotAxis.isDrawable(value) {
      #expect((0...100).contains(axis.position(of: value)))
    }
    #expect(axis.ticks(about: 5).values.count < 100)
  }

  @Test("Nothing that can be drawn makes no axis")
  func noRange() {
    #expect(PlotAxis(spanning: [], from: 0, to: 1) == nil)
    #expect(PlotAxis(spanning: [.nan, .infinity, -1e300], from: 0, to: 1) == nil)
  }

  @Test("Numbers beside axes are short")
  func tickTexts() {
    #expect(
      [0, 999, 1000, 2.5e6, 999_999, 1.27e9, 10_403_840, 5e12].map(TickText.tokens)
        == ["0", "999", "1k", "2.5M", "1M", "1.27B", "10.4M", "5T"])
    #expect(TickText.tokens(1e30) == "1e30")
    #expect(TickText.value(0.25, step: 0.25) == "0.25")
    #expect(TickText.value(0.275, step: 0.025) == "0.275")
    #expect(TickText.value(4, step: 2) == "4")
    #expect(TickText.value(2.5, step: 2.5) == "2.5")
    #expect(TickText.value(2.5e-4, step: 2.5e-4) == "2.5e-4")
    #expect(TickText.value(-1e-20, step: 0.1) == "0")
    #expect(TickText.value(3e7, step: 1e7) == "3e7")
    #expect(TickText.percent(0.57) == "57 %")
    #expect(TickText.percent(0.042) == "4.2 %")
    #expect(TickText.percent(1.139) == "114 %")
    #expect(TickText.scientific(1.3e14) == "1.3e14")
  }

  @Test("Thinning keeps spikes, ends and gaps")
  func thinning() {
    var points = (0..<100_000).map { PlotPoint(x: Double($0), y: 1) }
    points[41_234].y = 99
    points[71_234].y = -99
    points[50_000].y = nil
    let segments = CurveThinning.segments(points) { Int($0 / 250) }
    #expect(segments.count == 2)
    #expect(segments.joined().count <= 4 * 402)
    #expect(segments[0].contains { $0.x == 41_234 && $0.y == 99 })
    #expect(segments[1].contains { $0.x == 71_234 && $0.y == -99 })
    #expect(segments[0].first?.x == 0 && segments[1].last?.x == 99_999)
    #expect(segments[0].last?.x == 49_999 && segments[1].first?.x == 50_001)
    for segment in segments {
      #expect(zip(segment, segment.dropFirst()).allSatisfy { $0.x < $1.x })
    }
  }

  @Test("The first 49 curves differ in colour or dashes, neighbours in both and in their markers")
  func styles() {
    let styles = (0..<49).map(PlotStyle.series)
    #expect(Set(styles.map { "\($0.colorClass) \($0.dashes)" }).count == 49)
    for (a, b) in zip(styles, styles.dropFirst()) {
      #expect(a.colorClass != b.colorClass && a.dashes != b.dashes && a.marker != b.marker)
    }
  }

  @Test("Coordinates have a dot and no exponent, also where they cannot be drawn")
  func coordinates() {
    #expect(
      [0, -0.04, 1.25, -0.5, 12, 1e300, .nan].map(PathPen.number)
        == ["0", "0", "1.3", "-0.5", "12", "0", "0"])
  }

  @Test("A label that is cut shows the whole text as a tooltip")
  func labels() {
    let label = PlotCanvas.label("a long name", 0, 0, "phase", limit: 6)
    #expect(label.source.contains(">a lon…<title>a long name</title></text>"))
    let marks = "e" + String(repeating: "\u{301}", count: 10_000)
    #expect(PlotCanvas.shortened(marks + "xxxxxx", to: 4).text.unicodeScalars.count < 10_010)
  }
}
