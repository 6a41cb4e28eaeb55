/// Gives ids to added tokens as `tokenizers` does, which does not ask what ids a file gives them: the
/// model's id where the model has the token, else the next free one.
struct AddedTokensBuilder {
  private let vocabulary: Vocabulary
  private var byID: [Int32: AddedToken] = [:]
  private var ids = ByteStringMap(capacity: 64)
  /// Contents that were special once; adding them again otherwise does not change that.
  private var specialContents = ByteStringMap(capacity: 64)
  /// Ids of tokens that were looked for in normalized text once.
  private var normalizedIDs: Set<Int32> = []
  private var nextID: Int32

  init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    nextID = Int32(vocabulary.count)
  }

  /// The number of tokens, added ones and those of the model.
  var count: Int { vocabulary.count + byID.keys.count { vocabulary.token(of: $0) == nil } }

  /// Whether a token was added, whatever its flags.
  func contains(_ content: String) -> Bool { ids.value(of: content) != nil }

  /// The id of a token, added or of the model.
  func id(of content: String) -> Int32? {
    ids.value(of: content) ?? vocabulary.id(of: content)
  }

  /// Adds tokens in order; empty ones are passed over, known ones take the new flags.
  mutating func add(_ tokens: [AddedToken]) {
    for token in tokens where !token.content.isEmpty {
      let id = id(of: token.content) ?? nextID
      nextID = max(nextID, id + 1)
      Self.set(token.content, to: id, in: &ids)
      byID[id] = token
      if token.isSpecial { Self.set(token.content, to: 1, in: &specialContents) }
      if token.isNormalized { normalizedIDs.insert(id) }
    }
  }

  private static func set(_ key: String, to value: Int32, in map: inout ByteStringMap) {
    var key = key
    key.withUTF8 { _ = map.set($0, to: value) }
  }

  /// Puts the tokens together.
  ///
  /// Where two tokens are the same text once normalized, `tokenizers` takes one at random; here it is
  /// the one with the lower id.
  ///
  /// - Parameters:
  ///   - ignoresSpecial: Whether special tokens in a text are left to the model.
  ///   - normalize: Normalizes the content of a token.
  /// - Returns: The tokens with their matchers.
  /// - Throws: What `normalize` throws.
  func build(
    ignoresSpecial: Bool, normalize: (AddedToken) throws(TokenizerError) -> [UInt8]
  ) throws(TokenizerError) -> AddedTokens {
    var raw: [AddedTokenMatcher.Entry] = []
    var normalized: [AddedTokenMatcher.Entry] = []
    var texts: [Int32: [UInt8]] = [:]
    for (id, token) in byID.sorted(by: { $0.key < $1.key }) {
      let content = Array(token.content.utf8)
      // Once normalized, a token is decoded so for ever.
      let text = normalizedIDs.contains(id) ? try normalize(token) : content
      texts[id] = text
      let isSpecial = specialContents.value(of: token.content) != nil
      let entry = AddedTokenMatcher.Entry(
        bytes: token.isNormalized ? text : content, id: id, token: token,
        isIgnored: ignoresSpecial && isSpecial)
      if token.isNormalized { normalized.append(entry) } else { raw.append(entry) }
    }
    return AddedTokens(
      texts: texts, ids: ids, specialContents: specialContents, raw: AddedTokenMatcher(raw),
      normalized: AddedTokenMatcher(normalized))
  }
}
