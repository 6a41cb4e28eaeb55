/// A request's two texts as they are encoded, with white space at the seam on the right-hand side.
///
/// Source: `lm_eval/api/model.py`, `TemplateLM._encode_pair`, commit 4e7e0d4.
public struct PairSplit: Sendable, Equatable {
  public let context: String
  public let continuation: String

  /// Moves what Python's `str.rstrip` would take off the context to the continuation's front.
  ///
  /// - Parameters:
  ///   - context: Text before the continuation.
  ///   - continuation: Text to score.
  /// - Complexity: O(bytes).
  public init(context: String, continuation: String) {
    let scalars = context.unicodeScalars
    var end = scalars.endIndex
    while end > scalars.startIndex {
      let previous = scalars.index(before: end)
      guard scalars[previous].isPythonSpace else { break }
      end = previous
    }
    if end == scalars.endIndex {
      self.context = context
      self.continuation = continuation
    } else {
      self.context = String(scalars[..<end])
      self.continuation = String(scalars[end...]) + continuation
    }
  }

  /// Context and continuation in one text.
  public var whole: String { context + continuation }
}
