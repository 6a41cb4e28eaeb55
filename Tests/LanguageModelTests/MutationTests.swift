import Compute
import Files
import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import LanguageModel

@Suite("Mutated files")
struct MutationTests {
  @Test("A mutated safetensors header is refused or still keeps every rule")
  func safetensorsHeaders() throws {
    let entries = (0..<6).map { index in
      "\"layers.\(index).weight\":{\"dtype\":\"F32\",\"shape\":[2,\(index + 1)],"
        + "\"data_offsets\":[\(index * (index + 1) * 4),\((index + 1) * (index + 2) * 4)]}"
    }
    let header = "{\"__metadata__\":{\"format\":\"pt\"},\(entries.joined(separator: ","))}"
    let dataSize = 6 * 7 * 4
    #expect(try parse(Array(header.utf8), dataSize)?.count == 6)
    var mutator = Mutator(seed: 1)
    var accepted = 0
    for _ in 0..<6000 {
      let bytes = mutator.mutated(Array(header.utf8))
      guard let entries = try parse(bytes, dataSize) else { continue }
      accepted += 1
      var covered = 0
      for entry in entries {
        #expect(entry.range.lowerBound == covered)
        covered = entry.range.upperBound
        #expect(entry.shape.allSatisfy { $0 >= 0 })
        if entry.dtype == "F32" {
          #expect(entry.shape.reduce(4, *) == entry.range.count)
        }
      }
      #expect(covered == dataSize)
    }
    #expect(accepted > 10)
  }

  private func parse(_ bytes: [UInt8], _ dataSize: Int) throws -> [SafetensorsEntry]? {
    do {
      return try bytes.withUnsafeBytes {
        try SafetensorsHeader(parsing: $0, dataSize: dataSize, path: "f").entries
      }
    } catch let error as SafetensorsError {
      #expect(!error.description.unicodeScalars.contains { $0.value < 32 })
      return nil
    }
  }

  @Test(
    "A mutated configuration is refused or makes sense",
    arguments: ResolvedConfiguration.all.indices)
  func configurations(row: Int) throws {
    let text = try #require(ResolvedConfiguration.all[row].golden["config"]).serialized()
    var mutator = Mutator(seed: UInt64(row))
    for _ in 0..<60 {
      let bytes = mutator.mutated(Array(text.utf8))
      let options = JSONParsingOptions(allowsNonFiniteNumbers: true)
      guard let json = try? JSONValue(parsing: bytes, options: options) else { continue }
      do {
        let c = try ModelConfiguration(json, path: "config.json")
        #expect(c.headCount.isMultiple(of: c.keyValueHeadCount))
        #expect(c.windows.count == c.layerCount)
        #expect(c.inverseFrequencies().allSatisfy { $0.isFinite })
        if c.layerCount < 50 { _ = ParameterLayout(c).parameterCount }
      } catch {
        #expect(!error.description.unicodeScalars.contains { $0.value < 32 })
      }
    }
  }

  @Test("A mutated checkpoint folder is refused or opens with every tensor inside its file")
  func checkpoints() throws {
    let folder = try Locations.makeTemporaryFolder()
    let initializer = try CheckpointInitializer(
      keys: try #require(CheckpointInitializerTests.models[5].objectValue), path: "test", seed: 1,
      dtype: .float16)
    try initializer.write(to: folder.path, pool: WorkerPool(threadCount: 1))
    let weights = folder.appendingPathComponent("model.safetensors")
    let original = Array(try Data(contentsOf: weights))
    var mutator = Mutator(seed: 3)
    for _ in 0..<300 {
      // The first bytes and the header; the numbers have nothing to break.
      let bytes = mutator.mutated(Array(original[..<1500])) + original[1500...]
      try Data(bytes).write(to: weights)
      guard let checkpoint = try? Checkpoint.open(directory: folder.path) else { continue }
      for tensor in checkpoint.storedTensors { _ = tensor.nonFiniteNumbers() }
    }
  }

  @Test("A mutated index is refused or names files inside the folder")
  func indices() throws {
    let folder = try Locations.makeTemporaryFolder()
    let url = folder.appendingPathComponent("model.safetensors.index.json")
    let text = """
      {"metadata": {"total_size": 100}, "weight_map": {"a.weight": "model-1.safetensors", \
      "b.weight": "model-2.safetensors", "c.bias": "../model-3.safetensors"}}
      """.replacingOccurrences(of: "../", with: "")
    var mutator = Mutator(seed: 4)
    var accepted = 0
    for _ in 0..<500 {
      try Data(mutator.mutated(Array(text.utf8))).write(to: url)
      guard let index = try? ShardIndex(path: url.path) else { continue }
      accepted += 1
      #expect(index.shards.allSatisfy { !$0.isEmpty && !$0.utf8.contains(UInt8(ascii: "/")) })
    }
    #expect(accepted > 10)
  }
}
