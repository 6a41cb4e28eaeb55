import Testing

@testable import Benchmarks

@Suite("The cost of a data-parallel step")
struct StepCostModelTests {
  private let machine = StepCostModel.Machine(
    operationsPerSecond: 1e9, updatesPerSecond: 1e9, latency: 0, bandwidth: 4e9)

  @Test("One rank exchanges nothing")
  func alone() {
    let model = StepCostModel(
      buckets: [.init(parameters: 1e6, operationsPerToken: 2e6)], machine: machine)
    let step = model.step(tokens: 100, ranks: 1)
    #expect(abs(step.total - (0.6 + 1e-3)) < 1e-12)
    #expect(step.exchange == 0 && step.exposedReduction == 0 && step.exposedGathering == 0)
  }

  @Test("A backward pass hides all of the exchange but the last bucket's")
  func hidden() {
    let buckets = (0..<4).map { _ in
      StepCostModel.Bucket(parameters: 1e6, operationsPerToken: 1e6)
    }
    let model = StepCostModel(buckets: buckets, machine: machine)
    // 0.2 s of backward pass for each bucket, 0.5 ms for its exchange between two ranks.
    let step = model.step(tokens: 100, ranks: 2)
    #expect(abs(step.exposedReduction - 0.5e-3) < 1e-12)
    let waiting = model.step(tokens: 100, ranks: 2, overlaps: false)
    #expect(abs(waiting.exposedReduction - 2e-3) < 1e-12)
    #expect(waiting.total > step.total)
  }

  @Test("Where the network is slow, the step takes as long as the exchange, less what hides")
  func bound() {
    var slow = machine
    slow.bandwidth = 4e6
    let model = StepCostModel(
      buckets: [
        .init(parameters: 1e6, operationsPerToken: 1e6),
        .init(parameters: 1e6, operationsPerToken: 1e6),
      ], machine: slow)
    // Each bucket takes 0.5 s, and 0.2 s of backward pass come before the first may go.
    let step = model.step(tokens: 100, ranks: 2)
    #expect(abs(step.exposedReduction - (0.2 + 1 - 0.4)) < 1e-9)
  }

  @Test("Latency grows with the logarithm of the ranks, bandwidth to a bound")
  func scaling() {
    var far = machine
    far.latency = 1e-3
    let model = StepCostModel(buckets: [], machine: far)
    #expect(abs(model.exchangeTime(parameters: 0, ranks: 1024) - 10e-3) < 1e-12)
    let (two, many) = (
      model.exchangeTime(parameters: 1e9, ranks: 2) - 1e-3,
      model.exchangeTime(parameters: 1e9, ranks: 1024) - 10e-3
    )
    #expect(abs(two - 0.5) < 1e-9 && abs(many - 1023.0 / 1024) < 1e-9)
  }

  @Test("A rank's memory shrinks to weights and gradients")
  func memory() {
    let model = StepCostModel(
      buckets: [.init(parameters: 1e6, operationsPerToken: 0)], machine: machine)
    #expect(model.parameterBytes(ranks: 1) == 16e6)
    #expect(model.parameterBytes(ranks: 2) == 14e6)
    #expect(model.parameterBytes(ranks: 12) == 9e6)
  }
}
