/// The tokens of a model with their ids, spelled as in the file.
struct Vocabulary: Sendable {
  /// Largest id that is taken; tables of this length are no burden.
  static let maximumID: Int32 = (1 << 24) - 1

  private(set) var map: ByteStringMap
  /// The entry of each id, or -1.
  private var entries: [Int32] = []
  /// The longest token, in bytes.
  private(set) var maximumLength = 0

  init(capacity: Int) { map = ByteStringMap(capacity: capacity) }

  var count: Int { map.count }

  /// The highest id plus 1.
  var idLimit: Int { entries.count }

  /// Adds a token; a repeated one takes the new id, as in `tokenizers`.
  ///
  /// - Precondition: `0 <= id <= maximumID`.
  mutating func add(_ token: String, id: Int32) {
    var token = token
    token.withUTF8 { bytes in
      _ = map.set(bytes, to: id)
      maximumLength = max(maximumLength, bytes.count)
    }
  }

  /// Builds the way back from ids to tokens, once all tokens are there.
  ///
  /// - Returns: An id that two tokens share, if there is one.
  mutating func index() -> Int32? {
    let limit = (map.values.max() ?? -1) + 1
    entries = [Int32](repeating: -1, count: Int(limit))
    var shared: Int32?
    for (entry, id) in map.values.enumerated() {
      if entries[Int(id)] >= 0 { shared = id }
      entries[Int(id)] = Int32(entry)
    }
    return shared
  }

  /// The id of a token.
  func id(of token: String) -> Int32? { map.value(of: token) }

  /// The bytes of an id's token.
  func token(of id: Int32) -> ArraySlice<UInt8>? {
    guard id >= 0, id < entries.count, entries[Int(id)] >= 0 else { return nil }
    return map.key(at: Int(entries[Int(id)]))
  }
}
