import OrderedJSON
import Statistics
import TestSupport
import Testing

@Suite("Paired differences")
struct PairedDifferenceTests {
  @Test("None and one document have no errors, and what follows from them is absent")
  func tooFew() {
    let none = PairedDifference([])
    #expect(none.count == 0 && none.mean.isNaN)
    let one = PairedDifference([0.25])
    #expect(one.count == 1 && one.mean == 0.25)
    for difference in [none, one] {
      #expect(difference.standardError == nil && difference.degreesOfFreedom == 0)
      #expect(difference.interval() == nil && difference.pValue == nil)
      #expect(difference.equivalencePValue(margin: 0.01) == nil)
      #expect(difference.smallestMargin() == nil)
    }
  }

  @Test("Equal differences have an error of exactly 0, and the limits as answers")
  func noSpread() {
    let same = PairedDifference([Double](repeating: 0, count: 50))
    #expect(same.standardError == 0 && same.pValue == 1)
    #expect(same.interval() == ConfidenceInterval(low: 0, high: 0))
    #expect(same.equivalencePValue(margin: 0.01) == 0 && same.smallestMargin() == 0)

    // A mean of 49 times 0.1 is not 0.1 in floating point.
    let shifted = PairedDifference([Double](repeating: 0.1, count: 49))
    #expect(shifted.mean == 0.1 && shifted.standardError == 0 && shifted.pValue == 0)
    #expect(shifted.equivalencePValue(margin: 0.2) == 0)
    #expect(shifted.equivalencePValue(margin: 0.1) == 1)
    #expect(shifted.equivalencePValue(margin: 0.05) == 1)
  }

  @Test("A NaN among the differences leaves no error and no verdict, and does not trap")
  func notANumber() {
    for bad in [Double.nan, .infinity] {
      let difference = PairedDifference([0.1, bad, -0.2])
      #expect(!difference.mean.isFinite && difference.standardError == nil)
      #expect(difference.interval() == nil && difference.pValue == nil)
    }
    let sound = PairedDifference([0.1, 0.3, -0.2])
    #expect(sound.equivalencePValue(margin: .nan) == nil)
    #expect(sound.smallestMargin(level: .nan) == nil)
    #expect(sound.interval(confidence: .nan) == nil && sound.interval(confidence: 1) == nil)
    let given = PairedDifference(mean: 0, standardError: .nan, degreesOfFreedom: 3, count: 4)
    #expect(given.standardError == nil)
    let noFreedom = PairedDifference(mean: 1, standardError: 1, degreesOfFreedom: 0, count: 1)
    #expect(noFreedom.pValue == nil && noFreedom.interval() == nil)
    #expect(noFreedom.smallestMargin() == nil && noFreedom.equivalencePValue(margin: 2) == nil)
  }

  @Test("The difference test and the interval agree on whether 0 is possible")
  func duality() throws {
    let difference = PairedDifference([0.4, 0.1, 0.9, -0.2, 0.6, 0.3, 0.8, -0.1])
    let p = try #require(difference.pValue)
    let border = try #require(difference.interval(confidence: 1 - p))
    #expect(abs(border.low) < 1e-12)
    #expect(abs(border.high - 2 * difference.mean) < 1e-12)
  }

  @Test("The smallest margin is the one that an equal mean would just show")
  func smallestMargin() throws {
    let known = PairedDifference(
      mean: 0, standardError: 0.02, degreesOfFreedom: 299, count: 300)
    for level in [0.05, 0.01] {
      let margin = try #require(known.smallestMargin(level: level))
      #expect(abs(try #require(known.equivalencePValue(margin: margin)) - level) < 1e-12)
    }
  }

  @Test("TOST is the same as the 90 % interval lying inside the margin")
  func equivalenceByInterval() throws {
    for mean in [-0.02, -0.004, 0, 0.003, 0.0079] {
      let known = PairedDifference(
        mean: mean, standardError: 0.004, degreesOfFreedom: 99, count: 100)
      let interval = try #require(known.interval(confidence: 0.9))
      let p = try #require(known.equivalencePValue(margin: 0.01))
      #expect((p < 0.05) == (interval.low > -0.01 && interval.high < 0.01))
    }
  }

  @Test("The average of two parts has the degrees of freedom of Welch's test in scipy")
  func welch() throws {
    let golden = try #require(Fixture.json("statistics/student_t.json")["welch"])
    func part(_ key: String) throws -> PairedDifference {
      PairedDifference(
        try #require(golden[key]?.arrayValue).map { try #require($0.doubleValue) })
    }
    let average = try #require(PairedDifference.average([part("first"), part("second")]))
    let freedom = try #require(golden["degrees_of_freedom"]?.doubleValue)
    #expect(average.count == 42)
    #expect(abs(average.degreesOfFreedom - freedom) < 1e-9)
    #expect(abs(average.mean - (try #require(golden["mean"]?.doubleValue))) < 1e-12)
    let p = try #require(average.pValue)
    #expect(abs(p - (try #require(golden["p"]?.doubleValue))) < 1e-9)
    let interval = try #require(average.interval())
    let expected = try #require(golden["t95"]?.arrayValue).compactMap(\.doubleValue)
    #expect(abs(interval.low - expected[0]) < 1e-9 && abs(interval.high - expected[1]) < 1e-9)
  }

  @Test("An average of parts lacks an error if one part does, and one part is its own average")
  func averages() throws {
    #expect(PairedDifference.average([]) == nil)
    let whole = PairedDifference([0.5, 0.25, -1, 0])
    let alone = try #require(PairedDifference.average([whole]))
    #expect(alone == whole)

    let gap = try #require(PairedDifference.average([whole, PairedDifference([1])]))
    #expect(gap.standardError == nil && gap.count == 5)
    #expect(gap.mean == (whole.mean + 1) / 2)

    let still = PairedDifference([0.5, 0.5, 0.5])
    let half = try #require(PairedDifference.average([whole, still]))
    #expect(half.standardError == whole.standardError.map { $0 / 2 })
    #expect(half.degreesOfFreedom == 3)
    #expect(PairedDifference.average([still, still])?.standardError == 0)

    // Fourth powers of such errors are 0.
    let tiny = PairedDifference(mean: 0, standardError: 1e-120, degreesOfFreedom: 9, count: 10)
    #expect(PairedDifference.average([tiny, tiny])?.degreesOfFreedom == 18)
  }
}

@Suite("Spread over seeds")
struct SampleSpreadTests {
  @Test("Mean, sample deviation and interval of three seeds")
  func threeSeeds() throws {
    let spread = try #require(SampleSpread([0.31, 0.33, 0.35]))
    #expect(abs(spread.mean - 0.33) < 1e-15 && abs(spread.deviation - 0.02) < 1e-15)
    // For two degrees of freedom t(p) = (2p − 1) / √(2p(1 − p)).
    let t = 0.95 / (2 * 0.975 * 0.025).squareRoot()
    let half = t * 0.02 / 3.0.squareRoot()
    #expect(abs(spread.interval().low - (0.33 - half)) < 1e-12)
    #expect(abs(spread.interval().high - (0.33 + half)) < 1e-12)
    #expect(spread.interval(confidence: 2).low.isNaN)
  }

  @Test("One seed, or one that failed with a NaN, has no spread")
  func noSpread() {
    #expect(SampleSpread([]) == nil && SampleSpread([1]) == nil)
    #expect(SampleSpread([1, .nan, 2]) == nil && SampleSpread([1, .infinity]) == nil)
    #expect(SampleSpread([2, 2])?.deviation == 0)
  }
}
