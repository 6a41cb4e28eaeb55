import Compute
import Files
import Foundation
import LanguageModel
import OrderedJSON
import TestSupport
import Testing
import Training

/// Whole trainings against PyTorch in float64 (Fixtures/training).
@Suite("Training agrees with PyTorch")
struct ReferenceTrainingTests {
  private func plan(_ name: String, _ reference: JSONValue) throws -> String {
    func number(_ value: JSONValue?) throws -> String { try #require(value).serialized() }
    let optimizer = reference["optimizer"]
    let schedule = reference["schedule"]
    let batch = try #require(reference["batch_size"]?.integerValue)
    let accumulation = try #require(reference["gradient_accumulation"]?.integerValue)
    let fixture = Locations.fixtures
    return """
      name: parity
      model: {checkpoint: "\(fixture.path)/checkpoints/\(name)"}
      sequence_length: \(try number(reference["sequence_length"]))
      batch: {sequences: \(batch), micro_sequences: \(batch / accumulation)}
      optimizer: {betas: [0.9, 0.95], eps: 1.0e-8, weight_decay: \(try number(optimizer?["weight_decay"])), clip_norm: \(try number(optimizer?["gradient_clip_norm"]))}
      data:
        rows: {format: packed, dtype: int32, shuffle: false, train: ["\(fixture.path)/training/\(name)/tokens.i32.bin"]}
      runs:
        reference:
          phases:
            - name: all
              data: rows
              steps: \(try number(reference["steps"]))
              schedule: {kind: cosine, max_lr: \(try number(schedule?["max_lr"])), min_lr: \(try number(schedule?["min_lr"])), warmup: \(try number(schedule?["warmup_steps"]))}
      """
  }

  @Test(
    "Learning rate, loss and gradient norm of every step, and every final weight matrix",
    arguments: ["tiny-neox", "tiny-neox-sequential", "tiny-llama", "tiny-gpt2"])
  func agrees(name: String) throws {
    let reference = try Fixture.json("training/\(name)/reference.json")
    let scene = try TrainingScene()
    try scene.train(try plan(name, reference))
    let found = try scene.lines("out/parity/reference/metrics.jsonl")
    let wanted = try #require(reference["float64"]?.arrayValue)
    #expect(found.count == wanted.count)
    for (line, step) in zip(found, wanted) {
      #expect(line["step"] == step["step"])
      for (own, key, tolerance) in [
        ("lr", "lr", 1e-12), ("loss", "loss", 1e-5), ("grad_norm", "grad_norm", 1e-5),
      ] {
        let (a, b) = (
          try #require(line[own]?.doubleValue), try #require(step[key]?.doubleValue)
        )
        // Relative.
        #expect(abs(a / b - 1) < tolerance, "\(key) of step \(step["step"] ?? .null): \(a), \(b)")
      }
    }
    let last = String(repeating: "0", count: 6) + "\(wanted.count)"
    let trained = try Checkpoint.open(
      directory: scene.path("out/parity/reference/checkpoints/step-\(last)"))
    let final = try Checkpoint.open(
      directory: Locations.fixtures.appendingPathComponent("training/\(name)/final").path)
    for tensor in final.storedTensors where tensor.shape.count >= 2 {
      let (a, b) = (floats(trained.tensor(tensor.name)), floats(tensor))
      let difference = zip(a, b).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
      let norm = b.reduce(0) { $0 + pow(Double($1), 2) }
      #expect((difference / norm).squareRoot() < 1e-4, "\(tensor.name)")
    }
  }

  private func floats(_ tensor: StoredTensor) -> [Float] {
    tensor.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
  }
}
