import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Tokenization

@Suite("Agreement with the package tokenizers")
struct ReferenceTests {
  @Test("Every shipped reference is read")
  func readsEveryReference() throws {
    let folder = Locations.fixtures.appendingPathComponent("tokenizers")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { !$0.hasPrefix(".") && !$0.hasSuffix(".py") }
    #expect(Set(ReferenceEncodings.shipped.map(\.name)) == Set(names))
    #expect(names.count >= 2)
  }

  @Test(
    "Ids and texts are those of tokenizers", arguments: ReferenceEncodings.shipped)
  func agrees(_ reference: ReferenceEncodings) throws { try check(reference) }

  @Test(
    "Ids and texts of real tokenizers are those of tokenizers",
    .enabled(if: Locations.references != nil), arguments: ReferenceEncodings.real)
  func agreesOnRealTokenizers(_ reference: ReferenceEncodings) throws { try check(reference) }

  private func check(_ reference: ReferenceEncodings) throws {
    let fast = try Tokenizer(file: reference.tokenizer)
    let stepwise = try Tokenizer(
      try TokenizerFile(try TokenizerFile.parse(reference.tokenizer)),
      file: reference.tokenizer.path, isStepwise: true)
    #expect(!reference.cases.isEmpty)
    for example in reference.decodings {
      let text = try fast.decode(example.ids, skipSpecialTokens: false)
      #expect(text.hasSameBytes(as: example.decoded), "\(example.ids): \(text.debugDescription)")
      let rest = try fast.decode(example.ids, skipSpecialTokens: true)
      #expect(rest.hasSameBytes(as: example.decodedWithoutSpecial), "\(example.ids)")
    }
    for example in reference.cases {
      // Twice each, so that what the first call remembers is used by the second.
      for tokenizer in [fast, fast, stepwise] {
        #expect(
          try tokenizer.encode(example.text, addSpecialTokens: false) == example.ids,
          "\(example.text.debugDescription)")
        #expect(
          try tokenizer.encode(example.text, addSpecialTokens: true) == example.idsWithSpecial,
          "\(example.text.debugDescription)")
      }
      if let decoded = example.decoded {
        let text = try fast.decode(example.ids, skipSpecialTokens: false)
        #expect(text.hasSameBytes(as: decoded), "\(text.debugDescription)")
      }
      if let decoded = example.decodedWithoutSpecial {
        let text = try fast.decode(example.idsWithSpecial, skipSpecialTokens: true)
        #expect(text.hasSameBytes(as: decoded), "\(text.debugDescription)")
      }
    }
  }
}
