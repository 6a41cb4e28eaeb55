import OrderedJSON
import Statistics
import TestSupport
import Testing

@Suite("Student's t distribution")
struct StudentTTests {
  let reference: JSONValue

  init() throws { reference = try Fixture.json("statistics/student_t.json") }

  private func rows(_ key: String) throws -> [[Double]] {
    try #require(reference[key]?.arrayValue).map { row in
      try #require(row.arrayValue).map { try #require($0.doubleValue) }
    }
  }

  @Test("Tails agree to 1e-12 relative, from the middle down to 1e-300")
  func tails() throws {
    let rows = try rows("upper_tails")
    #expect(rows.count > 150)
    for row in rows {
      let tail = StudentT.upperTail(row[0], degreesOfFreedom: row[1])
      #expect(abs(tail - row[2]) <= 1e-12 * row[2], "t \(row[0]), \(row[1]) degrees: \(tail)")
      #expect(StudentT.cumulative(-row[0], degreesOfFreedom: row[1]) == tail)
      #expect(StudentT.cumulative(row[0], degreesOfFreedom: row[1]) == 1 - tail)
    }
  }

  @Test("Quantiles agree to 1e-12 relative, on both sides")
  func quantiles() throws {
    let rows = try rows("quantiles")
    #expect(rows.count > 100)
    for row in rows {
      let quantile = StudentT.quantile(row[0], degreesOfFreedom: row[1])
      #expect(
        abs(quantile - row[2]) <= 1e-12 * abs(row[2]),
        "p \(row[0]), \(row[1]) degrees: \(quantile), not \(row[2])")
      if row[0] == 0.025 {
        let upper = StudentT.quantile(0.975, degreesOfFreedom: row[1])
        #expect(abs(upper + row[2]) <= 1e-12 * abs(row[2]))
      }
    }
  }

  @Test("Quantiles lead back to their probability for any degrees of freedom")
  func inverse() {
    for freedom in [0.3, 0.9, 1, 3.3, 17, 400, 19_999, 20_000, 1e8, 1e300, .infinity] {
      for p in [1e-30, 1e-9, 0.01, 0.1, 0.2499, 0.25, 0.2501, 0.4, 0.4999999999] {
        let t = StudentT.quantile(p, degreesOfFreedom: freedom)
        let back = StudentT.cumulative(t, degreesOfFreedom: freedom)
        #expect(abs(back - p) <= 1e-12 * p, "p \(p), \(freedom) degrees: \(back)")
      }
    }
  }

  @Test("One and two degrees of freedom follow their closed forms")
  func closedForms() {
    #expect(abs(StudentT.cumulative(1, degreesOfFreedom: 1) - 0.75) < 1e-15)
    #expect(abs(StudentT.quantile(0.75, degreesOfFreedom: 1) - 1) < 1e-14)
    let expected = 0.5 + 3 / (2 * 11.0.squareRoot())
    #expect(abs(StudentT.cumulative(3, degreesOfFreedom: 2) - expected) < 1e-15)
  }

  @Test("Infinitely many degrees of freedom give the normal distribution")
  func normal() {
    let z = StudentT.quantile(0.975, degreesOfFreedom: .infinity)
    #expect(abs(z - 1.959963984540054) < 1e-14)
    #expect(
      abs(StudentT.upperTail(37, degreesOfFreedom: .infinity) / 5.7255712225245e-300 - 1) < 1e-9)
  }

  @Test("Ends, infinities and impossible questions have answers and do not trap")
  func edges() {
    #expect(StudentT.cumulative(0, degreesOfFreedom: 4) == 0.5)
    #expect(StudentT.cumulative(.infinity, degreesOfFreedom: 4) == 1)
    #expect(StudentT.upperTail(.infinity, degreesOfFreedom: 4) == 0)
    #expect(StudentT.upperTail(.infinity, degreesOfFreedom: .infinity) == 0)
    #expect(StudentT.upperTail(-.infinity, degreesOfFreedom: 1e7) == 1)
    #expect(StudentT.upperTail(.greatestFiniteMagnitude, degreesOfFreedom: 1e7) == 0)
    #expect(StudentT.upperTail(.greatestFiniteMagnitude, degreesOfFreedom: 1) > 0)
    #expect(StudentT.cumulative(.leastNonzeroMagnitude, degreesOfFreedom: 1e-300) == 0.5)
    #expect(StudentT.quantile(0.5, degreesOfFreedom: 4) == 0)
    #expect(StudentT.quantile(0, degreesOfFreedom: 4) == -.infinity)
    #expect(StudentT.quantile(1, degreesOfFreedom: 4) == .infinity)
    #expect(StudentT.quantile(1e-300, degreesOfFreedom: 0.1) == -.infinity)
    for freedom in [0, -1, .nan] {
      #expect(StudentT.upperTail(1, degreesOfFreedom: freedom).isNaN)
      #expect(StudentT.quantile(0.1, degreesOfFreedom: freedom).isNaN)
    }
    for p in [-0.1, 1.1, .nan] { #expect(StudentT.quantile(p, degreesOfFreedom: 4).isNaN) }
    #expect(StudentT.cumulative(.nan, degreesOfFreedom: 4).isNaN)
  }
}
