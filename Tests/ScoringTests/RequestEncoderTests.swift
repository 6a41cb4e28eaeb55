import EvaluationTasks
import HarnessCompatibility
import OrderedJSON
import Scoring
import Testing

@Suite("Requests in tokens")
struct RequestEncoderTests {
  private func encoder(
    _ tokenizer: ByteTokenizer = ByteTokenizer(), window: Int = 12, vocabulary: Int = 258,
    version: HarnessVersion = .v0_4_9_2, bos: BeginningOfSequence? = nil
  ) throws -> RequestEncoder {
    try RequestEncoder(
      tokenizer: tokenizer, vocabularySize: vocabulary, window: window, version: version,
      beginningOfSequence: bos)
  }

  private func document(_ pairs: [(String, String)]) -> EvaluationDocument {
    EvaluationDocument(
      id: 3, fields: .null,
      requests: pairs.enumerated().map {
        LogLikelihoodRequest(role: .choice($0), context: $1.0, continuation: $1.1)
      }, choices: pairs.map(\.1), gold: [0], hasMultipleTargets: false, target: "")
  }

  private func ids(_ text: String) -> [Int32] { text.utf8.map { Int32($0) + 1 } }

  @Test("White space at the end of the context goes to the continuation")
  func trailingSpace() throws {
    let encoded = try encoder().encode(document([("ab \u{1F}", "c")]))
    #expect(
      encoded.sequences == [
        ScoredSequence(input: ids("ab \u{1F}"), targets: ids(" \u{1F}c"))
      ])
    #expect(encoded.lostTokens == 0 && !encoded.isMerged)
  }

  @Test("The cut is by length, and a merge over it is reported")
  func merged() throws {
    let encoded = try encoder().encode(document([("ax", "yb")]))
    // "axyb" is a, xy, b; two tokens of context leave only b to score, after the context's own x.
    #expect(encoded.sequences == [ScoredSequence(input: ids("ax"), targets: ids("b"))])
    #expect(encoded.isMerged)
  }

  @Test("A continuation that merges away leaves the document out")
  func swallowed() throws {
    let encoded = try encoder().encode(document([("a", "b"), ("ax", "y")]))
    guard case .leftOut(.emptyContinuation) = encoded.content else {
      Issue.record("\(encoded.content)")
      return
    }
    #expect(encoded.sequences.isEmpty)
  }

  @Test("A context longer than the window loses its left end, and the loss is counted")
  func truncated() throws {
    let encoded = try encoder(window: 5).encode(document([("abcdef", "gh")]))
    // Eight tokens, of which six fit: five of input and the last one.
    #expect(encoded.sequences == [ScoredSequence(input: ids("cdefg"), targets: ids("gh"))])
    #expect(encoded.lostTokens == 2)
    let exact = try encoder(window: 5).encode(document([("abcd", "gh")]))
    #expect(exact.lostTokens == 0)
  }

  @Test("A continuation longer than the window leaves the document out")
  func tooLong() throws {
    let encoded = try encoder(window: 3).encode(document([("a", "bcde")]))
    guard case .leftOut(.continuationTooLong(tokens: 4, window: 3)) = encoded.content else {
      Issue.record("\(encoded.content)")
      return
    }
    #expect(try !encoder(window: 4).encode(document([("a", "bcde")])).sequences.isEmpty)
  }

  @Test("An empty context becomes the prefix token, which is not doubled since v0.4.9.2")
  func emptyContext() throws {
    let plain = try encoder().encode(document([("", "ab")]))
    #expect(plain.sequences == [ScoredSequence(input: [0] + ids("a"), targets: ids("ab"))])
    let prefixed = document([("", "<s>ab")])
    let new = try encoder().encode(prefixed)
    #expect(new.sequences == [ScoredSequence(input: [0] + ids("a"), targets: ids("ab"))])
    let old = try encoder(version: .v0_4_9_1).encode(prefixed)
    #expect(old.sequences == [ScoredSequence(input: [0, 0] + ids("a"), targets: [0] + ids("ab"))])
  }

  @Test("A context of nothing but space has no tokens unless a BOS stands before it")
  func onlySpace() throws {
    guard case .leftOut(.emptyContext) = try encoder().encode(document([("  ", "a")])).content
    else {
      Issue.record("not left out")
      return
    }
    let withBOS = try encoder(ByteTokenizer(addsBOS: true)).encode(document([("  ", "a")]))
    #expect(withBOS.sequences == [ScoredSequence(input: [0] + ids("  "), targets: ids("  a"))])
  }

  @Test(
    "Who adds a BOS: the tokenizer, always, never; and v0.4.9.1 never by default",
    arguments: [
      (HarnessVersion.v0_4_9_2, BeginningOfSequence?.none, true, true),
      (.v0_4_9_2, .tokenizer, false, false), (.v0_4_9_2, .always, false, true),
      (.v0_4_9_2, .always, true, true), (.v0_4_9_2, .never, true, false),
      (.v0_4_9_1, nil, true, false), (.v0_4_9_1, .tokenizer, true, true),
    ])
  func beginning(
    _ version: HarnessVersion, _ bos: BeginningOfSequence?, _ adds: Bool, _ expected: Bool
  ) throws {
    let encoder = try encoder(ByteTokenizer(addsBOS: adds), version: version, bos: bos)
    #expect(try encoder.encode("ab") == (expected ? [0] : []) + ids("ab"))
  }

  @Test("A text that spells the prefix token gets no second one since v0.4.9.2")
  func spelledPrefix() throws {
    let tokenizer = ByteTokenizer(addsBOS: true)
    #expect(try encoder(tokenizer).encode("<s>a") == [0] + ids("a"))
    #expect(try encoder(tokenizer, bos: .always).encode("<s>a") == [0] + ids("a"))
    let old = try encoder(tokenizer, version: .v0_4_9_1, bos: .tokenizer)
    #expect(try old.encode("<s>a") == [0, 0] + ids("a"))
  }

  @Test("What the tokenizer or model lacks is an error that says so")
  func errors() throws {
    #expect(throws: RequestEncodingError.noBeginningOfSequenceToken) {
      try encoder(ByteTokenizer(hasBOS: false), bos: .always)
    }
    #expect(throws: RequestEncodingError.windowTooSmall(0)) { try encoder(window: 0) }
    #expect(throws: RequestEncodingError.noPrefixToken) {
      try encoder(ByteTokenizer(hasBOS: false)).encode(document([("", "a")]))
    }
    #expect(
      throws: RequestEncodingError.idBeyondVocabulary(id: 257, vocabularySize: 257, text: "xy")
    ) {
      try encoder(vocabulary: 257).encode(document([("a", "xy")]))
    }
  }

  @Test("Texts that are not in normal form C are reported, composed ones are not")
  func composed() throws {
    #expect(try encoder().encode(document([("ä", "ö")])).isComposed)
    #expect(try !encoder().encode(document([("a\u{308}", "b")])).isComposed)
    #expect(try encoder(window: 40).encode(document([("한국", "日本")])).isComposed)
  }

  @Test("A rolling request becomes windows that predict each token once")
  func rolling() throws {
    let document = EvaluationDocument(
      id: 0, fields: .null,
      requests: [LogLikelihoodRequest(role: .rolling, context: "", continuation: "abcde")],
      choices: [], gold: [], hasMultipleTargets: false, target: "abcde")
    let encoded = try encoder(window: 3).encode(document)
    #expect(
      encoded.sequences == [
        ScoredSequence(input: [0] + ids("ab"), targets: ids("abc")),
        ScoredSequence(input: ids("bcd"), targets: ids("de")),
      ])
  }
}
