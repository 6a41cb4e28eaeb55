import Foundation
import OrderedJSON
import TestSupport
import Testing
import TrainingPlans

@Suite("Learning-rate schedules")
struct ScheduleTests {
  private static func schedule(_ golden: JSONValue) throws -> LearningRateSchedule {
    func number(_ key: String) throws -> Double { try #require(golden[key]?.doubleValue) }
    func count(_ key: String) throws -> Int { try #require(golden[key]?.integerValue) }
    guard golden["kind"]?.stringValue == "infinite" else {
      return LearningRateSchedule(
        kind: .cosine, maximum: try number("max_lr"), minimum: try number("min_lr"),
        warmup: try count("warmup_steps"), steps: try count("steps"))
    }
    let warmup = try count("warmup_end")
    let coolDownEnd = try count("cooldown_end")
    let constantEnd = try count("constant_end")
    let end = try count("annealing_end")
    return LearningRateSchedule(
      kind: .infinite(
        .init(
          coolDown: golden["alpha"]?.doubleValue.map { .inverseSquareRoot(steepness: $0) }
            ?? .cosine,
          coolDownSteps: coolDownEnd - warmup, constantRate: try number("constant_lr"),
          constantSteps: constantEnd - coolDownEnd, annealingSteps: end - constantEnd)),
      maximum: try number("max_lr"), minimum: try number("min_lr"), warmup: warmup, steps: end)
  }

  @Test("Cosine and infinite schedules agree with the published formulas to 1e-12 relative")
  func agreesWithReference() throws {
    let cases = try #require(try Fixture.json("schedules/reference.json")["cases"]?.arrayValue)
    #expect(cases.count == 4)
    for golden in cases {
      let schedule = try Self.schedule(golden)
      let rates = try #require(golden["lr"]?.arrayValue).compactMap(\.doubleValue)
      #expect(rates.count == schedule.steps)
      for (step, expected) in rates.enumerated() {
        let found = schedule.rate(atStep: step)
        #expect(
          abs(found - expected) <= 1e-12 * expected,
          "\(schedule.kindName) step \(step): \(found), not \(expected)")
      }
    }
  }

  private static func make(
    _ kind: LearningRateSchedule.Kind, warmup: Int = 10, steps: Int = 100
  ) -> LearningRateSchedule {
    LearningRateSchedule(kind: kind, maximum: 1, minimum: 0.1, warmup: warmup, steps: steps)
  }

  @Test("Re-warming rises by equal parts and reaches the peak on its last step")
  func warmsUp() {
    for kind in [LearningRateSchedule.Kind.cosine, .linear, .constant] {
      let schedule = Self.make(kind)
      #expect(schedule.rate(atStep: 0) == 0.1)
      #expect(schedule.rate(atStep: 4) == 0.5)
      #expect(schedule.rate(atStep: 9) == 1)
      #expect(schedule.rate(atStep: 10) == 1)
    }
  }

  @Test("Linear and wsd decays follow their formulas")
  func decays() {
    let linear = Self.make(.linear)
    for step in 10..<100 {
      let x = Double(step - 10) / 90
      #expect(abs(linear.rate(atStep: step) - (1 - 0.9 * x)) < 1e-15)
    }
    let factors: [(LearningRateSchedule.Decay.Shape, (Double) -> Double)] = [
      (.linear, { 1 - $0 }), (.squareRoot, { 1 - $0.squareRoot() }),
      (.cosine, { (1 + cos(Double.pi * $0)) / 2 }),
    ]
    for (shape, factor) in factors {
      let schedule = Self.make(.stableThenDecay(.init(shape: shape, steps: 20)))
      for step in 10..<80 { #expect(schedule.rate(atStep: step) == 1) }
      for step in 80..<100 {
        let expected = 0.1 + 0.9 * factor(Double(step - 80) / 20)
        #expect(abs(schedule.rate(atStep: step) - expected) < 1e-15, "\(shape) \(step)")
      }
    }
  }

  @Test("A schedule that has run out stays at its last value")
  func staysAtTheEnd() {
    for kind in [
      LearningRateSchedule.Kind.cosine, .linear, .stableThenDecay(.init(shape: .cosine, steps: 9)),
    ] {
      let schedule = Self.make(kind)
      for step in [100, 101, 1000, Int.max] {
        #expect(abs(schedule.rate(atStep: step) - 0.1) < 1e-15)
      }
    }
    #expect(Self.make(.constant).rate(atStep: .max) == 1)
    #expect(Self.make(Self.infinite(annealing: 20)).rate(atStep: 5000) == 0.1)
    #expect(Self.make(Self.infinite(annealing: 0)).rate(atStep: 5000) == 0.5)
  }

  private static func infinite(
    coolDown: Int = 20, constant: Int = 50, annealing: Int
  ) -> LearningRateSchedule.Kind {
    .infinite(
      .init(
        coolDown: .inverseSquareRoot(steepness: 10), coolDownSteps: coolDown, constantRate: 0.5,
        constantSteps: constant, annealingSteps: annealing))
  }

  @Test("Empty parts and a minimum of zero give finite rates")
  func survivesEmptyParts() {
    let kinds: [LearningRateSchedule.Kind] = [
      .cosine, .linear, .constant, .stableThenDecay(.init(shape: .squareRoot, steps: 0)),
      Self.infinite(coolDown: 0, constant: 0, annealing: 0),
      Self.infinite(coolDown: 0, constant: 0, annealing: 1), Self.infinite(annealing: 5),
    ]
    for kind in kinds {
      for (warmup, steps) in [(0, 1), (1, 1), (0, 100)] {
        let schedule = LearningRateSchedule(
          kind: kind, maximum: 1, minimum: 0, warmup: warmup, steps: steps)
        for step in [-1, 0, 1, 99, 100, Int.max] {
          let rate = schedule.rate(atStep: step)
          #expect(rate.isFinite && rate >= 0 && rate <= 1, "\(kind) \(warmup) \(steps) \(step)")
        }
      }
    }
  }

  @Test("Neither cool-down falls below the minimum")
  func coolDownsKeepTheMinimum() {
    for shape in [
      LearningRateSchedule.Infinite.CoolDown.cosine, .inverseSquareRoot(steepness: 10),
    ] {
      // Only hand-made schedules have a constant rate below the minimum.
      let schedule = LearningRateSchedule(
        kind: .infinite(
          .init(
            coolDown: shape, coolDownSteps: 50, constantRate: 0.05, constantSteps: 50,
            annealingSteps: 0)), maximum: 1, minimum: 0.1, warmup: 0, steps: 100)
      #expect((0..<50).allSatisfy { schedule.rate(atStep: $0) >= 0.1 })
    }
  }

  @Test("Parts cover the phase, and the range holds every rate")
  func partsCoverThePhase() {
    for kind in [
      LearningRateSchedule.Kind.cosine, .linear, .constant,
      .stableThenDecay(.init(shape: .linear, steps: 30)), Self.infinite(annealing: 20),
      Self.infinite(annealing: 0), Self.infinite(constant: 10, annealing: 20),
    ] {
      let schedule = Self.make(kind)
      let parts = schedule.parts
      #expect(parts.first?.name == "warm-up")
      #expect(parts.flatMap { Array($0.steps) } == Array(0..<100), "\(parts)")
      #expect((0..<100).allSatisfy { schedule.range.contains(schedule.rate(atStep: $0)) })
    }
  }
}
