public import Tokenization

/// What request encoding asks of a tokenizer.
public protocol TextTokenizer: Sendable {
  /// Token ids of a text, with what the post-processor adds if asked for.
  func encode(_ text: String, addSpecialTokens: Bool) throws -> [Int32]
  /// The text of token ids.
  func decode(_ ids: [Int32], skipSpecialTokens: Bool) throws -> String
  /// The token of an id as the tokenizer's file spells it.
  func token(of id: Int32) -> String?
  /// What stands before a text without context.
  var prefixTokenID: Int32? { get }
  /// Tokens with a role.
  var specialTokens: SpecialTokens { get }
}

extension Tokenizer: TextTokenizer {}
