internal import Files

/// Cuts a text into the pieces that the model sees one by one.
indirect enum PreTokenizer: Sendable {
  case byteLevel(addsPrefixSpace: Bool, usesPattern: Bool)
  case split(TextPattern, SplitBehavior, inverts: Bool)
  case digits(areIndividual: Bool)
  case metaspace(Metaspace)
  case whitespace
  case whitespaceSplit
  case punctuation(SplitBehavior)
  case bert
  case characterDelimiter(UInt32)
  case fixedLength(Int)
  case sequence([PreTokenizer])

  /// Cuts every piece of a text further.
  ///
  /// - Throws: ``TokenizerError/cannotEncode(problem:)`` where a pattern takes too long.
  /// - Complexity: O(bytes) but for patterns, which see ``PatternMatcher``.
  func apply(to text: inout TextPieces) throws(TokenizerError) {
    let classes = ScalarClasses.shared
    switch self {
    case .byteLevel(let addsPrefixSpace, let usesPattern):
      if addsPrefixSpace {
        text.rewrite { bytes, _, output in
          if bytes.first != 0x20 { output.append(0x20) }
          output.append(contentsOf: bytes)
        }
      }
      if usesPattern { try text.split(.isolated, by: .scanner(.gpt2), inverts: false) }
      text.rewrite { bytes, _, output in ByteAlphabet.append(bytes, to: &output) }
    case .split(let pattern, let behavior, let inverts):
      try text.split(behavior, by: pattern, inverts: inverts)
    case .digits(let areIndividual):
      try text.split(areIndividual ? .isolated : .contiguous) { classes.has(.numeric, $0) }
    case .metaspace(let metaspace): try metaspace.apply(to: &text)
    case .whitespace: try Self.splitWords(&text)
    case .whitespaceSplit: try text.split(.removed) { classes.has(.space, $0) }
    case .punctuation(let behavior):
      try text.split(behavior) { classes.has(.punctuation, $0) }
    case .bert:
      try text.split(.removed) { classes.has(.space, $0) }
      try text.split(.isolated) { classes.has(.punctuation, $0) }
    case .characterDelimiter(let delimiter): try text.split(.removed) { $0 == delimiter }
    case .fixedLength(let length): try Self.splitEvery(length, &text)
    case .sequence(let steps): for step in steps { try step.apply(to: &text) }
    }
  }

  /// As the pattern `\w+|[^\w\s]+`, what lies between its matches removed.
  private static func splitWords(_ text: inout TextPieces) throws(TokenizerError) {
    let classes = ScalarClasses.shared
    func kind(_ value: UInt32) -> Int {
      classes.has(.word, value) ? 2 : classes.has(.space, value) ? 0 : 1
    }
    try text.split(.isolated) { (text, parts) throws(TokenizerError) in
      var start = 0
      var last = 0
      var i = 0
      while i < text.count {
        let (value, length) = UTF8Text.scalar(in: text, at: i)
        let next = kind(value)
        if next != last {
          if last > 0 { parts.append((start..<i, true)) }
          (start, last) = (i, next)
        }
        i += length
      }
      if last > 0 { parts.append((start..<i, true)) }
    }
  }

  private static func splitEvery(
    _ length: Int, _ text: inout TextPieces
  ) throws(TokenizerError) {
    try text.split(.isolated) { (text, parts) throws(TokenizerError) in
      var start = 0
      var count = 0
      var i = 0
      while i < text.count {
        i += UTF8Text.length(first: text[i])
        count += 1
        if count == length || i == text.count {
          parts.append((start..<i, true))
          (start, count) = (i, 0)
        }
      }
    }
  }
}
