/// The tokens that stand beside a model's own, and where they are found in a text.
struct AddedTokens: Sendable {
  /// A part of a text: an added token, or text for the model.
  enum Segment: Equatable {
    case token(Int32)
    case text(Range<Int>)
  }

  /// Tokens by id, for decoding.
  let byID: [Int32: AddedToken]
  /// Ids by content.
  let ids: ByteStringMap
  /// Contents that are left out of decoded texts on request.
  private let specialContents: ByteStringMap
  /// Tokens that are looked for before and after normalization.
  let raw: AddedTokenMatcher
  let normalized: AddedTokenMatcher

  /// Gives ids to tokens as `tokenizers` does when it loads a file, which does not ask what ids the
  /// file gives them: the model's id where the model has the token, else the next free one.
  ///
  /// - Parameters:
  ///   - tokens: In the order of the file; empty ones are passed over.
  ///   - vocabulary: The model's tokens.
  ///   - normalize: Normalizes a content.
  /// - Throws: What `normalize` throws, and for a content that it leaves nothing of.
  init(
    _ tokens: [AddedToken], vocabulary: Vocabulary,
    normalize: (AddedToken) throws(TokenizerError) -> [UInt8]
  ) throws(TokenizerError) {
    var byID: [Int32: AddedToken] = [:]
    var ids = ByteStringMap(capacity: tokens.count)
    var special = ByteStringMap(capacity: tokens.count)
    var nextID = Int32(vocabulary.count)
    /// Special tokens first, then the others, each with the flags it was first given.
    var specials: [AddedToken] = []
    var classics: [AddedToken] = []
    for token in tokens where !token.content.isEmpty {
      if token.isSpecial, special.value(of: token.content) == nil {
        specials.append(token)
        Self.set(token.content, to: 1, in: &special)
      }
    }
    for token in tokens where !token.content.isEmpty {
      let known = ids.value(of: token.content) ?? vocabulary.id(of: token.content)
      if let known, byID[known] == token { continue }
      let id = known ?? nextID
      if ids.value(of: token.content) == nil, id >= nextID { nextID = id + 1 }
      Self.set(token.content, to: id, in: &ids)
      byID[id] = token
      if special.value(of: token.content) == nil { classics.append(token) }
    }
    var raw: [AddedTokenMatcher.Entry] = []
    var normalized: [AddedTokenMatcher.Entry] = []
    for token in specials + classics {
      // Flags are those of the last token with the id, places those of each token.
      guard let id = ids.value(of: token.content), let flags = byID[id] else { continue }
      if token.isNormalized {
        let bytes = try normalize(token)
        normalized.append(AddedTokenMatcher.Entry(bytes: bytes, id: id, token: flags))
      } else {
        raw.append(
          AddedTokenMatcher.Entry(bytes: Array(token.content.utf8), id: id, token: flags))
      }
    }
    self.byID = byID
    self.ids = ids
    specialContents = special
    self.raw = AddedTokenMatcher(raw)
    self.normalized = AddedTokenMatcher(normalized)
  }

  private static func set(_ key: String, to value: Int32, in map: inout ByteStringMap) {
    var key = key
    key.withUTF8 { _ = map.set($0, to: value) }
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
      segments.append(.token(entry.id))
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
