import Compute
import Corpus
import Foundation
import LanguageModel
import OrderedJSON
import Records
import TestSupport
import Testing
import Training

@Suite("Validation losses sequence by sequence")
struct ValidationLossesTests {
  private static let checkpoints = "two/continual/checkpoints"

  private func record(_ scene: TrainingScene, step: Int) throws -> ValidationLossesRecord {
    let name = "out/\(Self.checkpoints)/step-000000\(step)/\(ValidationLossesRecord.path)"
    return try JSONDecoder().decode(ValidationLossesRecord.self, from: scene.bytes(name))
  }

  private func sets(_ scene: TrainingScene) throws -> [ValidationSet] {
    try [("english", "en-held.bin"), ("german", "de-held.bin")].map { name, file in
      let source = try PackedSource(
        name: name, files: [scene.path(file)], type: .int32, sequenceLength: 16,
        vocabularySize: 64)
      return try ValidationSet(source, tokens: 100_000)
    }
  }

  @Test("They lie beside the weights and say the same as evaluations.jsonl")
  func agreesWithLog() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    let lines = try scene.lines("out/two/continual/evaluations.jsonl")
    for step in [10, 22] {
      let record = try record(scene, step: step)
      #expect(record.step == step && record.format == 1)
      let logged = lines.filter { $0["step"] == .integer(step) }
      #expect(record.dataSets.map(\.name) == ["english", "german"])
      for (set, line) in zip(record.dataSets, logged) {
        #expect(set.loss == line["value"]?.doubleValue && set.isSeen == (line["seen"] == true))
        #expect(.string(set.digest) == line["validation_sha256"])
        #expect(set.tokens == 96 && set.sequenceLength == 16 && set.bytes == nil)
        let means = set.sequenceLosses.compactMap(\.self)
        #expect(means.count == 6)
        let loss = try #require(set.loss)
        #expect(abs(means.reduce(0, +) / 6 - loss) < 1e-12 * loss)
        #expect(Set(means).count == 6)
      }
    }
    // Step 5 was validated, but has no checkpoint.
    #expect(lines.contains { $0["step"] == 5 })
    #expect(
      !FileManager.default.fileExists(atPath: scene.path("out/\(Self.checkpoints)/step-00000005")))
  }

  @Test("The file has the keys that readers rely on, in order, and nulls where nothing is known")
  func hasKeys() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    let json = try Fixture.json(
      at: URL(
        fileURLWithPath: scene.path(
          "out/\(Self.checkpoints)/step-00000022/evaluation/validation.json")))
    #expect(json.objectValue?.members.map(\.name) == ["format", "step", "data_sets"])
    let set = try #require(json["data_sets"]?.arrayValue?.first?.objectValue)
    #expect(
      set.members.map(\.name) == [
        "name", "seen", "sha256", "sequence_length", "tokens", "bytes", "loss", "bits_per_byte",
        "sequence_losses",
      ])
    #expect(set["bytes"] == .null && set["bits_per_byte"] == .null)
  }

  @Test("Manifests do not list them, and checkpoints with them are good")
  func leavesManifestAlone() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    let store = CheckpointStore(runFolder: scene.path("out/two/continual"))
    let saved = try store.verify(22)
    #expect(!saved.manifest.files.contains { $0.name.contains("evaluation") })
    #expect(try Checkpoint.open(directory: saved.path).configuration.layerCount == 2)
  }

  @Test("Measuring a saved checkpoint gives what the run reported, bit by bit")
  func measuresCheckpoints() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases)
    for step in [10, 22] {
      let reported = try record(scene, step: step)
      let seen = Set(reported.dataSets.filter(\.isSeen).map(\.name))
      for (count, threads) in [(1, 1), (4, 2), (100, 1)] {
        let measured = try ValidationMeasurement.measure(
          checkpointFolder: scene.path("out/\(Self.checkpoints)/step-000000\(step)"),
          sets: sets(scene), seen: seen, microSequences: count, step: step,
          on: CPUBackend(threads: threads))
        #expect(measured == reported)
      }
    }
  }

  @Test("A model without rows for all ids, or without places for all positions, is refused")
  func refusesMisfits() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    func refusal(_ keys: JSONValue) throws -> ValidationError? {
      let folder = scene.path("model-\(keys["model_type"]?.stringValue ?? "")")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try CheckpointInitializer(
        keys: try #require(keys.objectValue), path: "keys", seed: 1, dtype: .float32
      )
      .write(to: folder, pool: WorkerPool(threadCount: 1))
      return #expect(throws: ValidationError.self) {
        try ValidationMeasurement.measure(
          checkpointFolder: folder, sets: sets(scene), seen: [], microSequences: 2,
          on: CPUBackend(threads: 1))
      }
    }
    let narrow = try refusal([
      "model_type": "llama", "vocab_size": 60, "hidden_size": 8, "num_hidden_layers": 1,
      "num_attention_heads": 2, "intermediate_size": 8,
    ])
    guard case .idBeyondVocabulary(_, _, let id, let rows) = narrow else {
      Issue.record("\(String(describing: narrow))")
      return
    }
    #expect(rows == 60 && id >= 60)
    let short = try refusal([
      "model_type": "gpt2", "vocab_size": 64, "n_embd": 8, "n_layer": 1, "n_head": 2,
      "n_positions": 15,
    ])
    guard case .sequenceTooLong(_, "english", 16, 15) = short else {
      Issue.record("\(String(describing: short))")
      return
    }
    #expect("\(try #require(short))".hasSuffix("or less."))
  }

  @Test("Losses that are not finite are null, and records read back as they were")
  func roundTrips() throws {
    let record = ValidationLossesRecord(
      step: 7,
      dataSets: [
        SequenceLosses(
          name: "a", isSeen: true, digest: "0f", sequenceLength: 4, tokens: 8, bytes: 11,
          loss: nil, bitsPerByte: 0.1, sequenceLosses: [1.1, nil])
      ])
    let text = try JSONValueEncoder().encode(record).serialized()
    #expect(text.contains("\"loss\": null") && text.contains("[1.1, null]"))
    let decoder = JSONDecoder()
    #expect(try decoder.decode(ValidationLossesRecord.self, from: Data(text.utf8)) == record)
    for (old, new) in [
      ("\"format\": 1", "\"format\": 2"), ("\"format\": 1", "\"format\": 0"),
      ("\"tokens\": 8", "\"tokens\": 9"), ("\"sequence_length\": 4", "\"sequence_length\": -4"),
      ("\"sequence_length\": 4", "\"sequence_length\": 9223372036854775807"),
      ("\"name\": \"a\", ", ""),
    ] {
      let broken = text.replacing(old, with: new)
      #expect(broken != text)
      #expect(throws: DecodingError.self) {
        try decoder.decode(ValidationLossesRecord.self, from: Data(broken.utf8))
      }
    }
  }

  @Test("A checkpoint whose losses were lost gets them again when its run goes on there")
  func makesUpForLoss() throws {
    let scene = try TrainingScene()
    try scene.writeTwoSources()
    try scene.train(TrainingScene.twoPhases, output: "out")
    let file = "out/\(Self.checkpoints)/step-00000022/evaluation"
    let before = try scene.bytes(file + "/validation.json")
    // As after a kill between the save and the record of the phase.
    try FileManager.default.removeItem(atPath: scene.path(file))
    let phases = scene.path("out/two/continual/phases.jsonl")
    let first = try scene.lines("out/two/continual/phases.jsonl")[0]
    try Data((first.serialized() + "\n").utf8).write(to: URL(fileURLWithPath: phases))
    try scene.train(TrainingScene.twoPhases)
    #expect(try scene.bytes(file + "/validation.json") == before)
    #expect(try scene.lines("out/two/continual/evaluations.jsonl").count == 6)
  }
}
