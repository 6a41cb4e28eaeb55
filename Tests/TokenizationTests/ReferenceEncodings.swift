import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Tokenization

/// What `tokenizers` makes of one text.
struct ReferenceCase: Sendable {
  let text: String
  let ids: [Int32]
  let idsWithSpecial: [Int32]
  /// The ids decoded, special tokens included.
  let decoded: String?
  /// The ids with special tokens, decoded without them.
  let decodedWithoutSpecial: String?
}

/// What `tokenizers` makes of ids.
struct ReferenceDecoding: Sendable {
  let ids: [Int32]
  let decoded: String
  let decodedWithoutSpecial: String
}

/// A reference file beside a tokenizer.
struct ReferenceEncodings: Sendable, CustomTestStringConvertible {
  let name: String
  let tokenizer: URL
  let cases: [ReferenceCase]
  /// Ids in no sensible order with their texts.
  let decodings: [ReferenceDecoding]

  var testDescription: String { name }

  init(name: String, tokenizer: URL, reference: URL) throws {
    self.name = name
    self.tokenizer = tokenizer
    let json = try JSONValue(parsing: Array(try Data(contentsOf: reference)))
    decodings = try (json["decodings"]?.arrayValue ?? []).map(Self.decoding)
    cases = try #require(json["cases"]?.arrayValue).map { entry in
      let ids = try #require(entry["ids"]?.arrayValue).compactMap(\.integerValue).map(Int32.init)
      return ReferenceCase(
        text: try #require(entry["text"]?.stringValue), ids: ids,
        idsWithSpecial: try #require(entry["ids_with_special"]?.arrayValue)
          .compactMap(\.integerValue).map(Int32.init),
        decoded: entry["decoded"]?.stringValue,
        decodedWithoutSpecial: entry["decoded_without_special"]?.stringValue)
    }
  }

  private static func decoding(_ entry: JSONValue) throws -> ReferenceDecoding {
    ReferenceDecoding(
      ids: try #require(entry["ids"]?.arrayValue).compactMap(\.integerValue).map(Int32.init),
      decoded: try #require(entry["decoded"]?.stringValue),
      decodedWithoutSpecial: try #require(entry["decoded_without_special"]?.stringValue))
  }

  /// Those in the repository: a tokenizer beside its reference, or that of a checkpoint.
  static let shipped: [ReferenceEncodings] = {
    let folder = Locations.fixtures.appendingPathComponent("tokenizers")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let checkpoints = ["tiny-bytelevel": "tiny-neox", "tiny-sentencepiece-bpe": "tiny-llama"]
    return names.sorted().compactMap { name in
      let reference = folder.appendingPathComponent("\(name)/reference.json")
      let own = folder.appendingPathComponent("\(name)/tokenizer.json")
      let other = checkpoints[name].map {
        Locations.fixtures.appendingPathComponent("checkpoints/\($0)/tokenizer.json")
      }
      return try? ReferenceEncodings(name: name, tokenizer: other ?? own, reference: reference)
    }
  }()

  /// Those of real tokenizers, where the optional material is there.
  static let real: [ReferenceEncodings] = {
    guard let folder = Locations.references?.appendingPathComponent("tokenizers") else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap { name in
      let own = folder.appendingPathComponent(name)
      return try? ReferenceEncodings(
        name: name, tokenizer: own.appendingPathComponent("tokenizer.json"),
        reference: own.appendingPathComponent("reference.json"))
    }
  }()
}
