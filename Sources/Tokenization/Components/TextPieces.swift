internal import Files

/// A text on its way to the model: cut into pieces, and perhaps rewritten.
struct TextPieces {
  /// A range of the bytes.
  struct Piece: Equatable {
    var start: Int
    var end: Int
    /// Whether the piece begins with the first character of the whole input, which `Metaspace` with
    /// the scheme `first` asks.
    var startsInput: Bool
  }

  var bytes: [UInt8]
  var pieces: [Piece]

  /// One piece, if the text is not empty.
  init(_ bytes: [UInt8], startsInput: Bool) {
    self.bytes = bytes
    pieces =
      bytes.isEmpty ? [] : [Piece(start: 0, end: bytes.count, startsInput: startsInput)]
  }

  /// Cuts every piece.
  ///
  /// - Parameters:
  ///   - behavior: What becomes of the matches.
  ///   - parts: Appends the ranges of one piece's text, in order, each marked as a match or not.
  /// - Throws: What `parts` throws.
  mutating func split(
    _ behavior: SplitBehavior,
    by parts: (
      UnsafeBufferPointer<UInt8>, inout [(range: Range<Int>, isMatch: Bool)]
    ) throws(TokenizerError) -> Void
  ) throws(TokenizerError) {
    var result: [Piece] = []
    result.reserveCapacity(pieces.count)
    var ranges: [(range: Range<Int>, isMatch: Bool)] = []
    for piece in pieces {
      ranges.removeAll(keepingCapacity: true)
      try bytes.withUnsafeBufferPointer { (buffer) throws(TokenizerError) in
        try parts(UnsafeBufferPointer(rebasing: buffer[piece.start..<piece.end]), &ranges)
      }
      behavior.apply(to: &ranges)
      for (range, _) in ranges {
        result.append(
          Piece(
            start: piece.start + range.lowerBound, end: piece.start + range.upperBound,
            startsInput: piece.startsInput && range.lowerBound == 0))
      }
    }
    pieces = result
  }

  /// Cuts every piece at the scalars that a test accepts.
  ///
  /// - Throws: Nothing of its own.
  mutating func split(
    _ behavior: SplitBehavior, where isMatch: (UInt32) -> Bool
  ) throws(TokenizerError) {
    try split(behavior) { (text, parts) throws(TokenizerError) in
      var start = 0
      var i = 0
      while i < text.count {
        let (value, length) = UTF8Text.scalar(in: text, at: i)
        if isMatch(value) {
          if start < i { parts.append((start..<i, false)) }
          parts.append((i..<i + length, true))
          start = i + length
        }
        i += length
      }
      if start < text.count { parts.append((start..<text.count, false)) }
    }
  }

  /// Cuts every piece at the matches of a pattern.
  ///
  /// - Parameters:
  ///   - behavior: What becomes of the matches.
  ///   - pattern: What to look for.
  ///   - inverts: Takes what lies between the matches for the matches.
  /// - Throws: ``TokenizerError/cannotEncode(problem:)`` if the pattern takes too long.
  mutating func split(
    _ behavior: SplitBehavior, by pattern: TextPattern, inverts: Bool
  ) throws(TokenizerError) {
    try split(behavior) { (text, parts) throws(TokenizerError) in
      var start = 0
      try pattern.forEachMatch(in: text) { (match) throws(TokenizerError) in
        if start < match.lowerBound { parts.append((start..<match.lowerBound, inverts)) }
        parts.append((match, !inverts))
        start = match.upperBound
      }
      if start < text.count { parts.append((start..<text.count, inverts)) }
    }
  }

  /// Writes every piece anew.
  ///
  /// - Parameter rewrite: Appends one piece's new text.
  mutating func rewrite(
    _ rewrite: (UnsafeBufferPointer<UInt8>, Piece, inout [UInt8]) -> Void
  ) {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + bytes.count / 4)
    bytes.withUnsafeBufferPointer { buffer in
      for index in pieces.indices {
        let piece = pieces[index]
        let start = output.count
        rewrite(UnsafeBufferPointer(rebasing: buffer[piece.start..<piece.end]), piece, &output)
        pieces[index].start = start
        pieces[index].end = output.count
      }
    }
    bytes = output
    pieces.removeAll { $0.start == $0.end }
  }
}
