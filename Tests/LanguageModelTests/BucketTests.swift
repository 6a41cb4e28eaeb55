import Compute
import Foundation
import TestSupport
import Testing

@testable import LanguageModel

@Suite("Parameters in buckets")
struct BucketTests {
  private static func checkpoint(_ name: String) throws -> Checkpoint {
    try Checkpoint.open(directory: Locations.fixtures.path + "/checkpoints/" + name)
  }

  /// Writes down what it is told.
  private final class Listener: GradientPassObserver {
    var read: [ModelStage] = []
    var completed: [ModelStage] = []
    func willRead(_ stage: ModelStage) { read.append(stage) }
    func didAddGradients(_ stage: ModelStage) { completed.append(stage) }
  }

  @Test("Small stages share a bucket, in the order in which a backward pass completes them")
  func plan() {
    let plan = BucketPlan(
      [
        (.embedding, 100), (.layer(0), 10), (.layer(0), 7), (.layer(1), 17), (.output, 5),
        (.output, 200),
      ], layers: 2, minimumCount: 60)
    #expect(plan.buckets.map(\.stages) == [[.output], [.layer(1), .layer(0)], [.embedding]])
    #expect(plan.buckets[1].members.map(\.parameter) == [3, 1, 2])
    #expect(plan.buckets[1].members.map(\.range) == [0..<17, 32..<42, 48..<55])
    #expect(plan.buckets[1].count == 64)
  }

  @Test(
    "Every parameter has its place in one bucket, with the checkpoint's numbers",
    arguments: ["tiny-neox", "tiny-gpt2", "tiny-llama"])
  func places(name: String) throws {
    let checkpoint = try Self.checkpoint(name)
    let backend = CPUBackend(threads: 1)
    let parameters = ModelParameters(checkpoint, on: backend, minimumBucketCount: 1)
    #expect(
      parameters.buckets.flatMap { $0.members.map(\.parameter) }.sorted()
        == Array(parameters.parameters.indices))
    for bucket in parameters.buckets {
      #expect(bucket.stages.count == 1)
      let all = backend.read(bucket.weights)
      for member in bucket.members {
        let parameter = parameters.parameters[member.parameter]
        #expect(backend.read(parameter.weights) == Array(all[member.range]))
        #expect(bucket.stages.contains(parameter.stage))
      }
    }
    let planned = ModelBuckets(checkpoint.configuration, minimumCount: 1).buckets
    #expect(planned.map(\.stages) == parameters.buckets.map(\.stages))
    #expect(planned.map(\.parameters) == parameters.buckets.map(\.count))
  }

  @Test(
    "A pass reads stages from the first to the last and completes their gradients the other way round",
    arguments: ["tiny-neox", "tiny-gpt2", "tiny-llama"])
  func order(name: String) throws {
    let checkpoint = try Self.checkpoint(name)
    let backend = CPUBackend(threads: 1)
    let parameters = ModelParameters(checkpoint, on: backend, minimumBucketCount: 1)
    let pass = GradientPass(parameters, on: backend, rows: 4, sequenceLength: 4)
    let listener = Listener()
    pass.observer = listener
    _ = pass.run(TrainingBatch([[1, 2, 3, 4, 5]]), scale: 1)
    let layers = (0..<checkpoint.configuration.layerCount).map { ModelStage.layer($0) }
    #expect(listener.read == [.embedding] + layers + [.output])
    #expect(listener.completed == [.output] + layers.reversed() + [.embedding])
  }

  @Test(
    "Nothing is added to a bucket's gradients once the pass has said so",
    arguments: ["tiny-neox", "tiny-gpt2", "tiny-llama"])
  func completion(name: String) throws {
    /// Copies gradients when they are said to be complete.
    final class Copier: GradientPassObserver {
      let (parameters, backend): (ModelParameters<CPUBackend>, CPUBackend)
      var copies: [Int: [Float]] = [:]
      init(_ parameters: ModelParameters<CPUBackend>, _ backend: CPUBackend) {
        (self.parameters, self.backend) = (parameters, backend)
      }
      func willRead(_ stage: ModelStage) {}
      func didAddGradients(_ stage: ModelStage) {
        for (index, bucket) in parameters.buckets.enumerated() where bucket.stages.last == stage {
          copies[index] = backend.read(bucket.gradient)
        }
      }
    }
    let backend = CPUBackend(threads: 1)
    let parameters = ModelParameters(
      try Self.checkpoint(name), on: backend, minimumBucketCount: 1)
    let pass = GradientPass(parameters, on: backend, rows: 4, sequenceLength: 4)
    let copier = Copier(parameters, backend)
    pass.observer = copier
    _ = pass.run(TrainingBatch([[1, 2, 3, 4, 5]]), scale: 1)
    #expect(copier.copies.count == parameters.buckets.count)
    for (index, bucket) in parameters.buckets.enumerated() {
      let gradient = backend.read(bucket.gradient)
      #expect(copier.copies[index] == gradient)
      #expect(gradient.contains { $0 != 0 })
    }
  }
}
