import EvaluationTasks
import Foundation
import HarnessCompatibility
import OrderedJSON
import Scoring
import TestSupport
import Testing
import Tokenization

@Suite("What lm-eval feeds a model")
struct HarnessEncodingTests {
  private func ids(_ value: JSONValue?) throws -> [Int32] {
    try #require(value?.arrayValue).map { Int32(try #require($0.integerValue)) }
  }

  @Test(
    "Cut, truncation, BOS and windows are lm-eval's for awkward requests",
    arguments: ["tiny-neox", "tiny-llama"])
  func encoding(_ checkpoint: String) throws {
    let golden = try Fixture.json("encoding/\(checkpoint).json")
    let window = try #require(golden["window"]?.integerValue)
    let tokenizer = try Tokenizer(
      directory: Locations.fixtures.appendingPathComponent("checkpoints/\(checkpoint)"))
    let cases = try #require(golden["cases"]?.arrayValue)
    #expect(cases.count == 3)
    for group in cases {
      let bos: BeginningOfSequence =
        switch group["add_bos_token"] {
        case .bool(true): .always
        case .bool(false): .never
        default: .tokenizer
        }
      let encoder = try RequestEncoder(
        tokenizer: tokenizer, vocabularySize: 1 << 20, window: window, version: .v0_4_9_2,
        beginningOfSequence: bos)
      let pairs = try #require(group["pairs"]?.arrayValue)
      let texts = try #require(group["texts"]?.arrayValue)
      #expect(pairs.count == 27 && texts.count == 5)
      for request in pairs + texts {
        let arguments = try #require(request["arguments"]?.arrayValue).map {
          try #require($0.stringValue)
        }
        let isRolling = arguments.count == 1
        let document = EvaluationDocument(
          id: 0, fields: .null,
          requests: [
            LogLikelihoodRequest(
              role: isRolling ? .rolling : .target, context: isRolling ? "" : arguments[0],
              continuation: arguments.last ?? "")
          ], choices: [], gold: [], hasMultipleTargets: false, target: "")
        let encoded = try encoder.encode(document)
        let place = Comment(rawValue: "bos \(bos.rawValue), \(arguments.map { $0.prefix(30) })")
        if request["aborts"] != nil {
          guard case .leftOut = encoded.content else {
            Issue.record("\(place) is not left out")
            continue
          }
          continue
        }
        let inputs = try #require(request["inputs"]?.arrayValue).map { try ids($0) }
        #expect(encoded.sequences.map(\.input) == inputs, place)
        let targets = try #require(request["cut"]?.arrayValue).map {
          try ids($0.arrayValue?[1])
        }
        #expect(encoded.sequences.map(\.targets) == targets, place)
        if !isRolling, case .requests(let requests) = encoded.content {
          let context = try ids(request["cut"]?.arrayValue?[0].arrayValue?[0])
          #expect(requests[0].encoded.context == context, place)
        }
      }
    }
  }
}
