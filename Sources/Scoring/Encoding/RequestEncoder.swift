public import EvaluationTasks
import Foundation
public import HarnessCompatibility
import Tokenization

/// Turns a task's requests into token sequences, by lm-evaluation-harness's rules.
///
/// Source: `lm_eval/api/model.py` and `lm_eval/models/huggingface.py`, commit 4e7e0d4; each rule has
/// its own type in HarnessCompatibility.
public struct RequestEncoder: Sendable {
  /// The behaviour mirrored.
  public let version: HarnessVersion
  /// Whether texts get a beginning-of-sequence token.
  public let beginningOfSequence: BeginningOfSequence
  /// The longest input, in tokens.
  public let window: Int

  private let tokenizer: any TextTokenizer
  private let vocabularySize: Int
  /// How the prefix token is spelled; `nil` where the version does not look for it.
  private let prefixText: String?

  /// Prepares the rules for one tokenizer and model.
  ///
  /// - Parameters:
  ///   - tokenizer: The checkpoint's.
  ///   - vocabularySize: Rows of the model's embedding; an id beyond is an error.
  ///   - window: The longest input, in tokens.
  ///   - version: The behaviour mirrored.
  ///   - beginningOfSequence: `nil` for the version's default.
  /// - Throws: ``RequestEncodingError`` if a token is asked for that the tokenizer lacks.
  public init(
    tokenizer: any TextTokenizer, vocabularySize: Int, window: Int, version: HarnessVersion,
    beginningOfSequence: BeginningOfSequence? = nil
  ) throws {
    let policy = beginningOfSequence ?? version.defaultBeginningOfSequence
    if policy == .always, tokenizer.specialTokens.bos == nil {
      throw RequestEncodingError.noBeginningOfSequenceToken
    }
    if window < 1 { throw RequestEncodingError.windowTooSmall(window) }
    self.tokenizer = tokenizer
    self.vocabularySize = vocabularySize
    self.window = window
    self.version = version
    self.beginningOfSequence = policy
    prefixText =
      if version.recognisesPrefixInText, let prefix = tokenizer.prefixTokenID {
        try tokenizer.decode([prefix], skipSpecialTokens: false)
      } else {
        nil
      }
  }

  /// Encodes one document.
  ///
  /// A context that several requests share is encoded once.
  /// - Parameter document: With its requests.
  /// - Returns: Sequences to score, or why the document has to be left out.
  /// - Throws: ``RequestEncodingError``, or what the tokenizer throws.
  public func encode(_ document: EvaluationDocument) throws -> EncodedDocument {
    var requests: [EncodedDocument.Request] = []
    requests.reserveCapacity(document.requests.count)
    var mostLost = 0
    var isMerged = false
    var isComposed = true
    var lastContext: (text: String, ids: [Int32])?
    for request in document.requests {
      isComposed =
        isComposed && request.context.isInNormalFormC && request.continuation.isInNormalFormC
      do {
        if request.role == .rolling {
          requests.append(try encodeRolling(request))
          continue
        }
        let encoded: EncodedRequest
        var mergesHere = false
        if request.context.isEmpty {
          encoded = try .withoutContext(
            continuation: checked(
              tokenizer.encode(request.continuation, addSpecialTokens: false), request),
            prefix: try prefix(), version: version)
        } else {
          let split = PairSplit(context: request.context, continuation: request.continuation)
          let context: [Int32]
          if let lastContext, lastContext.text.utf8.elementsEqual(split.context.utf8) {
            context = lastContext.ids
          } else {
            context = try checked(encode(split.context), request)
            lastContext = (split.context, context)
          }
          let cut = try EncodedRequest.cut(
            context: context, whole: checked(encode(split.whole), request))
          encoded = cut.request
          mergesHere = cut.isMerged
          isMerged = isMerged || mergesHere
        }
        let input = try encoded.input(window: window)
        mostLost = max(mostLost, input.lost)
        requests.append(
          EncodedDocument.Request(
            encoded: encoded,
            sequences: [ScoredSequence(input: input.tokens, targets: encoded.continuation)],
            lostTokens: input.lost, isMerged: mergesHere))
      } catch let obstacle as EncodedRequest.Obstacle {
        return EncodedDocument(
          id: document.id, content: .leftOut(obstacle), isMerged: isMerged,
          isComposed: isComposed)
      }
    }
    return EncodedDocument(
      id: document.id, content: .requests(requests), lostTokens: mostLost, isMerged: isMerged,
      isComposed: isComposed)
  }

  /// Encodes a text as a whole, with the tokens that version and policy put around it.
  ///
  /// - Parameter text: Any text.
  /// - Returns: Token ids.
  /// - Throws: What the tokenizer throws.
  /// - SeeAlso: `lm_eval/models/huggingface.py`, `tok_encode`, commit 4e7e0d4.
  public func encode(_ text: String) throws -> [Int32] {
    if let prefixText, text.utf8.starts(with: prefixText.utf8) {
      return try tokenizer.encode(text, addSpecialTokens: false)
    }
    switch beginningOfSequence {
    case .tokenizer: return try tokenizer.encode(text, addSpecialTokens: true)
    case .never: return try tokenizer.encode(text, addSpecialTokens: false)
    case .always:
      let ids = try tokenizer.encode(text, addSpecialTokens: true)
      guard let bos = tokenizer.specialTokens.bos?.id, ids.first != bos else { return ids }
      return [bos] + ids
    }
  }

  private func encodeRolling(_ request: LogLikelihoodRequest) throws -> EncodedDocument.Request {
    let ids = try checked(encode(request.continuation), request)
    let prefix = try prefix()
    let windows = RollingWindow.windows(over: ids, prefix: prefix, window: window)
    return EncodedDocument.Request(
      encoded: EncodedRequest(context: [prefix], continuation: ids),
      sequences: windows.map { ScoredSequence(input: $0.input, targets: $0.targets) },
      lostTokens: 0)
  }

  private func prefix() throws -> Int32 {
    guard let prefix = tokenizer.prefixTokenID else { throw RequestEncodingError.noPrefixToken }
    guard 0..<vocabularySize ~= Int(prefix) else {
      throw RequestEncodingError.idBeyondVocabulary(
        id: prefix, vocabularySize: vocabularySize, text: "")
    }
    return prefix
  }

  private func checked(_ ids: [Int32], _ request: LogLikelihoodRequest) throws -> [Int32] {
    for id in ids where !(0..<vocabularySize ~= Int(id)) {
      throw RequestEncodingError.idBeyondVocabulary(
        id: id, vocabularySize: vocabularySize, text: request.continuation)
    }
    return ids
  }
}

extension String {
  /// Whether the text is in Unicode's normal form C; what is not has other tokens and lengths than
  /// its composed twin that looks the same.
  var isInNormalFormC: Bool {
    // Every character below U+0300 is composed and combines with nothing before it.
    if utf8.allSatisfy({ $0 < 0xCC }) { return true }
    return precomposedStringWithCanonicalMapping.utf8.elementsEqual(utf8)
  }
}
