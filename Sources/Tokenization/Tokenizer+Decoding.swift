extension Tokenizer {
  /// Turns ids back into a text; ids without a token are left out, as `tokenizers` does.
  ///
  /// - Parameters:
  ///   - ids: Token ids.
  ///   - skipSpecialTokens: Whether tokens marked special are left out.
  /// - Returns: The text; bytes that are not UTF-8 appear as U+FFFD.
  /// - Throws: ``TokenizerError`` if the decoder cannot treat the tokens.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool) throws -> String {
    var tokens: [[UInt8]] = []
    tokens.reserveCapacity(ids.count)
    for id in ids {
      guard let token = bytes(of: id) else { continue }
      if skipSpecialTokens, token.withUnsafeBufferPointer({ added.isSpecial($0) }) { continue }
      tokens.append(token)
    }
    guard let decoder else {
      return String(decoding: Array(tokens.joined(separator: [0x20])), as: UTF8.self)
    }
    try decoder.apply(to: &tokens)
    return String(decoding: Array(tokens.joined()), as: UTF8.self)
  }

  /// The id of a token, added tokens included; spelling is compared by bytes.
  public func id(of token: String) -> Int32? {
    added.ids.value(of: token) ?? model.vocabulary.id(of: token)
  }

  /// The token of an id, or `nil` for an id that no token has.
  ///
  /// It is spelled as in the file, but added tokens that are looked for in normalized text come
  /// normalized, as from `tokenizers`.
  public func token(of id: Int32) -> String? {
    bytes(of: id).map { String(decoding: $0, as: UTF8.self) }
  }

  private func bytes(of id: Int32) -> [UInt8]? {
    if let text = added.texts[id] { return text }
    return model.vocabulary.token(of: id).map { Array($0) }
  }
}
