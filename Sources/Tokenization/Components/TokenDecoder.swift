internal import Files

/// Turns tokens back into text.
///
/// Tokens travel as bytes of valid UTF-8; a decoder changes, joins or drops them.
indirect enum TokenDecoder: Sendable {
  case byteLevel
  case byteFallback
  case fuse
  case strip(UInt32, start: Int, stop: Int)
  case replace(TextPattern, with: [UInt8])
  case metaspace(Metaspace)
  case bpe(suffix: String)
  case wordPiece(prefix: String, cleansUp: Bool)
  case sequence([TokenDecoder])

  /// Decodes a list of tokens to the parts of a text.
  ///
  /// - Throws: ``TokenizerError/cannotEncode(problem:)`` if a pattern takes too long or the text
  ///   grows without reason.
  func apply(to tokens: inout [[UInt8]]) throws(TokenizerError) {
    switch self {
    case .byteLevel: tokens = [Self.decodeByteLevel(tokens)]
    case .byteFallback: tokens = Self.decodeByteFallback(tokens)
    case .fuse: tokens = [Array(tokens.joined())]
    case .strip(let content, let start, let stop):
      for index in tokens.indices {
        Self.strip(content, start: start, stop: stop, &tokens[index])
      }
    case .replace(let pattern, let content):
      for index in tokens.indices {
        var text = TextNormalizer.Text(tokens[index], startsInput: true)
        try TextNormalizer.replace(pattern, with: content).apply(to: &text)
        tokens[index] = text.bytes
      }
    case .metaspace(let metaspace):
      for index in tokens.indices { Self.decode(metaspace, index == 0, &tokens[index]) }
    case .bpe(let suffix):
      for index in tokens.indices {
        let replacement = index == tokens.count - 1 ? [] : Array(" ".utf8)
        tokens[index] = Self.replacing(Array(suffix.utf8), with: replacement, in: tokens[index])
      }
    case .wordPiece(let prefix, let cleansUp):
      for index in tokens.indices {
        Self.decodeWordPiece(
          Array(prefix.utf8), cleansUp: cleansUp, isFirst: index == 0, &tokens[index])
      }
    case .sequence(let steps): for step in steps { try step.apply(to: &tokens) }
    }
  }

  /// The bytes that the tokens' scalars stand for; a token with another scalar counts as it is.
  private static func decodeByteLevel(_ tokens: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    for token in tokens {
      let start = bytes.count
      let isWhole = token.withUnsafeBufferPointer { token in
        var i = 0
        while i < token.count {
          let (value, length) = UTF8Text.scalar(in: token, at: i)
          guard let byte = ByteAlphabet.byte(of: value) else { return false }
          bytes.append(byte)
          i += length
        }
        return true
      }
      if !isWhole {
        bytes.removeSubrange(start...)
        bytes.append(contentsOf: token)
      }
    }
    return Array(String(decoding: bytes, as: UTF8.self).utf8)
  }

  /// Joins runs of tokens such as `<0xC3>` to text; each byte of a run that is not UTF-8 becomes
  /// U+FFFD.
  private static func decodeByteFallback(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var pending: [UInt8] = []
    func flush() {
      if pending.isEmpty { return }
      if pending.withUnsafeBufferPointer({ UTF8Text.firstInvalidOffset(in: $0) }) == nil {
        result.append(pending)
      } else {
        result.append(contentsOf: pending.map { _ in [0xEF, 0xBF, 0xBD] })
      }
      pending.removeAll()
    }
    for token in tokens {
      if let byte = byte(of: token) {
        pending.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  static func byte(of token: [UInt8]) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else {
      return nil
    }
    // As Rust reads it: a plus sign counts as nothing, a minus sign is none of a byte's.
    guard token[3] != UInt8(ascii: "-") else { return nil }
    return UInt8(String(decoding: token[3...4], as: UTF8.self), radix: 16)
  }

  private static func strip(
    _ content: UInt32, start: Int, stop: Int, _ token: inout [UInt8]
  ) {
    let range = token.withUnsafeBufferPointer { token in
      var lower = 0
      var upper = token.count
      var count = 0
      while count < start, lower < upper {
        let (value, length) = UTF8Text.scalar(in: token, at: lower)
        guard value == content else { break }
        lower += length
        count += 1
      }
      count = 0
      while count < stop, upper > lower {
        let (value, length) = UTF8Text.scalarBefore(in: token, upper)
        guard value == content else { break }
        upper -= length
        count += 1
      }
      return lower..<upper
    }
    if range.count < token.count { token = Array(token[range]) }
  }

  private static func decode(_ metaspace: Metaspace, _ isFirst: Bool, _ token: inout [UInt8]) {
    var mark: [UInt8] = []
    UTF8Text.append(metaspace.replacement, to: &mark)
    let isDropped = isFirst && metaspace.prependScheme != .never
    token = replacing(mark, with: isDropped ? [] : Array(" ".utf8), in: token)
  }

  private static func decodeWordPiece(
    _ prefix: [UInt8], cleansUp: Bool, isFirst: Bool, _ token: inout [UInt8]
  ) {
    if !isFirst {
      if token.starts(with: prefix) {
        token.removeFirst(prefix.count)
      } else {
        token.insert(0x20, at: 0)
      }
    }
    guard cleansUp else { return }
    for (spaced, closed) in [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
      (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ] {
      token = replacing(Array(spaced.utf8), with: Array(closed.utf8), in: token)
    }
  }

  /// Replaces every occurrence of a text from left to right, as Rust's `str::replace`.
  static func replacing(
    _ text: [UInt8], with content: [UInt8], in token: [UInt8]
  ) -> [UInt8] {
    var output: [UInt8] = []
    var copied = 0
    token.withUnsafeBufferPointer { bytes in
      TextPattern.forEachOccurrence(of: text, in: bytes) { match in
        output.append(contentsOf: bytes[copied..<match.lowerBound])
        output.append(contentsOf: content)
        copied = match.upperBound
      }
      output.append(contentsOf: bytes[copied...])
    }
    return output
  }
}
