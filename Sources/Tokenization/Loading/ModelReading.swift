internal import Files
internal import OrderedJSON

/// Reads the model of a tokenizer.json.
enum ModelReader {
  /// Reads a byte-pair model.
  ///
  /// - Throws: ``TokenizerError`` with the place.
  static func model(_ place: JSONPlace) throws(TokenizerError) -> BytePairModel {
    // Files from before 2021 do not name the type; merges tell a byte-pair model.
    var type = try place.optional("merges") == nil ? "without a type" : "BPE"
    if let named = try place.optional("type") { type = try named.string }
    guard type == "BPE" else {
      throw place.unsupported("the model \(type)", supported: ["BPE"])
    }
    if let dropout = try place.optional("dropout"), dropout.value.doubleValue != 0 {
      throw dropout.unsupported(
        "dropout, which makes ids random,", supported: ["null", "0"])
    }
    let options = BytePairModel.Options(
      unknownToken: try place.optional("unk_token")?.string,
      fusesUnknown: try place.boolean("fuse_unk", default: false),
      fallsBackToBytes: try place.boolean("byte_fallback", default: false),
      continuingSubwordPrefix: try place.optional("continuing_subword_prefix")?.string ?? "",
      endOfWordSuffix: try place.optional("end_of_word_suffix")?.string ?? "",
      ignoresMerges: try place.boolean("ignore_merges", default: false))
    let vocabulary = try vocabulary(try place.required("vocab"))
    let merges = try merges(
      try place.required("merges"), vocabulary: vocabulary,
      prefixLength: options.continuingSubwordPrefix.utf8.count)
    return BytePairModel(vocabulary: vocabulary, merges: merges, options: options)
  }

  private static func vocabulary(_ place: JSONPlace) throws(TokenizerError) -> Vocabulary {
    guard let object = place.value.objectValue else {
      throw place.malformed("expected an object of tokens and ids, found \(place.value.kind)")
    }
    var vocabulary = Vocabulary(capacity: object.members.count)
    for member in object.members {
      guard let number = member.value.integerValue else {
        throw place.malformed(
          "the id of \(quoted(member.name)) is \(member.value.kind), not an integer that fits")
      }
      guard 0...Int(Vocabulary.maximumID) ~= number else {
        throw place.malformed(
          "the id \(number) of \(quoted(member.name)) is not between 0 and "
            + "\(Vocabulary.maximumID)")
      }
      vocabulary.add(member.name, id: Int32(number))
    }
    if let shared = vocabulary.index() {
      throw place.malformed("two tokens have the id \(shared)")
    }
    return vocabulary
  }

  private static func merges(
    _ place: JSONPlace, vocabulary: Vocabulary, prefixLength: Int
  ) throws(TokenizerError) -> MergeTable {
    guard let array = place.value.arrayValue else {
      throw place.malformed("expected an array, found \(place.value.kind)")
    }
    var table = MergeTable(capacity: array.count)
    var rank: UInt32 = 0
    var joined: [UInt8] = []
    func wrong(_ index: Int, _ problem: String) -> TokenizerError {
      .malformed(file: place.file, place: "\(place.path)[\(index)]", problem: problem)
    }
    for (index, element) in array.enumerated() {
      let (left, right): (Substring, Substring)
      switch element {
      case .string(let text):
        if text.utf8.starts(with: "#version".utf8) { continue }
        guard let space = text.utf8.firstIndex(of: 0x20),
          text.utf8.lastIndex(of: 0x20) == space
        else { throw wrong(index, "expected two tokens with one space between them") }
        (left, right) = (text[..<space], text[text.utf8.index(after: space)...])
      case .array(let parts):
        guard parts.count == 2, let first = parts[0].stringValue,
          let second = parts[1].stringValue
        else { throw wrong(index, "expected an array of two tokens") }
        (left, right) = (first[...], second[...])
      default: throw wrong(index, "expected a string or an array, found \(element.kind)")
      }
      joined.removeAll(keepingCapacity: true)
      joined.append(contentsOf: left.utf8)
      guard let leftID = id(of: joined[...], in: vocabulary) else {
        throw wrong(index, "the token \(quoted(left)) is not in the vocabulary")
      }
      let leftLength = joined.count
      joined.append(contentsOf: right.utf8)
      guard let rightID = id(of: joined[leftLength...], in: vocabulary) else {
        throw wrong(index, "the token \(quoted(right)) is not in the vocabulary")
      }
      guard joined.count - leftLength >= prefixLength else {
        throw wrong(index, "\(quoted(right)) is shorter than continuing_subword_prefix")
      }
      joined.removeSubrange(leftLength..<leftLength + prefixLength)
      guard let result = id(of: joined[...], in: vocabulary) else {
        throw wrong(
          index,
          "the merged token \(quoted(String(decoding: joined, as: UTF8.self)[...])) is not in the "
            + "vocabulary")
      }
      table.set(leftID, rightID, to: MergeTable.Merge(rank: rank, result: result))
      rank += 1
    }
    return table
  }

  private static func id(of token: ArraySlice<UInt8>, in vocabulary: Vocabulary) -> Int32? {
    token.withUnsafeBufferPointer { vocabulary.map.value(of: $0) }
  }

  /// A token for an error message.
  private static func quoted(_ token: some StringProtocol) -> String {
    "\"\(String(token).abbreviatedForTerminal(limit: 40))\""
  }
}
