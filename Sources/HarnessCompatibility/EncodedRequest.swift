/// A request in tokens, after the cut between context and continuation and before truncation.
public struct EncodedRequest: Sendable, Equatable {
  /// Tokens that are conditioned on; never empty.
  public let context: [Int32]
  /// Tokens that are scored; never empty.
  public let continuation: [Int32]

  public init(context: [Int32], continuation: [Int32]) {
    self.context = context
    self.continuation = continuation
  }

  /// Why lm-evaluation-harness would abort on a request.
  public enum Obstacle: Error, Sendable, Equatable {
    /// No token is left to score.
    case emptyContinuation
    /// No token is there to condition on.
    case emptyContext
    /// More tokens to score than the model's window holds.
    case continuationTooLong(tokens: Int, window: Int)
  }

  /// Cuts a text's tokens by the length of its context's tokens.
  ///
  /// The cut is by length alone: where the last token of the context merges with the first ones of the
  /// continuation, the model is fed the context's own tokens, though the text as a whole has others.
  ///
  /// - Parameters:
  ///   - context: Tokens of the context alone.
  ///   - whole: Tokens of context and continuation together.
  /// - Returns: The request in tokens, and whether the seam is such a merged one.
  /// - Throws: ``Obstacle`` where lm-evaluation-harness asserts.
  /// - SeeAlso: `lm_eval/api/model.py`, `TemplateLM._encode_pair`, commit 4e7e0d4.
  /// - Complexity: O(tokens).
  public static func cut(
    context: [Int32], whole: [Int32]
  ) throws(Obstacle) -> (request: EncodedRequest, isMerged: Bool) {
    guard !context.isEmpty else { throw .emptyContext }
    guard whole.count > context.count else { throw .emptyContinuation }
    let request = EncodedRequest(
      context: context, continuation: Array(whole[context.count...]))
    return (request, !whole.starts(with: context))
  }

  /// Gives a continuation without context the prefix token to follow.
  ///
  /// - Parameters:
  ///   - continuation: Its tokens, encoded without special tokens.
  ///   - prefix: The beginning-of-sequence token, or what stands in for it.
  ///   - version: Since v0.4.9.2 a prefix token that is there already is not doubled.
  /// - Returns: The request in tokens.
  /// - Throws: ``Obstacle`` where lm-evaluation-harness raises an error.
  /// - SeeAlso: `lm_eval/api/model.py`, `TemplateLM.loglikelihood`, commit 4e7e0d4.
  public static func withoutContext(
    continuation: [Int32], prefix: Int32, version: HarnessVersion
  ) throws(Obstacle) -> EncodedRequest {
    guard let first = continuation.first else { throw .emptyContinuation }
    guard version.reusesLeadingPrefixToken, first == prefix else {
      return EncodedRequest(context: [prefix], continuation: continuation)
    }
    guard continuation.count > 1 else { throw .emptyContinuation }
    return EncodedRequest(context: [prefix], continuation: Array(continuation.dropFirst()))
  }

  /// What the model is fed: everything but the last token, cut from the left to the window.
  ///
  /// - Parameter window: The longest input, in tokens.
  /// - Returns: The input, and how many tokens were lost at its left end.
  /// - Throws: ``Obstacle`` if the continuation alone exceeds the window.
  /// - SeeAlso: `lm_eval/models/huggingface.py`, `_loglikelihood_tokens`, commit 4e7e0d4.
  public func input(window: Int) throws(Obstacle) -> (tokens: [Int32], lost: Int) {
    guard continuation.count <= window else {
      throw .continuationTooLong(tokens: continuation.count, window: window)
    }
    let lost = max(0, context.count + continuation.count - (window + 1))
    // A continuation fits the window, so what is lost is lost from the context, and at least one of
    // its tokens stays.
    return (Array(context[lost...]) + continuation.dropLast(), lost)
  }
}
