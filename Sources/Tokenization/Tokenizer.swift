public import Foundation

/// A tokenizer read from Hugging Face's tokenizer.json; ids are those of the package `tokenizers`.
///
/// A value is immutable and may be used from several threads at once.
public final class Tokenizer: Sendable {
  /// Tokens with a role, as the files beside tokenizer.json name them.
  public let specialTokens: SpecialTokens
  /// `model_max_length`, in tokens; `nil` where it is absent or stands for "no limit".
  public let modelMaximumLength: Int?

  /// Reads `tokenizer.json` and, where present, `tokenizer_config.json` and
  /// `special_tokens_map.json` of a checkpoint folder.
  ///
  /// - Parameter directory: A folder with `tokenizer.json`.
  /// - Throws: ``TokenizerError`` with file and place.
  public convenience init(directory: URL) throws {
    try self.init(file: directory.appendingPathComponent("tokenizer.json"))
  }

  /// Reads a tokenizer.json alone; no token has a role then.
  ///
  /// - Parameter file: A file in the format of `tokenizers`.
  /// - Throws: ``TokenizerError`` with file and place.
  public init(file: URL) throws {
    throw TokenizerError.unsupported(
      path: file.path, place: "model", component: "every model", supported: [])
  }

  /// The number of ids: the highest one plus 1, added tokens included.
  public var vocabularySize: Int { 0 }

  /// The id that lm-evaluation-harness puts before a text without context: that of the
  /// beginning-of-sequence token, else of the end-of-sequence token.
  ///
  /// Source: `lm_eval/models/huggingface.py`, `prefix_token_id`, commit 4e7e0d4.
  public var prefixTokenID: Int32? { specialTokens.bos?.id ?? specialTokens.eos?.id }

  /// Whether encoding with special tokens puts the beginning-of-sequence token first.
  public var addsBeginningOfSequence: Bool { false }

  /// The id of a token, added tokens included; spelling is compared by bytes.
  public func id(of token: String) -> Int32? { nil }

  /// The token of an id as the file spells it, or `nil` for an id that no token has.
  public func token(of id: Int32) -> String? { nil }

  /// Encodes a text.
  ///
  /// - Parameters:
  ///   - text: Any text; added tokens in it are recognised.
  ///   - addSpecialTokens: Whether the post-processor adds its tokens.
  /// - Returns: Token ids.
  /// - Throws: ``TokenizerError`` if a component cannot treat the text.
  /// - Complexity: O(n log n) in the bytes at worst, near O(n) on words of usual length.
  public func encode(_ text: String, addSpecialTokens: Bool) throws -> [Int32] {
    throw TokenizerError.cannotEncode(problem: "no model")
  }

  /// Encodes UTF-8 bytes and appends the ids.
  ///
  /// - Parameters:
  ///   - utf8: The text's bytes.
  ///   - addSpecialTokens: Whether the post-processor adds its tokens.
  ///   - ids: Receives the ids at its end; unchanged on an error.
  /// - Throws: ``TokenizerError``, for bytes that are not UTF-8 too.
  public func encode(
    utf8: UnsafeBufferPointer<UInt8>, addSpecialTokens: Bool, into ids: inout [Int32]
  ) throws {
    throw TokenizerError.cannotEncode(problem: "no model")
  }

  /// Turns ids back into a text; ids without a token are left out, as `tokenizers` does.
  ///
  /// - Parameters:
  ///   - ids: Token ids.
  ///   - skipSpecialTokens: Whether tokens marked special are left out.
  /// - Returns: The text; bytes that are not UTF-8 appear as U+FFFD.
  /// - Throws: ``TokenizerError`` if the decoder cannot treat the tokens.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool) throws -> String {
    throw TokenizerError.cannotEncode(problem: "no model")
  }
}
