import OrderedJSON
import Statistics
import TestSupport
import Testing

@Suite("Paired bootstrap")
struct PairedBootstrapTests {
  private let differences: [Double] = {
    var random = SeededNumbers(seed: 5)
    return (0..<200).map { _ in random.nextNormal() + 0.1 }
  }()

  @Test("Replicates do not depend on the threads, and each seed gives others")
  func reproducible() {
    let plan = PairedBootstrap(count: 200, iterations: 101, seed: 9)
    let replicates = plan.replicates(of: differences)
    #expect(replicates.count == 101)
    for threads in [2, 3, 500] {
      #expect(plan.replicates(of: differences, threads: threads) == replicates)
    }
    let other = PairedBootstrap(count: 200, iterations: 101, seed: 10)
    #expect(other.replicates(of: differences) != replicates)
    #expect(Set(replicates).count == 101)
    let longer = PairedBootstrap(count: 200, iterations: 150, seed: 9)
    #expect(Array(longer.replicates(of: differences).prefix(101)) == replicates)
  }

  @Test("A statistic of positions sees the same draws as the mean does")
  func statistics() {
    let plan = PairedBootstrap(count: 200, iterations: 50, seed: 2)
    let means = plan.replicates(of: differences)
    let values = differences
    for threads in [1, 2] {
      let own = plan.replicates(threads: threads) { drawn in
        drawn.reduce(0) { $0 + values[$1] } / Double(drawn.count)
      }
      #expect(own == means)
    }
  }

  @Test("Every document is drawn about equally often, also neighbours together")
  func uniform() {
    let plan = PairedBootstrap(count: 6, iterations: 20_000, seed: 1)
    // 120,000 draws: each document has 20,000 ± 129, each pair of neighbours 2,778 ± 52.
    let digits = plan.replicates { drawn in drawn.reduce(0) { $0 * 6 + Double($1) } }
    var single = [Int](repeating: 0, count: 6)
    var pairs = [Int](repeating: 0, count: 36)
    for code in digits.map({ Int($0) }) {
      single[code % 6] += 1
      pairs[code % 36] += 1
    }
    // Last places only: 20,000 draws, 3333 ± 53 and 556 ± 23; five deviations.
    #expect(single.allSatisfy { abs($0 - 3333) < 265 })
    #expect(pairs.allSatisfy { abs($0 - 556) < 116 })
  }

  @Test("The replicates spread as the standard error says")
  func spread() throws {
    let plan = PairedBootstrap(count: 200, seed: 3)
    let replicates = plan.replicates(of: differences, threads: 2)
    let spread = try #require(SampleSpread(replicates))
    let exact = PairedDifference(differences)
    let error = try #require(exact.standardError) * (199.0 / 200).squareRoot()
    // 10,000 replicates: the deviation has an error of 0.7 %, the mean one of 1 % of it.
    #expect(abs(spread.deviation / error - 1) < 0.03)
    #expect(abs(spread.mean - exact.mean) < 0.04 * error)
    let bootstrap = try #require(PairedBootstrap.interval(replicates))
    let student = try #require(exact.interval())
    #expect(abs(bootstrap.low - student.low) < 0.15 * error)
    #expect(abs(bootstrap.high - student.high) < 0.15 * error)
    let p = try #require(PairedBootstrap.pValue(replicates))
    #expect(abs(p - (try #require(exact.pValue))) < 0.03)
  }

  @Test("Percentiles are numpy's")
  func percentiles() throws {
    let golden = try #require(Fixture.json("statistics/student_t.json")["percentiles"])
    let values = try #require(golden["values"]?.arrayValue).compactMap(\.doubleValue)
    let interval = try #require(PairedBootstrap.interval(values))
    #expect(abs(interval.low - (try #require(golden["low"]?.doubleValue))) < 1e-12)
    #expect(abs(interval.high - (try #require(golden["high"]?.doubleValue))) < 1e-12)
    #expect(PairedBootstrap.interval([3]) == ConfidenceInterval(low: 3, high: 3))
  }

  @Test("p-values count the replicates themselves in, so that none is 0")
  func pValues() {
    let clear = (1...99).map { Double($0) }
    #expect(PairedBootstrap.pValue(clear) == 2 * 1.0 / 100)
    #expect(PairedBootstrap.pValue(clear.map { -$0 }) == 2 * 1.0 / 100)
    #expect(PairedBootstrap.pValue([0, 0, 0]) == 1)
    #expect(PairedBootstrap.pValue([-2, -1, 1, 2, 3]) == 2 * 3.0 / 6)
    #expect(PairedBootstrap.equivalencePValue([0.1, -0.1, 0, 0, 0.3], margin: 0.3) == 2.0 / 6)
    #expect(PairedBootstrap.equivalencePValue([0.1, -0.1, 0, 0, 0.2], margin: 0.3) == 1.0 / 6)
    #expect(PairedBootstrap.equivalencePValue([-0.4, -0.3, 0, 0, 0.3], margin: 0.3) == 3.0 / 6)
  }

  @Test("Nothing to draw and NaN give no answer and do not trap")
  func nothing() {
    #expect(PairedBootstrap(count: 0).replicates(of: []).isEmpty)
    #expect(PairedBootstrap(count: 3, iterations: 0).replicates { _ in 1 }.isEmpty)
    #expect(PairedBootstrap(count: -1, iterations: -1).replicates(threads: -1) { _ in 1 }.isEmpty)
    for replicates in [[], [1, .nan]] {
      #expect(PairedBootstrap.interval(replicates) == nil)
      #expect(PairedBootstrap.pValue(replicates) == nil)
      #expect(PairedBootstrap.equivalencePValue(replicates, margin: 1) == nil)
    }
    #expect(PairedBootstrap.interval([1, 2], confidence: .nan) == nil)
    #expect(PairedBootstrap.equivalencePValue([1, 2], margin: .nan) == nil)
    let broken = PairedBootstrap(count: 2, iterations: 40).replicates(of: [.nan, 1])
    #expect(broken.contains(where: \.isNaN) && PairedBootstrap.pValue(broken) == nil)
  }
}
