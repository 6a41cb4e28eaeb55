internal import Files
internal import OrderedJSON

extension TokenCache {
  /// What `index.json` says.
  struct Index: Equatable {
    /// Rises with every change of the files' layout, and of what becomes of a text.
    static let format = 1

    /// In hexadecimal.
    let key: String
    let type: TokenType
    let statistics: TextStatistics
    /// SHA-256 of `tokens.bin` in hexadecimal.
    let tokensDigest: String
    /// SHA-256 of `documents.bin` in hexadecimal.
    let documentsDigest: String
  }
}

extension TokenCache.Index {
  /// Reads an index; `nil` if anything is missing or impossible.
  ///
  /// - Parameter json: The parsed file.
  init?(_ json: JSONValue) {
    guard json["format"]?.integerValue == Self.format,
      let key = json["key"]?.stringValue,
      let type = json["type"]?.stringValue.flatMap(TokenType.init),
      let tokensDigest = json["tokens_sha256"]?.stringValue,
      let documentsDigest = json["documents_sha256"]?.stringValue
    else { return nil }
    var statistics = TextStatistics()
    for (name, count) in Self.counts {
      guard let value = json[name]?.integerValue, value >= 0 else { return nil }
      statistics[keyPath: count] = value
    }
    self.init(
      key: key, type: type, statistics: statistics, tokensDigest: tokensDigest,
      documentsDigest: documentsDigest)
  }

  /// What is written.
  var json: JSONValue {
    var object = JSONObject()
    object["format"] = .integer(Self.format)
    object["key"] = .string(key)
    object["type"] = .string(type.rawValue)
    for (name, count) in Self.counts { object[name] = .integer(statistics[keyPath: count]) }
    object["tokens_sha256"] = .string(tokensDigest)
    object["documents_sha256"] = .string(documentsDigest)
    return .object(object)
  }

  private static var counts: [(String, WritableKeyPath<TextStatistics, Int>)] {
    [
      ("documents", \.documents), ("empty_documents", \.emptyDocuments), ("tokens", \.tokens),
      ("text_bytes", \.textBytes),
    ]
  }
}
