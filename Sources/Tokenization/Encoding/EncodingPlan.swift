/// How pieces are cut and looked up; the first ways that fit are faster and give the same ids.
enum EncodingPlan: Sendable {
  /// Byte-level with a known pattern: pieces are cut from the text's own bytes, and the alphabet is
  /// in the tables only.
  case byteLevel(PieceScanner, addsPrefixSpace: Bool, ids: [Int32])
  /// Step by step, as the components say. If no token holds U+2581 but at its start, pieces are
  /// also cut into words before it, which changes nothing, because no merge reaches over.
  case stepwise(cutsWords: Bool)

  /// The fastest plan that is right for a tokenizer.
  init(preTokenizer: PreTokenizer?, model: BytePairModel) {
    if let ids = model.byteLevelIDs, let plan = Self.byteLevel(preTokenizer, ids: ids) {
      self = plan
    } else {
      self = .stepwise(cutsWords: Self.cutsWords(of: model))
    }
  }

  private static func byteLevel(_ preTokenizer: PreTokenizer?, ids: [Int32]) -> EncodingPlan? {
    switch preTokenizer {
    case .byteLevel(let addsPrefixSpace, usesPattern: true):
      return .byteLevel(.gpt2, addsPrefixSpace: addsPrefixSpace, ids: ids)
    case .sequence(let steps):
      guard steps.count == 2,
        case .split(.scanner(let scanner), let behavior, let inverts) = steps[0],
        case .byteLevel(addsPrefixSpace: false, usesPattern: false) = steps[1]
      else { return nil }
      // The matches cover the text, so nothing lies between them.
      guard behavior == .isolated || behavior == .removed && inverts else { return nil }
      return .byteLevel(scanner, addsPrefixSpace: false, ids: ids)
    default: return nil
    }
  }

  /// Whether every token holds U+2581 only in a row at its start, and U+2581 is itself a token.
  private static func cutsWords(of model: BytePairModel) -> Bool {
    let options = model.options
    guard model.vocabulary.id(of: "\u{2581}") != nil, !options.ignoresMerges,
      options.continuingSubwordPrefix.isEmpty, options.endOfWordSuffix.isEmpty
    else { return false }
    let mark = Array("\u{2581}".utf8)
    for entry in 0..<model.vocabulary.count {
      var rest = model.vocabulary.map.key(at: entry)
      while rest.starts(with: mark) { rest = rest.dropFirst(mark.count) }
      var i = rest.startIndex
      while i + mark.count <= rest.endIndex {
        if rest[i] == mark[0], rest[i + 1] == mark[1], rest[i + 2] == mark[2] { return false }
        i += 1
      }
    }
    return true
  }
}
