internal import Files

/// What `Split` and `Replace` look for: a literal text, a known pattern with a scanner of its own, or
/// any other regular expression.
enum TextPattern: Sendable {
  case literal([UInt8])
  case scanner(PieceScanner)
  case regex(PatternProgram)

  /// A pattern given as a regular expression.
  ///
  /// - Throws: ``PatternError``.
  init(regex pattern: String) throws(PatternError) {
    if let scanner = PieceScanner(pattern: pattern) {
      self = .scanner(scanner)
    } else {
      self = .regex(try PatternProgram(pattern))
    }
  }

  /// Calls a function for every match, from left to right.
  ///
  /// Empty matches count, except one right behind a match, as the iterator of Rust's crate `onig`
  /// has it.
  ///
  /// - Throws: ``TokenizerError/cannotEncode(problem:)`` from the matcher, or what `body` throws.
  func forEachMatch(
    in bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) throws(TokenizerError) -> Void
  ) throws(TokenizerError) {
    switch self {
    case .literal(let text):
      try Self.forEachOccurrence(of: text, in: bytes, body)
    case .scanner(let scanner):
      var start = 0
      while start < bytes.count {
        let end = scanner.end(of: start, in: bytes)
        try body(start..<end)
        start = end
      }
    case .regex(let program):
      var matcher = PatternMatcher(program, over: bytes)
      var from = 0
      var lastEnd: Int?
      while from <= bytes.count, let match = try matcher.firstMatch(from: from) {
        if match.isEmpty, match.upperBound == lastEnd {
          guard from < bytes.count else { return }
          from += UTF8Text.length(first: bytes[from])
          continue
        }
        from = match.upperBound
        lastEnd = match.upperBound
        try body(match)
      }
    }
  }

  /// Calls a function for every occurrence of a text that does not overlap the one before.
  ///
  /// - Throws: What `body` throws.
  static func forEachOccurrence<Failure: Error>(
    of text: [UInt8], in bytes: UnsafeBufferPointer<UInt8>,
    _ body: (Range<Int>) throws(Failure) -> Void
  ) throws(Failure) {
    guard let first = text.first else {
      // The empty text occurs before every scalar and at the end.
      var position = 0
      while position < bytes.count {
        try body(position..<position)
        position += UTF8Text.length(first: bytes[position])
      }
      try body(position..<position)
      return
    }
    var position = 0
    let last = bytes.count - text.count
    while position <= last {
      if bytes[position] == first {
        var length = 1
        while length < text.count, bytes[position + length] == text[length] { length += 1 }
        if length == text.count {
          try body(position..<position + length)
          position += length
          continue
        }
      }
      position += 1
    }
  }
}
