internal import Files

/// The tokens that stand beside a model's own, and where they are found in a text.
struct AddedTokens: Sendable {
  /// A part of a text: an added token, or text for the model.
  enum Segment: Equatable {
    case token(Int32)
    case text(Range<Int>)
  }

  /// What each id is decoded to: the content, normalized if the token is.
  let texts: [Int32: [UInt8]]
  /// Ids by content.
  let ids: ByteStringMap
  /// Contents that are left out of decoded texts on request.
  private let specialContents: ByteStringMap
  /// Tokens that are looked for before and after normalization.
  let raw: AddedTokenMatcher
  let normalized: AddedTokenMatcher

  init(
    texts: [Int32: [UInt8]], ids: ByteStringMap, specialContents: ByteStringMap,
    raw: AddedTokenMatcher, normalized: AddedTokenMatcher
  ) {
    self.texts = texts
    self.ids = ids
    self.specialContents = specialContents
    self.raw = raw
    self.normalized = normalized
  }

  /// Whether a token's text is marked special.
  func isSpecial(_ token: UnsafeBufferPointer<UInt8>) -> Bool {
    specialContents.value(of: token) != nil
  }

  /// Cuts a text at the tokens of a matcher; empty texts are left out.
  ///
  /// - Parameters:
  ///   - bytes: Valid UTF-8.
  ///   - matcher: ``raw`` or ``normalized``.
  ///   - segments: Receives the parts in order.
  static func segment(
    _ bytes: UnsafeBufferPointer<UInt8>, by matcher: AddedTokenMatcher,
    into segments: inout [Segment]
  ) {
    var done = 0
    var from = 0
    while let (range, entry) = matcher.firstMatch(in: bytes, from: from) {
      from = range.upperBound
      var start = range.lowerBound
      var end = range.upperBound
      if entry.isIgnored { continue }
      if entry.token.isSingleWord, isWordBeside(start, end, in: bytes) { continue }
      let classes = ScalarClasses.shared
      if entry.token.stripsLeft {
        while start > 0 {
          let (value, length) = UTF8Text.scalarBefore(in: bytes, start)
          guard classes.has(.space, value) else { break }
          start -= length
        }
        start = max(start, done)
      }
      if entry.token.stripsRight {
        while end < bytes.count {
          let (value, length) = UTF8Text.scalar(in: bytes, at: end)
          guard classes.has(.space, value) else { break }
          end += length
        }
      }
      if done < start { segments.append(.text(done..<start)) }
      // Where the token before took all of this one's text, nothing is left of it.
      if start < end { segments.append(.token(entry.id)) }
      done = end
    }
    if done < bytes.count { segments.append(.text(done..<bytes.count)) }
  }

  private static func isWordBeside(
    _ start: Int, _ end: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let classes = ScalarClasses.shared
    if start > 0, classes.has(.word, UTF8Text.scalarBefore(in: bytes, start).value) {
      return true
    }
    return end < bytes.count && classes.has(.word, UTF8Text.scalar(in: bytes, at: end).value)
  }
}
