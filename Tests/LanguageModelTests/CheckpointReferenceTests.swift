import Foundation
import LanguageModel
import TestSupport
import Testing

@Suite("Checkpoints of the references", .enabled(if: Locations.references != nil))
struct CheckpointReferenceTests {
  @Test(
    "Checkpoints that transformers saved open with every tensor",
    arguments: [
      ("tiny-neox", 285_248), ("tiny-neox-sequential", 158_016), ("tiny-llama", 324_544),
      ("tiny-gpt2", 184_064),
    ])
  func opens(name: String, parameters: Int) throws {
    let folder = try #require(Locations.references)
      .appendingPathComponent("fixtures/checkpoints/\(name)")
    let checkpoint = try Checkpoint.open(directory: folder.path)
    #expect(checkpoint.parameterCount == parameters)
    #expect(checkpoint.layout.parameterCount == parameters)
    for parameter in checkpoint.layout.parameters {
      let tensor = checkpoint.tensor(parameter.name)
      #expect(tensor.shape == parameter.shape)
      #expect(tensor.nonFiniteNumbers().isEmpty)
    }
  }
}
