import Compute
import Files
import Foundation
import Glibc
import OrderedJSON
import TestSupport
import Testing

@testable import LanguageModel

@Suite("Checkpoint folders")
struct CheckpointTests {
  let folder: URL
  init() throws { folder = try Locations.makeTemporaryFolder() }

  static let gpt2 = #"""
    {"model_type": "gpt2", "n_embd": 8, "n_layer": 1, "n_head": 2, "n_positions": 4, "vocab_size": 5}
    """#
  static let neox = #"""
    {"model_type": "gpt_neox", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
     "intermediate_size": 16, "vocab_size": 5}
    """#

  private func write(_ text: String, to name: String = "config.json") throws {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func tensors(_ config: String) throws -> [SafetensorsWriter.Tensor] {
    let configuration = try ModelConfiguration(JSONValue(parsing: config), path: "config.json")
    return ParameterLayout(configuration).parameters.map {
      SafetensorsWriter.Tensor(name: $0.name, dtype: .float32, shape: $0.shape)
    }
  }

  /// Writes tensors whose first number is their place in the list.
  private func save(
    _ tensors: [SafetensorsWriter.Tensor], to name: String = "model.safetensors"
  ) throws {
    let writer = try SafetensorsWriter(
      path: folder.appendingPathComponent(name).path, tensors: tensors)
    for tensor in writer.tensors {
      var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
      if let place = tensors.firstIndex(of: tensor), !bytes.isEmpty { bytes[0] = UInt8(place) }
      try bytes.withUnsafeBytes { try writer.write($0) }
    }
    try writer.finish()
  }

  private func open() throws -> Checkpoint { try Checkpoint.open(directory: folder.path) }

  private func firstByte(_ checkpoint: Checkpoint, _ name: String) -> Int {
    checkpoint.tensor(name).withUnsafeBytes { Int($0[0]) }
  }

  private func problem() -> String {
    let error = #expect(throws: (any Error).self) { try open() }
    return error.map { String(describing: $0) } ?? ""
  }

  // MARK: Weights

  @Test("A folder whose tensors lack the base model's prefix opens under canonical names")
  func acceptsBareNames() throws {
    try write(Self.gpt2)
    let all = try tensors(Self.gpt2).filter { $0.name != "lm_head.weight" }
    try save(
      all.map {
        .init(
          name: String($0.name.dropFirst("transformer.".count)), dtype: .float32, shape: $0.shape)
      })
    let checkpoint = try open()
    #expect(checkpoint.tensor("transformer.wpe.weight").shape == [4, 8])
    #expect(firstByte(checkpoint, "transformer.wpe.weight") == 1)
    // Tied: the output embedding is the input embedding.
    #expect(
      checkpoint.tensor("lm_head.weight").bytes.baseAddress
        == checkpoint.tensor("transformer.wte.weight").bytes.baseAddress)
    #expect(checkpoint.parameterCount == checkpoint.layout.parameterCount)
  }

  @Test("A tied checkpoint that holds both embeddings keeps both, one that holds the other uses it")
  func resolvesTies() throws {
    try write(Self.gpt2)
    let all = try tensors(Self.gpt2)
    try save(all)
    #expect(firstByte(try open(), "lm_head.weight") == all.count - 1)
    #expect(firstByte(try open(), "transformer.wte.weight") == 0)
    // Only the output embedding, made the last of the list.
    try save(all.filter { $0.name != "transformer.wte.weight" })
    #expect(firstByte(try open(), "transformer.wte.weight") == all.count - 2)
    try save(all.filter { !["transformer.wte.weight", "lm_head.weight"].contains($0.name) })
    #expect(problem().contains("2 tensors that config.json asks for are missing"))
  }

  @Test("GPT-NeoX's output embedding has two names, one at a time")
  func acceptsAlias() throws {
    try write(Self.neox)
    let all = try tensors(Self.neox)
    let embedding = try #require(all.last)
    let renamed = SafetensorsWriter.Tensor(
      name: "lm_head.weight", dtype: .float32, shape: embedding.shape)
    try save(all.dropLast() + [renamed])
    #expect(try open().tensor("embed_out.weight").shape == [5, 8])
    try save(all + [renamed])
    #expect(problem().contains("\"embed_out.weight\" is in"))
    try save(all.dropLast())
    #expect(problem().contains("embed_out.weight is missing, everything else is there"))
  }

  @Test("Buffers of older libraries are passed over whatever they hold")
  func ignoresBuffers() throws {
    try write(Self.neox)
    var all = try tensors(Self.neox)
    for layer in 0..<2 {
      let name = "gpt_neox.layers.\(layer).attention"
      all.append(.init(name: "\(name).bias", dtype: .float16, shape: [1, 1, 4, 4]))
      all.append(.init(name: "\(name).masked_bias", dtype: .float32, shape: []))
      all.append(.init(name: "\(name).rotary_emb.inv_freq", dtype: .float32, shape: [1]))
    }
    try save(all)
    // A mask of booleans, as in the oldest files.
    let url = folder.appendingPathComponent("model.safetensors")
    var bytes = Array(try Data(contentsOf: url))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("attention.bias\":{\"dtype\":\"F16\",\"shape\":[1,1,4,4]"))
    let from = Array("attention.bias\":{\"dtype\":\"F16\",\"shape\":[1,1,4,4]".utf8)
    let to = Array("attention.bias\":{\"dtype\":\"U8\",\"shape\":[1,1,4,8] ".utf8)
    for start in bytes.indices.dropLast(from.count)
    where bytes[start..<start + from.count].elementsEqual(from) {
      bytes.replaceSubrange(start..<start + from.count, with: to)
    }
    try Data(bytes).write(to: url)
    _ = try open()
    all.append(.init(name: "gpt_neox.layers.0.attention.extra", dtype: .float32, shape: [1]))
    try save(all)
    #expect(problem().contains("1 tensor that config.json does not ask for"))
  }

  @Test("Missing, surplus and misshapen tensors are named with what config.json asks for")
  func namesWrongTensors() throws {
    try write(Self.neox)
    let all = try tensors(Self.neox)
    try save(Array(all.dropFirst(3)))
    #expect(problem().contains("3 tensors that config.json asks for are missing"))
    #expect(problem().contains("gpt_neox.embed_in.weight"))
    var wrong = all
    wrong[0] = .init(name: all[0].name, dtype: .float32, shape: [6, 8])
    try save(wrong)
    #expect(problem().contains("is [6, 8] but config.json asks for [5, 8]"))
    try save(all + [.init(name: "score.weight", dtype: .float32, shape: [2])])
    #expect(problem().contains("score.weight"))
    // U+212A, the Kelvin sign, equals K for Swift's strings, but is another name.
    let kelvin = all.map { tensor in
      SafetensorsWriter.Tensor(
        name: tensor.name == "gpt_neox.layers.0.attention.query_key_value.bias"
          ? "gpt_neox.layers.0.attention.query_\u{212A}ey_value.bias" : tensor.name,
        dtype: .float32, shape: tensor.shape)
    }
    try save(kelvin)
    #expect(problem().contains("missing"))
  }

  @Test("A dtype that cannot be read is an error with tensor and dtype")
  func refusesDtypes() throws {
    try write(Self.gpt2)
    try save(try tensors(Self.gpt2))
    let url = folder.appendingPathComponent("model.safetensors")
    var text = Array(try Data(contentsOf: url))
    let from = Array("\"dtype\":\"F32\"".utf8)
    let start = try #require(
      text.indices.first { text[$0...].starts(with: from) })
    text.replaceSubrange(start..<start + from.count, with: Array("\"dtype\":\"I32\"".utf8))
    try Data(text).write(to: url)
    #expect(problem().contains("has dtype I32; supported are F32, F16 and BF16"))
  }

  // MARK: Shards

  private func saveShards() throws -> [SafetensorsWriter.Tensor] {
    try write(Self.neox)
    let all = try tensors(Self.neox)
    try save(Array(all[..<7]), to: "model-00001-of-00002.safetensors")
    try save(Array(all[7...]), to: "model-00002-of-00002.safetensors")
    return all
  }

  private func writeIndex(_ map: [(String, String)], size: String = "1") throws {
    let pairs = map.map { "\"\($0.0)\": \"\($0.1)\"" }.joined(separator: ", ")
    try write(
      "{\"metadata\": {\"total_size\": \(size)}, \"weight_map\": {\(pairs)}}",
      to: "model.safetensors.index.json")
  }

  private func map(_ all: [SafetensorsWriter.Tensor]) -> [(String, String)] {
    all.enumerated().map { ($1.name, "model-0000\($0 < 7 ? 1 : 2)-of-00002.safetensors") }
  }

  @Test("Shards open as one checkpoint, whatever size the index claims")
  func opensShards() throws {
    let all = try saveShards()
    try writeIndex(map(all), size: "99999999999999999999999")
    let checkpoint = try open()
    #expect(checkpoint.weightFiles.count == 2)
    #expect(checkpoint.storedTensors.count == all.count)
    #expect(checkpoint.declaredSize == nil)
  }

  @Test("An index that leads elsewhere, contradicts itself or the shards is refused")
  func refusesIndices() throws {
    let all = try saveShards()
    let map = map(all)
    for name in ["../model.safetensors", "/etc/passwd", "..", "", "a/b", "a\\u0000"] {
      try writeIndex(Array(map.dropLast()) + [(all[all.count - 1].name, name)])
      #expect(problem().contains("leads out of the folder"), "\(name)")
    }
    try writeIndex(Array(map.dropLast()) + [(all[all.count - 1].name, "missing.safetensors")])
    #expect(problem().contains("missing.safetensors: no such file"))
    try writeIndex(map + [map[0]])
    #expect(problem().contains("occurs twice in weight_map"))
    try writeIndex(Array(map.dropFirst()) + [(map[0].0, map[map.count - 1].1)])
    #expect(problem().contains("is not in it, although the index says so"))
    try writeIndex([])
    #expect(problem().contains("weight_map is missing, empty"))
    try write("{\"weight_map\": {\"a\": 3}}", to: "model.safetensors.index.json")
    #expect(problem().contains("is an integer, not a string"))
    try write("{", to: "model.safetensors.index.json")
    #expect(problem().contains("not valid JSON"))
  }

  @Test("A tensor in two shards is refused")
  func refusesDoubledTensors() throws {
    let all = try saveShards()
    try save(Array(all[6...]), to: "model-00002-of-00002.safetensors")
    try writeIndex(map(all))
    #expect(problem().contains("is in"))
  }

  // MARK: Paths

  @Test("A wrong path is an error that says what was meant")
  func suggestsPaths() throws {
    #expect(problem().contains("no config.json there"))
    try write(Self.gpt2, to: "run/checkpoints/step-00000200/config.json")
    try write(Self.gpt2, to: "run/checkpoints/step-00000400/config.json")
    #expect(problem().contains("Did you mean \(folder.path)/run/checkpoints/step-00000400"))
    func message(_ path: String) -> String {
      let error = #expect(throws: CheckpointError.self) {
        try Checkpoint.open(directory: folder.appendingPathComponent(path).path)
      }
      return error?.description ?? ""
    }
    #expect(message("rnu").contains("Did you mean \(folder.path)/run?"))
    #expect(message("run/checkpoints/step-00000400/config.json").contains("is a file"))
    #expect(message("nothing/at/all").contains("no such folder"))
  }

  @Test("A folder without safetensors says what lies there instead")
  func explainsMissingWeights() throws {
    try write(Self.gpt2)
    #expect(problem().contains("neither model.safetensors nor"))
    try write("", to: "other.safetensors")
    #expect(problem().contains("other.safetensors lies there"))
    try write("", to: "pytorch_model.bin")
    #expect(problem().contains("pytorch_model.bin is a Python pickle"))
  }

  @Test("A pipe in the place of the weights is refused without waiting")
  func refusesPipes() throws {
    try write(Self.gpt2)
    #expect(mkfifo(folder.appendingPathComponent("model.safetensors").path, 0o600) == 0)
    #expect(problem().contains("is a pipe, not a plain file"))
  }

  // MARK: Numbers

  @Test("Every kind of number that is not finite is counted with its place")
  func countsNonFinite() throws {
    try write(Self.gpt2)
    for (dtype, nan, infinity, plain) in [
      (ScalarType.float32, UInt32(0x7FC0_0001), UInt32(0xFF80_0000), UInt32(0x7F7F_FFFF)),
      (.float16, 0x7E00, 0xFC00, 0x7BFF), (.bfloat16, 0x7FC1, 0xFF80, 0x7F7F),
    ] {
      var bytes: [UInt8] = []
      for index in 0..<9000 {
        let value = index == 5000 ? infinity : index == 7001 ? nan : plain
        bytes += (0..<dtype.byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      }
      let url = folder.appendingPathComponent("numbers")
      try Data([7] + bytes).write(to: url)
      let file = try MappedFile(path: url.path)
      // One byte in, so that nothing is aligned.
      let tensor = StoredTensor(
        name: "x", dtype: dtype, shape: [9000],
        bytes: UnsafeRawBufferPointer(rebasing: file.bytes[1...]), file: file, offset: 1)
      let found = tensor.nonFiniteNumbers()
      #expect(found.nanCount == 1 && found.infinityCount == 1 && found.firstIndex == 5000)
    }
  }
}
