import Benchmarks
import Compute
import Foundation
import LanguageModel
import Scoring
import TestSupport
import Testing
import Training
import TrainingPlans

@Suite("A backend that notes times changes nothing")
struct TimedBackendTests {
  private func checkpoint(_ name: String) throws -> Checkpoint {
    try Checkpoint.open(
      directory: Locations.fixtures.appendingPathComponent("checkpoints/\(name)").path)
  }

  private let batches: [TrainingBatch] = [[3, 17, 200, 5, 40, 41, 9], [8, 8, 250, 1, 2, 3, 4]]
    .map { TrainingBatch([$0[...], $0.reversed()[...]]) }

  /// Two updates; losses, norms and all weights.
  private func train<Backend: TrainingBackend>(
    _ checkpoint: Checkpoint, on backend: Backend
  ) throws -> (steps: [OptimizerStep], weights: [[UInt8]]) {
    let parameters = ModelParameters(checkpoint, on: backend)
    let optimizer = try AdamW(parameters, on: backend, settings: OptimizerSettings())
    let pass = GradientPass(parameters, on: backend, rows: 12, sequenceLength: 6)
    let steps = try (0..<2).map { _ in
      try optimizer.step(on: batches, in: pass, learningRate: 1e-3)
    }
    let weights = parameters.parameters.map { parameter in
      var bytes = [UInt8](repeating: 0, count: 4 * parameter.shape.reduce(1, *))
      bytes.withUnsafeMutableBytes { backend.copyBytes(of: parameter.weights, to: $0) }
      return bytes
    }
    return (steps, weights)
  }

  @Test(
    "Training has the same bits, and every operation is counted",
    arguments: ["tiny-neox", "tiny-neox-sequential", "tiny-llama", "tiny-gpt2"])
  func trainsAlike(_ name: String) throws {
    let checkpoint = try checkpoint(name)
    let plain = try train(checkpoint, on: CPUBackend(threads: 2))
    let timed = TimedBackend(CPUBackend(threads: 2))
    let found = try train(checkpoint, on: timed)
    #expect(found.steps == plain.steps && found.weights == plain.weights)
    #expect(plain.steps[0].loss.isFinite && plain.steps[1].loss != plain.steps[0].loss)

    func calls(_ operation: OperationTimes.Operation) -> Int {
      timed.times.totals.reduce(0) {
        $0 + ($1.key.operation == operation ? $1.value.calls : 0)
      }
    }
    // Two updates of two micro-batches each.
    let layers = checkpoint.configuration.layerCount
    #expect(calls(.attend) == 4 * layers && calls(.attendGradient) == 4 * layers)
    #expect(calls(.crossEntropy) == 4)
    #expect(calls(.adamW) == 2 * found.weights.count)
    #expect(calls(.sumOfSquares) == 2 * found.weights.count)
    let isLlama = name == "tiny-llama"
    #expect((calls(.rmsNorm) > 0) == isLlama && (calls(.layerNorm) > 0) != isLlama)
    #expect((calls(.multiplyGated) > 0) == isLlama && (calls(.gatedGradient) > 0) == isLlama)
    #expect((calls(.multiplyByDerivative) > 0) != isLlama)
    #expect(timed.times.seconds > 0)
    #expect(timed.times.totals.values.allSatisfy { $0.seconds >= 0 && $0.calls > 0 })
  }

  @Test("Scoring has the same bits, and products are counted by their shape")
  func scoresAlike() throws {
    let checkpoint = try checkpoint("tiny-neox")
    let sequences = (1..<6).map { length in
      ScoredSequence(
        input: (0..<Int32(9 * length)).map { $0 % 7 + Int32(length) }, targets: [1, 2])
    }
    func score<Backend: ComputeBackend>(_ backend: Backend) throws -> [SequenceScore] {
      try CheckpointEngine(
        checkpoint: checkpoint, backend: backend, threads: 1, maximumLength: 512
      ).score(sequences, progress: { _ in })
    }
    let timed = TimedBackend(CPUBackend(threads: 1))
    #expect(try score(timed) == score(CPUBackend(threads: 1)))
    let rows = sequences.reduce(0) { $0 + $1.input.count }
    // Hidden size 64, intermediate size 256, three layers, of which the last has wanted rows only.
    let product = try #require(
      timed.times.totals[.init(.multiplyActivation, inputs: 64, outputs: 256)])
    #expect(product.calls == 3)
    #expect(product.operations == 2 * 64 * 256 * Double(2 * rows + 2 * sequences.count))
    #expect(timed.times.totals[.init(.reduceLogits, inputs: 64, outputs: 1056)]?.calls == 1)
    timed.times.reset()
    #expect(timed.times.totals.isEmpty && timed.times.seconds == 0)
  }

  @Test("Once cancelled, operations do nothing, and whoever waits is free")
  func cancels() throws {
    let checkpoint = try checkpoint("tiny-neox")
    var isCancelled = false
    let timed = TimedBackend(CPUBackend(threads: 1), isCancelled: { isCancelled })
    let parameters = ModelParameters(checkpoint, on: timed)
    let optimizer = try AdamW(parameters, on: timed, settings: OptimizerSettings())
    let pass = GradientPass(parameters, on: timed, rows: 12, sequenceLength: 6)
    timed.times.reset()
    isCancelled = true
    let step = try optimizer.step(on: batches, in: pass, learningRate: 1e-3)
    #expect(step.loss == 0)
    #expect(timed.times.totals.keys.allSatisfy { $0.operation == .allocate })
    #expect(
      timed.reduceLogits(
        timed.base.makeTensor(rows: 3, columns: 64), table: parameters.makeModelTable(), bias: nil,
        targets: [LogitTarget(row: 0, token: 1)]
      ).rows.count == 3)
  }
}

extension ModelParameters {
  /// The output embedding as a product reads it.
  fileprivate func makeModelTable() -> StoredMatrix {
    matrix(layout.outputEmbedding, .outputsByInputs)
  }
}
