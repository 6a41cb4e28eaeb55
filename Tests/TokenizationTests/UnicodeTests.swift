import Files
import Foundation
import OrderedJSON
import TestSupport
import Testing

@testable import Tokenization

@Suite("Unicode")
struct UnicodeTests {
  private func normalized(_ text: String, _ form: NormalizationForm) -> String {
    var output: [UInt8] = []
    let changed = Array(text.utf8).withUnsafeBufferPointer {
      form.normalize($0, into: &output)
    }
    return changed ? String(decoding: output, as: UTF8.self) : text
  }

  private func isKnown(_ scalar: Unicode.Scalar, since version: Int) -> Bool {
    scalar.properties.age.map { $0.major <= version } ?? false
  }

  @Test("General categories are the standard library's of Unicode 16, but for one letter")
  func categoriesAgree() {
    let classes = ScalarClasses.shared
    for value in UInt32(0)..<0x11_0000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let category = classes.category(of: value)
      let isPrivate = scalar.properties.generalCategory == .privateUse
      let isKnown = isPrivate || isKnown(scalar, since: 16)
      // U+0295 was a small letter until Unicode 17.
      let expected =
        value == 0x295
        ? "lowercaseLetter" : isKnown ? "\(scalar.properties.generalCategory)" : "unassigned"
      if "\(category)" != expected {
        Issue.record("U+\(String(value, radix: 16)): \(category) instead of \(expected)")
      }
    }
  }

  @Test("Every scalar of Unicode 9 normalizes as Foundation has it, every later one to itself")
  func scalarsNormalize() {
    let forms: [(NormalizationForm, (String) -> String)] = [
      (.nfc, \.precomposedStringWithCanonicalMapping),
      (.nfd, \.decomposedStringWithCanonicalMapping),
      (.nfkc, \.precomposedStringWithCompatibilityMapping),
      (.nfkd, \.decomposedStringWithCompatibilityMapping),
    ]
    for value in UInt32(0)..<0x3_0000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(scalar)
      let isKnown = isKnown(scalar, since: 9)
      for (form, foundation) in forms {
        let expected = isKnown ? foundation(text) : text
        let found = normalized(text, form)
        if !found.utf8.elementsEqual(expected.utf8) {
          Issue.record("U+\(String(value, radix: 16)) \(form): \(found.debugDescription)")
        }
      }
    }
  }

  @Test("Letters with marks in any order normalize as in tokenizers")
  func textsNormalize() throws {
    let rows = try #require(try Fixture.json("patterns/normalized.json").arrayValue)
    #expect(rows.count == 500)
    for row in rows {
      let texts = try #require(row.arrayValue).compactMap(\.stringValue)
      for (form, expected) in zip([NormalizationForm.nfc, .nfd, .nfkc, .nfkd], texts.dropFirst()) {
        let found = normalized(texts[0], form)
        #expect(
          found.utf8.elementsEqual(expected.utf8), "\(form) of \(texts[0].debugDescription)")
      }
    }
  }

  @Test("The first byte that is not UTF-8 is found where the standard library repairs")
  func findsInvalidBytes() {
    var random = SplitMix(state: 3)
    let starts: [UInt8] = [
      0x00, 0x61, 0x7F, 0x80, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF,
      0x9F, 0xA0, 0x8F, 0x90,
    ]
    for _ in 0..<50_000 {
      let bytes = (0..<random.next(below: 14)).map { _ in starts[random.next(below: starts.count)] }
      let offset = bytes.withUnsafeBufferPointer { UTF8Text.firstInvalidOffset(in: $0) }
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      #expect((offset == nil) == isValid, "\(bytes)")
      if let offset {
        #expect(String(validating: bytes[..<offset], as: UTF8.self) != nil, "\(bytes)")
      }
    }
  }
}

/// A small generator of pseudo-random numbers, the same on every run.
///
/// Source: Steele, Lea and Flood 2014, SplitMix64.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// A number from 0 up to, not including, a bound.
  mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
