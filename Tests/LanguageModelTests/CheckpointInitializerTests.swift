import Compute
import Files
import Foundation
import LanguageModel
import OrderedJSON
import TestSupport
import Testing

@Suite("New checkpoints")
struct CheckpointInitializerTests {
  static let models: [JSONValue] = [
    [
      "model_type": "gpt_neox", "hidden_size": 32, "num_hidden_layers": 2,
      "num_attention_heads": 4, "intermediate_size": 64, "vocab_size": 90,
    ],
    [
      "model_type": "llama", "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4,
      "num_key_value_heads": 2, "intermediate_size": 48, "vocab_size": 90,
    ],
    [
      "model_type": "mistral", "hidden_size": 32, "num_hidden_layers": 1,
      "num_attention_heads": 8, "head_dim": 8, "intermediate_size": 48, "vocab_size": 90,
    ],
    [
      "model_type": "qwen2", "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4,
      "num_key_value_heads": 4, "intermediate_size": 48, "vocab_size": 90,
      "tie_word_embeddings": true,
    ],
    [
      "model_type": "qwen3", "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4,
      "num_key_value_heads": 1, "head_dim": 16, "intermediate_size": 48, "vocab_size": 90,
    ],
    [
      "model_type": "gpt2", "n_embd": 32, "n_layer": 1, "n_head": 4, "n_positions": 20,
      "vocab_size": 90,
    ],
  ]

  private func made(
    _ json: JSONValue, seed: UInt64 = 1, dtype: ScalarType = .float32, threads: Int = 2,
    outputDeviation: Double = CheckpointInitializer.deviation
  ) throws -> Checkpoint {
    let folder = try Locations.makeTemporaryFolder()
    var initializer = try CheckpointInitializer(
      keys: try #require(json.objectValue), path: "test", seed: seed, dtype: dtype)
    initializer.outputDeviation = outputDeviation
    try initializer.write(to: folder.path, pool: WorkerPool(threadCount: threads))
    let checkpoint = try Checkpoint.open(directory: folder.path)
    #expect(checkpoint.totalBytes == initializer.byteCount)
    #expect(checkpoint.parameterCount == initializer.parameterCount)
    return checkpoint
  }

  private func numbers(_ tensor: StoredTensor) -> [Float] {
    tensor.withUnsafeBytes { bytes in
      (0..<tensor.elementCount).map { index in
        switch tensor.dtype {
        case .float32: bytes.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
        case .float16: Float(bytes.loadUnaligned(fromByteOffset: 2 * index, as: Float16.self))
        case .bfloat16:
          Float(
            bitPattern: UInt32(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
              << 16)
        }
      }
    }
  }

  @Test(
    "Every family opens, with gains of 1, biases of 0 and matrices of the deviations asked for",
    arguments: models, [0.02, 0.005])
  func opens(json: JSONValue, outputDeviation: Double) throws {
    let checkpoint = try made(json, outputDeviation: outputDeviation)
    for parameter in checkpoint.layout.parameters {
      let values = numbers(checkpoint.tensor(parameter.name))
      switch parameter.role {
      case .gain: #expect(values.allSatisfy { $0 == 1 }, "\(parameter.name)")
      case .bias: #expect(values.allSatisfy { $0 == 0 }, "\(parameter.name)")
      case .matrix, .outputMatrix:
        let deviation = parameter.role == .matrix ? 0.02 : outputDeviation
        let n = Double(values.count)
        let square = values.reduce(0.0) { $0 + Double($1) * Double($1) } / n
        // Four standard errors of the variance.
        #expect(
          abs(square / (deviation * deviation) - 1) < 4 * (2 / n).squareRoot(), "\(parameter.name)")
      }
    }
  }

  @Test("The same seed gives the same bytes on any number of threads, another seed others")
  func dependsOnSeedAlone() throws {
    var json = try #require(Self.models[0].objectValue)
    // Large enough that a tensor takes several tasks and several blocks.
    json["vocab_size"] = 40000
    func digest(_ seed: UInt64, _ threads: Int) throws -> SHA256Digest? {
      let checkpoint = try made(.object(json), seed: seed, threads: threads)
      return try SHA256Digest.digest(ofFile: checkpoint.directory + "/model.safetensors")
    }
    let one = try digest(5, 1)
    #expect(try digest(5, 2) == one)
    #expect(try digest(5, 3) == one)
    #expect(try digest(6, 2) != one)
  }

  @Test(
    "Narrow types hold the float32 numbers, rounded", arguments: [ScalarType.float16, .bfloat16])
  func rounds(dtype: ScalarType) throws {
    let wide = try made(Self.models[1])
    let narrow = try made(Self.models[1], dtype: dtype)
    let name = "model.layers.0.mlp.up_proj.weight"
    let scale: Float = dtype == .float16 ? 0x1p-11 : 0x1p-8
    for (a, b) in zip(numbers(wide.tensor(name)), numbers(narrow.tensor(name))) {
      // Half a unit in the last place, relative; 2⁻²⁵ absolute where float16 is subnormal.
      #expect(abs(a - b) <= max(abs(a) * scale, 0x1p-25))
    }
  }

  @Test("The configuration written is complete and names class and dtype")
  func completesConfiguration() throws {
    let keys = try #require(Self.models[4].objectValue)
    let initializer = try CheckpointInitializer(
      keys: keys, path: "test", seed: 0, dtype: .bfloat16)
    #expect(initializer.keys["architectures"] == ["Qwen3ForCausalLM"])
    #expect(initializer.keys["torch_dtype"] == "bfloat16")
    #expect(initializer.keys["max_position_embeddings"] == 32768)
    #expect(initializer.keys["tie_word_embeddings"] == false)
  }

  @Test(
    "Presets have the shapes of their names",
    arguments: zip(
      CheckpointPreset.allCases, [14_067_712, 30_494_720, 70_426_624, 162_322_944, 405_334_016]))
  func presets(preset: CheckpointPreset, parameters: Int) throws {
    let initializer = try CheckpointInitializer(
      keys: preset.keys, path: "preset", seed: 0, dtype: .float32)
    #expect(initializer.parameterCount == parameters)
    #expect(initializer.configuration.rotary?.dimensions == initializer.configuration.headSize / 4)
  }
}
