/// Gives ids to added tokens as `tokenizers` does, which does not ask what ids a file gives them: the
/// model's id where the model has the token, else the next free one.
struct AddedTokensBuilder {
  private let vocabulary: Vocabulary
  private var byID: [Int32: AddedToken] = [:]
  private var ids = ByteStringMap(capacity: 64)
  private var specialContents = ByteStringMap(capacity: 64)
  private var nextID: Int32
  /// Special tokens are looked for first, then the others; a token added again with other flags
  /// stands there twice.
  private var specials: [AddedToken] = []
  private var classics: [AddedToken] = []

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

  /// Adds tokens in order; empty ones and exact repetitions are passed over.
  mutating func add(_ tokens: [AddedToken]) {
    for token in tokens where token.isSpecial && !token.content.isEmpty {
      if Self.set(token.content, to: 1, in: &specialContents) == nil { specials.append(token) }
    }
    for token in tokens where !token.content.isEmpty {
      let known = id(of: token.content)
      if let known, byID[known] == token { continue }
      let id = known ?? nextID
      nextID = max(nextID, id + 1)
      Self.set(token.content, to: id, in: &ids)
      byID[id] = token
      if specialContents.value(of: token.content) == nil { classics.append(token) }
    }
  }

  @discardableResult
  private static func set(_ key: String, to value: Int32, in map: inout ByteStringMap) -> Int32? {
    var key = key
    return key.withUTF8 { map.set($0, to: value) }
  }

  /// Puts the tokens together.
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
    for token in specials + classics {
      // Flags are those of the last token with the id, but for where each is looked for.
      guard let id = ids.value(of: token.content), let flags = byID[id] else { continue }
      let bytes = token.isNormalized ? try normalize(token) : Array(token.content.utf8)
      let isSpecial = specialContents.value(of: flags.content) != nil
      let entry = AddedTokenMatcher.Entry(
        bytes: bytes, id: id, token: flags, isIgnored: ignoresSpecial && isSpecial)
      if token.isNormalized { normalized.append(entry) } else { raw.append(entry) }
    }
    return AddedTokens(
      byID: byID, ids: ids, specialContents: specialContents, raw: AddedTokenMatcher(raw),
      normalized: AddedTokenMatcher(normalized))
  }
}
