import Statistics
import Testing

/// What the statistics promise, tried out on models of known difference.
///
/// Tolerances are four standard errors of the simulation itself, √(p(1 − p)/repetitions).
@Suite("Statistics hold what they promise")
struct SimulationTests {
  /// Answers of two models that agree on most documents, as checkpoints of one run do.
  private struct Models {
    /// Share of documents that only B answers rightly.
    let onlyB: Double
    /// Share of documents that only A answers rightly.
    let onlyA: Double
    var random: SeededNumbers

    mutating func sample(_ documents: Int) -> [Double] {
      (0..<documents).map { _ in
        let number = random.nextUniform()
        return number < onlyB ? 1 : number < onlyB + onlyA ? -1 : 0
      }
    }
  }

  private func tolerance(_ rate: Double, _ repetitions: Int) -> Double {
    4 * (rate * (1 - rate) / Double(repetitions)).squareRoot()
  }

  @Test(
    "The 95 % interval covers the true difference 95 times of 100",
    arguments: [(0.08, 0.08), (0.07, 0.10), (0.03, 0.05), (0.20, 0.15)])
  func coverage(onlyB: Double, onlyA: Double) throws {
    let repetitions = 4000
    var models = Models(onlyB: onlyB, onlyA: onlyA, random: SeededNumbers(seed: 1))
    var covered = 0
    for _ in 0..<repetitions {
      let interval = try #require(PairedDifference(models.sample(500)).interval())
      if interval.low <= onlyB - onlyA && onlyB - onlyA <= interval.high { covered += 1 }
    }
    // Half a point for answers being discrete.
    let share = Double(covered) / Double(repetitions)
    #expect(abs(share - 0.95) < tolerance(0.95, repetitions) + 0.005, "\(share)")
  }

  @Test("A difference as large as the margin passes for equivalence 5 times of 100 at most")
  func errorRateAtTheBorder() throws {
    let repetitions = 4000
    for (onlyB, onlyA) in [(0.07, 0.04), (0.04, 0.07)] {
      var models = Models(onlyB: onlyB, onlyA: onlyA, random: SeededNumbers(seed: 2))
      var passed = 0
      for _ in 0..<repetitions {
        let difference = PairedDifference(models.sample(1000))
        if try #require(difference.equivalencePValue(margin: 0.03)) < 0.05 { passed += 1 }
      }
      let share = Double(passed) / Double(repetitions)
      #expect(share < 0.05 + tolerance(0.05, repetitions) + 0.003, "\(share)")
      // A test that never passes would hold its error rate too.
      #expect(share > 0.03, "\(share)")
    }
  }

  @Test("Equal models pass for equivalent as often as theory says")
  func power() throws {
    let repetitions = 3000
    var models = Models(onlyB: 0.05, onlyA: 0.05, random: SeededNumbers(seed: 3))
    var (passed, different, exact) = (0, 0, 0)
    for _ in 0..<repetitions {
      let sample = models.sample(1000)
      let difference = PairedDifference(sample)
      if try #require(difference.equivalencePValue(margin: 0.03)) < 0.05 { passed += 1 }
      if try #require(difference.pValue) < 0.05 { different += 1 }
      let pairs = DiscordantPairs(
        onlyReference: sample.count { $0 < 0 }, onlyCandidate: sample.count { $0 > 0 },
        count: sample.count)
      if pairs.exactPValue < 0.05 { exact += 1 }
    }
    // 2Φ(0.03/0.01 − 1.645) − 1 with a standard error of √(0.1/1000) = 0.01.
    let share = Double(passed) / Double(repetitions)
    #expect(abs(share - 0.825) < tolerance(0.825, repetitions) + 0.01, "\(share)")
    let falseAlarms = Double(different) / Double(repetitions)
    #expect(abs(falseAlarms - 0.05) < tolerance(0.05, repetitions) + 0.005, "\(falseAlarms)")
    // The exact test is conservative.
    let exactAlarms = Double(exact) / Double(repetitions)
    #expect(exactAlarms < 0.05 + tolerance(0.05, repetitions) && exactAlarms > 0.02)
  }

  @Test("Three points lost on 3,000 documents are seen, and are no match")
  func plantedLoss() throws {
    var models = Models(onlyB: 0.04, onlyA: 0.07, random: SeededNumbers(seed: 4))
    let difference = PairedDifference(models.sample(3000))
    #expect(try #require(difference.interval()).high < 0)
    #expect(try #require(difference.equivalencePValue(margin: 0.01)) > 0.5)
  }

  @Test("Holm keeps any false alarm among ten tests at 5 of 100, with real differences beside")
  func familyWiseError() throws {
    let repetitions = 2000
    var random = SeededNumbers(seed: 5)
    var (corrected, uncorrected, found) = (0, 0, 0)
    for _ in 0..<repetitions {
      var pValues: [Double] = []
      for test in 0..<10 {
        let shift = test < 3 ? 0.9 : 0
        let sample = (0..<25).map { _ in random.nextNormal() + shift }
        pValues.append(try #require(PairedDifference(sample).pValue))
      }
      let adjusted = HolmCorrection.adjusted(pValues)
      if adjusted[3...].contains(where: { $0 < 0.05 }) { corrected += 1 }
      if pValues[3...].contains(where: { $0 < 0.05 }) { uncorrected += 1 }
      found += adjusted[..<3].count { $0 < 0.05 }
    }
    let rate = Double(corrected) / Double(repetitions)
    #expect(rate < 0.05 + tolerance(0.05, repetitions), "\(rate)")
    // Seven tests of equal models: 1 − 0.95⁷.
    let without = Double(uncorrected) / Double(repetitions)
    #expect(abs(without - 0.302) < tolerance(0.302, repetitions), "\(without)")
    #expect(Double(found) / Double(3 * repetitions) > 0.8)
  }

  @Test("The bootstrap's interval covers as Student's does")
  func bootstrapCoverage() throws {
    let repetitions = 400
    var models = Models(onlyB: 0.08, onlyA: 0.10, random: SeededNumbers(seed: 6))
    var covered = 0
    for repetition in 0..<repetitions {
      let plan = PairedBootstrap(count: 300, iterations: 400, seed: UInt64(repetition))
      let replicates = plan.replicates(of: models.sample(300))
      let interval = try #require(PairedBootstrap.interval(replicates))
      if interval.low <= -0.02 && -0.02 <= interval.high { covered += 1 }
    }
    let share = Double(covered) / Double(repetitions)
    #expect(abs(share - 0.95) < tolerance(0.95, repetitions) + 0.01, "\(share)")
  }
}
