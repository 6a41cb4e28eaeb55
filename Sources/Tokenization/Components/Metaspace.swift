internal import Files

/// `Metaspace`: spaces become a visible character, which words carry in front.
struct Metaspace: Equatable, Sendable {
  /// Which pieces get the character in front where they lack it.
  enum PrependScheme: String, CaseIterable, Sendable {
    case always
    /// Only the piece that starts the input.
    case first
    case never
  }

  let replacement: UInt32
  let prependScheme: PrependScheme
  /// Whether words are cut apart before the character.
  let splits: Bool

  func apply(to text: inout TextPieces) throws(TokenizerError) {
    var mark: [UInt8] = []
    UTF8Text.append(replacement, to: &mark)
    text.rewrite { bytes, piece, output in
      let start = output.count
      for byte in bytes {
        if byte == 0x20 { output.append(contentsOf: mark) } else { output.append(byte) }
      }
      let isWanted = prependScheme == .always || prependScheme == .first && piece.startsInput
      if isWanted, !output[start...].starts(with: mark) {
        output.insert(contentsOf: mark, at: start)
      }
    }
    if splits { try text.split(.mergedWithNext) { $0 == replacement } }
  }
}
