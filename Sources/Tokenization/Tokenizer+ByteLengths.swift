internal import Files

extension Tokenizer {
  /// Bytes of text that an id stands for.
  ///
  /// Summed over the ids of a text without special tokens, this is the number of UTF-8 bytes of the
  /// text as the normalizer left it, which for most texts is the text itself. Exceptions:
  /// - a character that the tokenizer puts in front of a text and the decoder takes away again (the
  ///   U+2581 of SentencePiece, `add_prefix_space`) counts 1 like the space that it stands for;
  /// - where words end in a suffix that stands for the space behind them, the last one counts 1 too;
  /// - what became the unknown token counts nothing.
  ///
  /// Special added tokens stand for no text and count nothing, other added tokens their own.
  ///
  /// - Parameter id: Any id.
  /// - Returns: A number of bytes, 0 for an id that no token has.
  public func byteCount(of id: Int32) -> Int {
    if let text = added.texts[id] {
      if text.withUnsafeBufferPointer({ added.isSpecial($0) }) { return 0 }
      return decoder?.byteCount(ofAddedToken: text) ?? text.count
    }
    guard let token = model.vocabulary.token(of: id) else { return 0 }
    return decoder?.byteCount(ofToken: Array(token)) ?? token.count
  }

  /// ``byteCount(of:)`` of every id.
  ///
  /// - Returns: `[vocabularySize]`.
  /// - Complexity: O(bytes of the vocabulary).
  public func byteLengths() -> [Int32] {
    (0..<Int32(vocabularySize)).map { Int32(clamping: byteCount(of: $0)) }
  }
}

extension TokenDecoder {
  /// Bytes that a token of the model stands for, wherever it is in a text.
  fileprivate func byteCount(ofToken token: [UInt8]) -> Int {
    var counted = CountedToken(bytes: token)
    count(&counted)
    return counted.count ?? counted.bytes.count
  }

  /// Bytes that an added token stands for: it is spelled as text, so byte-level decoding, which
  /// would take its scalars for bytes, does not apply.
  fileprivate func byteCount(ofAddedToken token: [UInt8]) -> Int {
    var counted = CountedToken(bytes: token, isText: true)
    count(&counted)
    return counted.count ?? counted.bytes.count
  }

  /// A token on its way through the decoder.
  private struct CountedToken {
    var bytes: [UInt8]
    var isText = false
    /// The number of bytes, once it can no longer be read off `bytes`.
    var count: Int?
  }

  /// Does to a token what the decoder does, as far as it does not depend on its neighbours.
  private func count(_ token: inout CountedToken) {
    guard token.count == nil else { return }
    switch self {
    case .byteLevel:
      if !token.isText { token.count = Self.byteLevelCount(of: token.bytes) }
    case .byteFallback:
      if !token.isText, Self.byte(of: token.bytes) != nil { token.count = 1 }
    case .fuse, .strip: break
    case .replace:
      // A decoder that fails on a token fails on every text with it.
      var tokens = [token.bytes]
      if (try? apply(to: &tokens)) != nil { token.bytes = Array(tokens.joined()) }
    case .metaspace(let metaspace):
      var mark: [UInt8] = []
      UTF8Text.append(metaspace.replacement, to: &mark)
      token.bytes = Self.replacing(mark, with: [0x20], in: token.bytes)
    case .bpe(let suffix):
      token.bytes = Self.replacing(Array(suffix.utf8), with: [0x20], in: token.bytes)
    case .wordPiece(let prefix, _):
      if token.bytes.starts(with: prefix.utf8) {
        token.bytes.removeFirst(prefix.utf8.count)
      } else {
        token.bytes.insert(0x20, at: 0)
      }
    case .sequence(let steps): for step in steps { step.count(&token) }
    }
  }

  /// One byte per scalar if all are of the byte alphabet, else the token's own.
  private static func byteLevelCount(of token: [UInt8]) -> Int {
    token.withUnsafeBufferPointer { token in
      var count = 0
      var i = 0
      while i < token.count {
        let (value, length) = UTF8Text.scalar(in: token, at: i)
        guard ByteAlphabet.byte(of: value) != nil else { return token.count }
        count += 1
        i += length
      }
      return count
    }
  }
}
