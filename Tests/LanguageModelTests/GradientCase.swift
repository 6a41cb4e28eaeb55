import Compute
import Files
import Foundation
import LanguageModel
import OrderedJSON
import TestSupport
import Testing

/// A tiny checkpoint with what PyTorch found in float64 for a batch of three sequences.
struct GradientCase: Sendable, CustomTestStringConvertible {
  let name: String
  var testDescription: String { name }

  static let all: [GradientCase] = {
    let folder = Locations.fixtures.appendingPathComponent("gradients").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().map {
      GradientCase(name: String($0.dropLast(5)))
    }
  }()

  func checkpoint() throws -> Checkpoint {
    try Checkpoint.open(
      directory: Locations.fixtures.appendingPathComponent("architectures/\(name)").path)
  }

  private var golden: JSONValue {
    get throws { try Fixture.json("gradients/\(name).json") }
  }

  var loss: Double { get throws { try #require(golden["loss"]?.doubleValue) } }
  var gradientNorm: Double { get throws { try #require(golden["gradient_norm"]?.doubleValue) } }

  /// Ids, each sequence one longer than what goes into the model.
  func sequences() throws -> [[Int32]] {
    let rows = try #require(golden["sequences"]?.arrayValue)
    return try rows.map { row in
      try #require(row.arrayValue).map { Int32(try #require($0.integerValue)) }
    }
  }

  /// Gradients by the names of the checkpoint, float64 rounded to float32.
  func gradients() throws -> [String: [Float]] {
    let file = try SafetensorsFile(
      path: Locations.fixtures.appendingPathComponent("gradients/\(name).safetensors").path)
    var result: [String: [Float]] = [:]
    for entry in file.entries {
      let bytes = UnsafeRawBufferPointer(rebasing: file.file.bytes[entry.range])
      result[entry.name] = (0..<bytes.count / 4).map {
        bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)
      }
    }
    return result
  }
}

/// A model with parameters and a pass over them.
struct GradientRun<Backend: TrainingBackend> {
  let backend: Backend
  let parameters: ModelParameters<Backend>
  let pass: GradientPass<Backend>

  init(
    _ checkpoint: Checkpoint, on backend: Backend, rows: Int = 512, recomputes: Bool = false
  ) {
    self.backend = backend
    parameters = ModelParameters(checkpoint, on: backend)
    pass = GradientPass(
      parameters, on: backend, rows: rows, sequenceLength: rows, recomputes: recomputes)
  }

  /// Mean loss over all predictions, in nats; the gradients are added.
  func run(_ batches: [TrainingBatch]) -> Double {
    let count = batches.reduce(0) { $0 + $1.targetCount }
    var sum = 0.0
    for batch in batches {
      sum += pass.run(batch, scale: 1 / Float(count)).reduce(0, +)
    }
    return sum / Double(count)
  }

  /// All gradients, by name.
  func gradients() -> [String: [Float]] {
    var result: [String: [Float]] = [:]
    for parameter in parameters.parameters {
      result[parameter.name] = numbers(parameter.gradient)
    }
    return result
  }

  func numbers(_ tensor: Backend.Tensor) -> [Float] {
    var numbers = [Float](repeating: 0, count: tensor.rowCount * tensor.columnCount)
    numbers.withUnsafeMutableBytes { backend.copyBytes(of: tensor, to: $0) }
    return numbers
  }
}
